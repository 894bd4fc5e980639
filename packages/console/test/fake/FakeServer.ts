/**
 * The server's HTTP interface in memory, as far as the pages use it: for looking at the pages without the server, and
 * for tests that need what a real one gives only after minutes, such as ten thousand attempts or a lost line.
 */

import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { extname, join, normalize } from "node:path"
import { getRequestListener } from "@hono/node-server"
import { Hono } from "hono"
import { streamSSE } from "hono/streaming"
import type { Detail, Summary } from "../../src/server/model.ts"
import { totals } from "./catalogue.ts"
import type { FakeTerminal } from "./FakeTerminal.ts"
import { makeMock } from "./mockRoutes.ts"

export const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

export interface FakeOptions {
  /** The folder of the built pages. */
  readonly pages: string
  readonly attempts: ReadonlyArray<Detail>
  readonly mode?: "simulated" | "gateway"
  readonly roles?: ReadonlyArray<string>
  /** For how many seconds terminals may still answer what is unknown; not at all by default. */
  readonly lineOpen?: number
  readonly port?: number
}

export interface FakeServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Opens or changes an attempt. */
  readonly put: (attempt: Detail) => void
  /** Orders that came in. */
  readonly orders: ReadonlyArray<unknown>
  /** Calls of the mock's own routes, as `METHOD path body`. */
  readonly calls: ReadonlyArray<string>
  /** A terminal; made when it is not there yet. */
  readonly terminal: (name: string) => FakeTerminal
}

/** Starts it on 127.0.0.1. */
export const startFake = async (options: FakeOptions): Promise<FakeServer> => {
  const mode = options.mode ?? "simulated"
  const roles = options.roles ?? ["pay", "read", "resolve", "control"]
  const attempts = new Map(options.attempts.map((each) => [each.id, each]))
  const changes: Array<Summary> = []
  const watchers = new Set<() => void>()
  const orders: Array<unknown> = []
  const calls: Array<string> = []

  const put = (attempt: Detail) => {
    attempts.set(attempt.id, attempt)
    changes.push(summary(attempt))
    for (const watcher of watchers) watcher()
  }

  const closing = new AbortController()
  const mock = makeMock(closing.signal)
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header("X-Hipay-Pos-Mode", mode)
    c.header("Content-Security-Policy", contentSecurityPolicy)
  })
  const session = { login: "merchant", roles, mode, space: "", version: "0.1.0" }
  const isIn = (cookie: string | undefined) => cookie?.includes("session=in") ?? false
  const refuse = (status: number, code: string, message: string) =>
    Response.json({ error: { status, code, message, description: "", details: {} } }, { status })

  app.post("/session", async (c) => {
    const { username, password } = await c.req.json()
    if (username !== "merchant" || password !== "secret") return refuse(401, "unauthorized", "Invalid credentials")
    c.header("Set-Cookie", "session=in; HttpOnly; SameSite=Strict; Path=/")
    return c.body(null, 204)
  })
  for (const path of ["/session", "/attempts", "/attempts/*", "/_mock", "/_mock/*"]) {
    app.use(path, async (c, next) =>
      isIn(c.req.header("cookie")) ? next() : refuse(401, "unauthorized", "Invalid credentials")
    )
  }
  app.get("/session", (c) => c.json({ ...session, space: c.req.header("x-mock-space") ?? "" }))
  app.delete("/session", (c) => {
    c.header("Set-Cookie", "session=; Max-Age=0; Path=/")
    return c.body(null, 204)
  })

  app.get("/attempts", (c) => {
    const { limit = "100", before, state, q = "", format } = c.req.query()
    if (format === "totals") return c.json({ totals })
    const all = [...attempts.values()]
      .sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1))
      .filter(
        (each) =>
          (!state || each.state === state) &&
          (q === "" || `${each.orderId} ${each.terminal.name}`.toLowerCase().includes(q.toLowerCase()))
      )
    const from = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1
    const page = all.slice(from, from + Number(limit))
    const last = page.at(-1)
    const query = new URLSearchParams({ ...c.req.query(), before: last?.id ?? "" })
    return c.json({
      attempts: page.map(summary),
      ...(from + page.length < all.length ? { next: `/attempts?${query}` } : {})
    })
  })
  app.get("/attempts/events", (c) =>
    streamSSE(c, async (stream) => {
      const given = c.req.header("last-event-id")
      let sent = given === undefined ? changes.length : Number(given)
      await stream.writeSSE({
        event: "hello",
        data: JSON.stringify({ at: new Date().toISOString(), last: changes.length }),
        ...(given === undefined ? { id: String(changes.length) } : {})
      })
      while (!stream.aborted && !closing.signal.aborted) {
        while (sent < changes.length) {
          const change = changes[sent++]
          await stream.writeSSE({ event: "attempt", id: String(sent), data: JSON.stringify(change) })
        }
        await new Promise<void>((resolve) => {
          const wake = () => {
            watchers.delete(wake)
            resolve()
          }
          watchers.add(wake)
          stream.onAbort(wake)
        })
      }
    })
  )
  app.get("/attempts/:id/events", (c) =>
    streamSSE(c, async (stream) => {
      const attempt = attempts.get(c.req.param("id"))
      for (const entry of attempt?.timeline ?? []) {
        await stream.writeSSE({ event: "entry", data: JSON.stringify(entry) })
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          const now = attempts.get(c.req.param("id"))
          if (now?.state === "open" && !closing.signal.aborted && !stream.aborted) return
          watchers.delete(wake)
          resolve()
        }
        watchers.add(wake)
        stream.onAbort(wake)
        wake()
      })
      const ended = attempts.get(c.req.param("id"))
      if (ended !== undefined) await stream.writeSSE({ event: "end", data: JSON.stringify(summary(ended)) })
    })
  )
  app.get("/attempts/:id", (c) => {
    const attempt = attempts.get(c.req.param("id"))
    return attempt === undefined ? refuse(404, "not.found", "No such attempt") : c.json(attempt)
  })
  app.post("/attempts/:id/resolve", async (c) => {
    const attempt = attempts.get(c.req.param("id"))
    if (attempt?.state !== "unknown") return refuse(409, "attempt.not.unknown", "This attempt is not unknown")
    const { outcome, by, evidence, override } = await c.req.json()
    if (options.lineOpen !== undefined && outcome !== "approved" && override !== true) {
      const details = { attempt: `/attempts/${attempt.id}`, seconds: options.lineOpen }
      return c.json({ error: { status: 409, code: "attempt.line.open", message: "Conflict", details } }, 409)
    }
    const at = new Date().toISOString()
    const resolved: Detail = {
      ...attempt,
      state: outcome,
      resolution: { outcome, by, evidence, at },
      resolutions: [{ outcome, by, evidence, at }],
      timeline: [...attempt.timeline, { at, kind: "resolution", outcome, by, evidence }]
    }
    put(resolved)
    return c.json(resolved)
  })
  app.post("/v1/connector/order", async (c) => {
    const body = await c.req.json()
    orders.push(body)
    const template = options.attempts[0]
    const id = `sent-${orders.length}`
    if (template !== undefined) {
      put({ ...template, id, orderId: body.order.order_id, order: body, openedAt: new Date().toISOString() })
    }
    c.header("Location", `/attempts/${id}`)
    return c.json({ attempt: `/attempts/${id}`, id, state: "open" }, 202)
  })
  app.use("/_mock/*", async (c, next) => {
    if (c.req.method !== "GET") calls.push(`${c.req.method} ${c.req.path} ${await c.req.raw.clone().text()}`)
    await next()
  })
  app.route("/_mock", mock.app)

  app.get("*", async (c) => {
    const path = normalize(c.req.path === "/" ? "/index.html" : c.req.path)
    try {
      return c.body(await readFile(join(options.pages, path)), 200, {
        "Content-Type": types[extname(path)] ?? "application/octet-stream"
      })
    } catch {
      return c.notFound()
    }
  })

  const server = createServer(getRequestListener(app.fetch))
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    put,
    orders,
    calls,
    terminal: mock.terminal,
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      for (const watcher of watchers) watcher()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

const summary = (detail: Detail): Summary => {
  const { timeline: _, order: __, answer: ___, findings: ____, frames: _____, ...rest } = detail
  return rest
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml"
}
