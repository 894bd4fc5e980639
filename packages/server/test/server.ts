/** A server over one space in memory, and terminals with given payment results. */
import { MemoryStore, makeApp, OwedEnds, Space, Spaces } from "@hipay-pos/server"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import type { CommonOptions, GatewayOptions } from "../src/AppOptions.ts"
import type { Chosen, Terminals } from "../src/terminals/Terminals.ts"
import { approved } from "./attempts/attempts.ts"
import { frames } from "./frames.ts"

/** Terminals over the network; they approve by default. */
export const dialled = (perform: Chosen["perform"] = () => Effect.sync(approved)): Terminals => ({
  frames,
  choose: () => Effect.succeed({ kind: "dialled", findings: [], lateAnswer: 0, perform })
})

/** Terminals that never get an order. */
export const unused: Terminals = { frames, choose: () => Effect.die(new Error("no order gets here")) }

/** A space in memory, with terminals that approve. */
export const makeSpace = (parts: Partial<Space.SpaceParts> = {}) =>
  Space.make({
    name: "",
    ended: new AbortController().signal,
    store: OwedEnds.over(MemoryStore.make()),
    terminals: dialled(),
    ...parts
  })

/** {@link makeSpace} as the only space of a server. */
export const runtimeOver = (parts?: Partial<Space.SpaceParts>) =>
  ManagedRuntime.make(Layer.effect(Spaces.Spaces, Effect.map(makeSpace(parts), Spaces.one)))

/** The login of a till. */
export const till = { username: "till", password: Redacted.make("secret") }

/** Its header. */
export const authorization = `Basic ${btoa("till:secret")}`

/** A gateway of one till. */
export const gatewayOver = (
  parts?: Partial<Space.SpaceParts>,
  options: Partial<CommonOptions & Omit<GatewayOptions, "mode">> = {}
) => makeApp(runtimeOver(parts), { mode: "gateway", credentials: [till], ...options })

/** A request with an order. */
export const sending = (body: object | string, headers: Readonly<Record<string, string>> = {}) => ({
  method: "POST",
  headers: { authorization, "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body)
})

/** Where orders are sent. */
export const ORDER = "/v1/connector/order"
