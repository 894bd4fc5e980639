/**
 * Refuses what another site's page sends, and names that are not the till's own.
 *
 * A browser says where a request comes from (`Sec-Fetch-Site`, `Origin`), and the name it asked for (`Host`): a page of
 * another site can forge neither. Programs without a browser send none of the first two, and are let in.
 */
import type { MiddlewareHandler } from "hono"

/**
 * Lets in requests for one of these names, from the till's own pages or from no page at all. The name under which customers
 * reach their receipts opens nothing else.
 */
export const ownSiteOnly =
  (hosts: ReadonlyArray<string>, receiptHost?: string): MiddlewareHandler =>
  async (c, next) => {
    const { hostname, host } = new URL(c.req.url)
    const isReceipt = hostname === receiptHost && forReceipts.test(c.req.path)
    if (!hosts.includes(hostname) && !isReceipt) return c.text("This till answers under its own name only.", 403)
    const site = c.req.header("sec-fetch-site")
    const origin = c.req.header("origin")
    const foreign = origin !== undefined && hostOf(origin) !== host
    const isVisit = c.req.method === "GET" && !c.req.path.startsWith("/api/")
    const fromElsewhere = site !== undefined && site !== "same-origin" && site !== "none"
    if (foreign || (fromElsewhere && !isVisit)) return c.text("Another site's pages may not use this till.", 403)
    return await next()
  }

/** A receipt's page, what it is made of, and what it shows. */
const forReceipts = /^\/(r\/|api\/receipts\/|assets\/|icon\.svg$)/

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined)
