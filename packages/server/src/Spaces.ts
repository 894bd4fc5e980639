/**
 * Isolated namespaces: each has its own terminals, order ids and ledger.
 *
 * A gateway has one. A mock creates a space when it is first named, and drops the least recently used one when
 * there are too many.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberSet from "effect/FiberSet"
import * as Scope from "effect/Scope"
import type { Space } from "./Space.ts"
import { SpaceRefused } from "./SpaceRefused.ts"

export { SpaceRefused }

/** The spaces of one server. The one without a name is always there. */
export class Spaces extends Context.Service<
  Spaces,
  {
    /** The space of this name, created if it does not exist. */
    readonly get: (name: string) => Effect.Effect<Space, SpaceRefused>
    /** The space of this name, if it exists. */
    readonly find: (name: string) => Space | undefined
    /** The existing spaces, last used first. */
    readonly list: () => ReadonlyArray<Space>
    /** Forgets a space; its payments run to their end. Naming it again creates a new one. False if it did not exist. */
    readonly drop: (name: string) => boolean
  }
>()("@hipay-pos/server/Spaces") {}

/** Creates a space; its scope ends with the space. */
export type MakeSpace = (name: string, ended: AbortSignal) => Effect.Effect<Space, never, Scope.Scope>

/** The one space of a gateway. */
export const one = (space: Space): Spaces["Service"] => ({
  find: (name) => (name === "" ? space : undefined),
  get: (name) => (name === "" ? Effect.succeed(space) : new SpaceRefused({ problem: "this server has no spaces" })),
  list: () => [space],
  drop: () => false
})

interface Entry {
  readonly space: Space
  readonly scope: Scope.Closeable
  readonly end: () => void
}

/** Creates spaces on demand, up to `capacity`; they end with the surrounding scope. */
export const many = Effect.fnUntraced(function* (
  make: MakeSpace,
  capacity: number = 1_000
): Effect.fn.Return<Spaces["Service"], never, Scope.Scope> {
  const parent = yield* Effect.scope
  // In the order of their last use.
  const spaces = new Map<string, Entry>()

  const run = yield* FiberSet.makeRuntime<never>()
  const drop = (name: string): boolean => {
    const entry = spaces.get(name)
    if (entry === undefined) return false
    spaces.delete(name)
    entry.end()
    run(Scope.close(entry.scope, Exit.void))
    return true
  }

  const create = Effect.fnUntraced(function* (name: string) {
    const scope = yield* Scope.fork(parent)
    const ended = new AbortController()
    const space = yield* Scope.provide(make(name, ended.signal), scope)
    const first = spaces.get(name)
    if (first !== undefined) {
      ended.abort()
      yield* Scope.close(scope, Exit.void)
      return first.space
    }
    spaces.set(name, { space, scope, end: () => ended.abort() })
    const idle =
      spaces.size > capacity
        ? [...spaces.values()].find(({ space: { attempts, name } }) => name !== "" && attempts.underWay() === 0)
        : undefined
    if (idle !== undefined) drop(idle.space.name)
    return space
  })

  const find = (name: string): Space | undefined => {
    const entry = spaces.get(name)
    if (entry !== undefined && name !== "") {
      spaces.delete(name)
      spaces.set(name, entry)
    }
    return entry?.space
  }

  const get = (name: string): Effect.Effect<Space, SpaceRefused> =>
    Effect.suspend(() => {
      const space = find(name)
      if (space !== undefined) return Effect.succeed(space)
      return /^[\w.-]{0,64}$/.test(name)
        ? create(name)
        : new SpaceRefused({ problem: "a space's name has up to 64 letters, digits, dots, dashes and underscores" })
    })

  yield* Effect.orDie(get(""))
  return { get, find, list: () => [...spaces.values()].map(({ space }) => space).reverse(), drop }
})
