/** Serves the control API on loopback. */
import { randomBytes } from "node:crypto"
import type { AddressInfo } from "node:net"
import { serve } from "@hono/node-server"
import { Hono } from "hono"
import { type ControlOptions, makeControl } from "./control.ts"
import { ListenFailed } from "./listen.ts"

/** A control API that listens. */
export interface StartedControl extends AsyncDisposable {
  readonly url: string
  readonly token: string
  readonly close: () => Promise<void>
}

/** What to serve, and where. Without a token, a random one is generated; port 0, the default, takes any free port. */
export type StartControlOptions = Omit<ControlOptions, "token"> & { readonly token?: string; readonly port?: number }

const HOST = "127.0.0.1"

/** Starts the control API. Rejects with `ListenFailed` if the port cannot be bound. */
export const startControl = async (options: StartControlOptions): Promise<StartedControl> => {
  const token = options.token ?? randomBytes(24).toString("base64url")
  const app = new Hono()
  // Rejects cross-site requests and other Host names (DNS rebinding).
  app.use(async (c, next) => {
    const host = new URL(c.req.url).hostname
    if ((host !== HOST && host !== "localhost") || c.req.header("origin") !== undefined) {
      return c.json(
        { error: { code: "origin", message: "only programs on this machine may call the control API, not web pages" } },
        403
      )
    }
    await next()
  })
  const control = makeControl({ ...options, token })
  app.all("*", (c) => control.fetch(c.req.raw, c.env))
  const requested = options.port ?? 0
  const { server, port } = await new Promise<{ server: ReturnType<typeof serve>; port: number }>((resolve, reject) => {
    const started = serve(
      { fetch: app.fetch, hostname: HOST, port: requested, overrideGlobalObjects: false },
      (info: AddressInfo) => resolve({ server: started, port: info.port })
    )
    started.once("error", (error: NodeJS.ErrnoException) =>
      reject(new ListenFailed({ host: HOST, port: requested, code: error.code ?? "UNKNOWN" }))
    )
  })
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      if ("closeAllConnections" in server) server.closeAllConnections()
    })
  return { url: `http://${HOST}:${port}`, token, close, [Symbol.asyncDispose]: close }
}
