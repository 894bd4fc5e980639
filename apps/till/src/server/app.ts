/**
 * The till's HTTP app: its pages, and their API. Starts nothing.
 *
 * The till has no login, because it runs on the shop's own machine. So it answers only under its own host names, refuses
 * requests from other sites' pages, and its pages run only their own scripts.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Context, Hono } from "hono"
import { bodyLimit } from "hono/body-limit"
import { secureHeaders } from "hono/secure-headers"
import { streamSSE } from "hono/streaming"
import { Action, type ApiError, type ReceiptView } from "../api.ts"
import type { Catalogue } from "../catalogue/Catalogue.ts"
import { ownSiteOnly } from "./ownSiteOnly.ts"
import type { Pages } from "./pages.ts"
import type { Till } from "./Till.ts"

/** The dependencies of the app. */
export interface AppOptions {
  readonly till: Till
  readonly catalogue: Catalogue
  readonly pages: Pages
  /** Host names that requests may use, such as 127.0.0.1. */
  readonly hosts: ReadonlyArray<string>
  /** The host name at which customers reach their receipts, if it is a different one. */
  readonly receiptHost?: string | undefined
}

const decodeAction = Schema.decodeUnknownResult(Action)

/** Makes the app. */
export const makeApp = ({ till, catalogue, pages, hosts, receiptHost }: AppOptions) => {
  const app = new Hono()
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"]
      },
      crossOriginOpenerPolicy: "same-origin",
      crossOriginResourcePolicy: "same-origin",
      referrerPolicy: "no-referrer",
      xFrameOptions: "DENY",
      // Useless for plain HTTP on loopback.
      strictTransportSecurity: false
    })
  )
  app.use(ownSiteOnly(hosts, receiptHost))
  app.use("/api/*", async (c, next) => {
    await next()
    c.header("cache-control", "no-store")
  })

  app.get("/api/state", (c) => c.json(till.state()))
  app.get("/api/catalogue", (c) => c.json(catalogue))
  // Limiting a body of unknown length wraps the request, which has to be the platform's own `Request`.
  app.use("/api/act", async (c, next) => {
    if (c.req.header("content-length") === undefined) c.req.raw = c.req.raw.clone()
    await next()
  })
  app.post("/api/act", bodyLimit({ maxSize: 64 * 1024, onError: (c) => problem(c, 413, "too-long") }), async (c) => {
    const action = decodeAction(await c.req.json().catch(() => undefined))
    if (Result.isFailure(action)) return problem(c, 400, "not-an-action", "the body is not an action of the till")
    const done = await till.act(action.success)
    return Result.isFailure(done) ? problem(c, 409, done.failure.code, done.failure.message) : c.json(done.success)
  })
  app.get("/api/sales", (c) => {
    const limit = Number(c.req.query("limit") ?? 100)
    if (!Number.isInteger(limit) || limit < 1) return problem(c, 400, "limit", "expected a limit from 1")
    const text = c.req.query("q")
    return c.json(
      text === undefined
        ? till.records.history(c.req.query("day") ?? till.today(), limit)
        : till.records.search(text, limit)
    )
  })
  app.get("/api/sales/:id", (c) => {
    const detail = till.records.detail(c.req.param("id"))
    return detail === undefined ? problem(c, 404, "no-sale", "there is no such sale") : c.json(detail)
  })
  app.get("/api/days/:day", (c) => {
    const report = till.records.report(c.req.param("day"))
    return report === undefined ? problem(c, 404, "no-day", "there is no such day") : c.json(report)
  })
  app.get("/api/today", (c) => c.json({ day: till.today() }))

  app.get("/api/receipts/:token", (c) => {
    const sale = till.receipt(c.req.param("token"))
    if (sale === undefined) return problem(c, 404, "no-sale", "receipt not found")
    const { shop, details, currency, simulated } = till.state()
    return c.json({ sale, shop, details, currency, simulated } satisfies ReceiptView)
  })

  // Always the whole state, so that a page that reconnects has missed nothing.
  app.get("/api/events", (c) =>
    streamSSE(c, async (stream) => {
      let wake = () => {}
      let changed = true
      const stop = till.subscribe(() => {
        changed = true
        wake()
      })
      stream.onAbort(() => {
        stop()
        wake()
      })
      while (!stream.aborted) {
        if (changed) {
          changed = false
          await stream.writeSSE({ event: "state", data: JSON.stringify(till.state()) })
        } else {
          await stream.writeSSE({ event: "alive", data: "" })
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, HEARTBEAT)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
          if (changed || stream.aborted) wake()
        })
      }
    })
  )

  app.all("/api/*", (c) => problem(c, 404, "not-found"))
  // A receipt's link opens the same page, which shows that receipt alone.
  app.get("/r/:token", (c) => pages("/") ?? c.text("Not found", 404))
  app.get("*", (c) => pages(c.req.path) ?? c.text("Not found", 404))
  app.onError((_, c) => problem(c, 500, "failed", "the till failed; what it had written down is kept"))
  return app
}

/** The interval of keep-alives on an idle stream, in milliseconds. */
const HEARTBEAT = 10_000

const problem = (c: Context, status: 400 | 403 | 404 | 409 | 413 | 500, code: string, message = code) =>
  c.json({ error: { code, message } } satisfies ApiError, status)
