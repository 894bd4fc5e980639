/**
 * A mock in memory: no port, no files, no Node API. It runs in a page, in a worker, or inside a test.
 *
 * All terminals are simulated and controlled as on a mock that listens. Nothing is kept when it ends.
 */

import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import { makeApp } from "@hipay-pos/server"
import * as Credentials from "@hipay-pos/server/Credentials"
import type { Env } from "@hipay-pos/server/http"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { Hono } from "hono"
import { mockRoutes } from "./control/controlRoutes.ts"
import * as MockControl from "./control/MockControl.ts"
import * as MockSpaces from "./MockSpaces.ts"
import * as MockOptions from "./mock/MockOptions.ts"
import { sandbox } from "./mock/sandbox.ts"

/** How a mock in memory is set up; everything has a default: the login is merchant, with the password secret. */
export interface MakeMockOptions extends MockOptions.MockOptions {
  readonly credentials?: { readonly username: string; readonly password: string } | undefined
}

/** A mock in memory. */
export interface InMemoryMock extends AsyncDisposable {
  /** Its base URL for clients; nothing listens there. */
  readonly url: string
  /** Answers a request as a server would; give it to a client as its `fetch`. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** The mock as a Hono app, to mount in another one. */
  readonly app: Hono<Env>
  /** The mock's own interface, and the bearer token that opens it. */
  readonly control: { readonly url: string; readonly token: string }
  /** The same interface, typed: what terminals do next, the clock, the ledger. */
  readonly mock: MockControl.MockControl
  /** Refuses new orders, and waits for payments in progress. */
  readonly close: () => Promise<void>
}

const names = { ...MockOptions.names, credentials: true } as const satisfies Record<keyof MakeMockOptions, true>

/** Makes a mock in memory. Throws a `RangeError` that names an option which cannot be used. */
export const makeMock = (options: MakeMockOptions = {}): InMemoryMock => {
  const { credentials, timeZone } = options
  const layerOptions = Result.getOrThrowWith(
    MockOptions.toLayerOptions(options, names),
    (problem) => new RangeError(problem)
  )
  const token = options.controlToken || crypto.randomUUID()
  const closing = new AbortController()
  const runtime = ManagedRuntime.make(MockSpaces.layer({ ...layerOptions, closing: closing.signal }))
  const app = makeApp(runtime, {
    credentials: [
      credentials === undefined
        ? Credentials.defaults
        : { username: credentials.username, password: Redacted.make(credentials.password) }
    ],
    mode: "simulated",
    days: timeZone === undefined ? undefined : dayOf(timeZone),
    control: { path: "/_mock", token, make: mockRoutes },
    sandbox,
    closing: closing.signal,
    validation: options.validation,
    allowedHosts: options.allowedHosts,
    bodyLimit: options.bodyLimit,
    version: options.version,
    listener: options.listener
  })
  const fetch: InMemoryMock["fetch"] = async (input, init) => app.fetch(new Request(input, init))
  const control = { url: `${URL_OF_MOCK}/_mock`, token }
  const close = async () => {
    closing.abort()
    await runtime.dispose()
  }
  return {
    url: URL_OF_MOCK,
    fetch,
    app,
    control,
    mock: MockControl.make({ ...control, fetch }),
    close,
    [Symbol.asyncDispose]: close
  }
}

/** A name that always means this machine (RFC 6761), so that no request meant for the mock goes elsewhere. */
const URL_OF_MOCK = "http://mock.localhost"

const dayOf = (timeZone: string): BusinessDay.BusinessDay =>
  Result.getOrThrowWith(
    BusinessDay.make({ timeZone }),
    ({ expected, actual }) => new RangeError(`timeZone: expected ${expected}, got ${actual}`)
  )
