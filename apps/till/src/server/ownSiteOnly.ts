/**
 * Refuses requests from other sites' pages, and host names that are not the till's own.
 *
 * A browser sends the origin of a request (`Sec-Fetch-Site`, `Origin`) and the requested name (`Host`), and a page of another
 * site can forge neither. Programs other than browsers do not send the first two, and are let in. A proxy may replace any name
 * by the till's own, so requests through one reach only receipts.
 */
import type { MiddlewareHandler } from "hono"

/**
 * Lets in requests for one of these host names, from the till's own pages or from no page at all. The host name for customers'
 * receipts gives access to nothing else, and neither does a proxy, under any name.
 */
export const ownSiteOnly =
  (hosts: ReadonlyArray<string>, receiptHost?: string): MiddlewareHandler =>
  async (c, next) => {
    const { hostname, host } = new URL(c.req.url)
    const isForReceipt = forReceipts.test(c.req.path)
    const isOwn = hosts.includes(hostname)
    if (!isOwn && !(hostname === receiptHost && isForReceipt)) {
      return c.text("This till answers under its own name only.", 403)
    }
    if (!isForReceipt && isForwarded(c.req.raw.headers)) return c.text("Through a proxy there are receipts only.", 403)
    const site = c.req.header("sec-fetch-site")
    const origin = c.req.header("origin")
    const foreign = origin !== undefined && hostOf(origin) !== host
    const isVisit = c.req.method === "GET" && !c.req.path.startsWith("/api/")
    const fromElsewhere = site !== undefined && site !== "same-origin" && site !== "none"
    if (foreign || (fromElsewhere && !isVisit)) return c.text("Another site's pages may not use this till.", 403)
    return await next()
  }

/** A receipt's page, its assets and its data. */
const forReceipts = /^\/(r\/|api\/receipts\/|assets\/|icon\.svg$)/

/** Whether a proxy declares that it forwards a request, as most do by default. */
const isForwarded = (headers: Headers): boolean =>
  ["forwarded", "via"].some((name) => headers.has(name)) ||
  [...headers.keys()].some((name) => name.startsWith("x-forwarded-") || name === "x-real-ip")

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined)
