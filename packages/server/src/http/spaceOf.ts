/** The space of a request. */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Effect from "effect/Effect"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import * as Result from "effect/Result"
import type { Context } from "hono"
import type { Space } from "../Space.ts"
import type { SpaceRefused } from "../SpaceRefused.ts"
import { Spaces } from "../Spaces.ts"
import type { Login } from "./Credentials.ts"
import { type Env, headerOf } from "./HonoEnv.ts"

/** Finds or creates a space by name. */
export type SpaceNamed = (name: string) => Promise<Result.Result<Space, SpaceRefused>>

/** Finds the space that a caller means. */
export type SpaceOf = (c: Context<Env>, login: Login) => Promise<Result.Result<Space, SpaceRefused>>

export const makeSpaceNamed = (runtime: ManagedRuntime.ManagedRuntime<Spaces, never>): SpaceNamed => {
  let spaces: Spaces["Service"] | undefined
  return async (written) => {
    spaces ??= await runtime.runPromise(Spaces)
    const name = CardNumber.maskWritten(written)
    const known = spaces.find(name)
    return known === undefined ? runtime.runPromise(Effect.result(spaces.get(name))) : Result.succeed(known)
  }
}

/** By the login, else the header, else the query, the only place that an EventSource can use. */
export const makeSpaceOf =
  (spaceNamed: SpaceNamed): SpaceOf =>
  (c, login) =>
    spaceNamed(login.space || headerOf(c, "x-mock-space") || c.req.query("space") || "")
