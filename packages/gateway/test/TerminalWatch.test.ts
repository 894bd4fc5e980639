/** The watch over terminals, with real sockets and a clock that the test advances. */
import { createServer, type Server } from "node:net"
import * as ConcertSession from "@hipay-pos/concert-codec/ConcertSession"
import type { Connector } from "@hipay-pos/concert-codec/Connection"
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { AttemptStore, MemoryStore } from "@hipay-pos/server"
import type { Attempt } from "@hipay-pos/server/Attempt"
import { attempt, put, set, setAside, terminalAt } from "@hipay-pos/server/testing"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { assert, describe, it } from "vitest"
import * as DialledTerminals from "../src/terminals/DialledTerminals.ts"
import * as TerminalWatch from "../src/terminals/TerminalWatch.ts"

const MINUTE = 60_000

const run = <A, E>(effect: Effect.Effect<A, E>) => Effect.runPromise(Effect.provide(effect, TestClock.layer()))

/** A terminal that accepts connections; `ended` holds what was received on each closed one. */
const listen = async (port = 0) => {
  const ended: Array<string> = []
  let onEnded = () => {}
  const server: Server = createServer((socket) => {
    let got = ""
    socket.on("data", (data) => {
      got += data
    })
    socket.on("error", () => {})
    socket.on("end", () => {
      ended.push(got)
      onEnded()
    })
  })
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve))
  const address = server.address()
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    ended,
    /** Resolves once this many connections are closed. */
    until: (count: number) =>
      new Promise<void>((resolve) => {
        onEnded = () => ended.length >= count && resolve()
        onEnded()
      }),
    close: () => new Promise((resolve) => server.close(resolve))
  }
}

/** A watch over terminals of this machine, by their ports. */
const watching = (
  ports: ReadonlyArray<number>,
  store: AttemptStore.AttemptStore = MemoryStore.make(),
  connector: Connector = TcpConnection.connector
) => {
  const terminals = () => ports.map((port) => ({ host: "127.0.0.1", port }))
  const list = terminals()
  const dialled = DialledTerminals.make({ terminals: list, connector, store })
  const looked: Array<string> = []
  const watch = TerminalWatch.make({
    terminals: () => list,
    accepts: dialled.accepts,
    store,
    every: "30 seconds",
    onLook: (terminal, isReachable) => looked.push(`${terminal} ${isReachable}`)
  })
  return { watch, store, looked, seen: (port: number) => watch.seen(`127.0.0.1:${port}`) }
}

const at = (port: number, id: string, changes: Partial<Attempt> = {}): Attempt =>
  attempt(id, {
    terminal: "dialled",
    target: TerminalTarget.concert({ host: "127.0.0.1", port, contracts: [] }),
    ...changes
  })

describe("terminals that are watched", () => {
  it("come and go: each check records whether a connection is accepted, and since when", async () => {
    const terminal = await listen()
    const { port } = terminal
    const { watch, seen, looked } = watching([port])
    assert.isUndefined(seen(port))
    await run(
      Effect.gen(function* () {
        yield* watch.look
        assert.deepStrictEqual(seen(port), { reachable: true, since: 0, checkedAt: 0 })
        yield* TestClock.adjust(MINUTE)
        yield* watch.look
        assert.deepStrictEqual(seen(port), { reachable: true, since: 0, checkedAt: MINUTE })
        yield* Effect.promise(() => terminal.until(2))
        yield* Effect.promise(terminal.close)
        yield* TestClock.adjust(MINUTE)
        yield* watch.look
        assert.deepStrictEqual(seen(port), { reachable: false, since: 2 * MINUTE, checkedAt: 2 * MINUTE })
      })
    )
    assert.deepStrictEqual(terminal.ended, ["", ""], "nothing is written, and both connections are closed")
    assert.deepStrictEqual(looked, [`127.0.0.1:${port} true`, `127.0.0.1:${port} true`, `127.0.0.1:${port} false`])
  })

  it("are left alone only while an attempt there is open, queued or to be resolved", async () => {
    const terminals = await Promise.all([listen(), listen(), listen(), listen()])
    const [open, queued, unknown, free] = terminals.map(({ port }) => port) as [number, number, number, number]
    const { watch, store, seen } = watching([open, queued, unknown, free])
    const name = (port: number) => terminalAt(`127.0.0.1:${port}`)
    await run(
      Effect.gen(function* () {
        yield* put(store, at(open, "open"), name(open))
        yield* put(store, at(queued, "first"), name(queued))
        yield* put(store, at(queued, "second"), name(queued))
        yield* put(store, at(unknown, "unknown", { state: "unknown" }), name(unknown))
        yield* put(store, at(free, "paid", { state: "approved" }), name(free))
        yield* watch.look
        assert.deepStrictEqual([open, queued, unknown].map(seen), [undefined, undefined, undefined])
        assert.isTrue(seen(free)?.reachable)
        // Once the attempt is set aside, the terminal takes orders again and is checked again.
        yield* set(store, at(unknown, "unknown", { state: "unknown", resolutions: [setAside] }))
        yield* set(store, at(open, "open", { state: "approved" }))
        yield* watch.look
        assert.isUndefined(seen(queued))
        assert.isTrue(seen(unknown)?.reachable)
        assert.isTrue(seen(open)?.reachable)
      })
    )
    await Promise.all(terminals.map(({ close }) => close()))
    assert.lengthOf(terminals[1]?.ended ?? [], 0)
  })

  it("are left alone under every name that resolves to the address of an undecided attempt", async () => {
    const store = MemoryStore.make()
    let connections = 0
    const connector: Connector = {
      resolve: ({ port }) => Effect.succeed({ host: "10.0.0.7", port }),
      connect: () => Effect.sync(() => void connections++).pipe(Effect.andThen(Effect.never))
    }
    const { watch } = watching([8888], store, connector)
    await run(
      Effect.gen(function* () {
        yield* put(store, at(1, "elsewhere"), terminalAt("till-1:8888", "10.0.0.7:8888"))
        yield* watch.look
      })
    )
    assert.strictEqual(connections, 0)
  })

  it("are left alone if the store cannot say whether a payment is undecided", async () => {
    const terminal = await listen()
    const fails = () => Effect.fail(AttemptStore.unavailable("disk I/O error"))
    const { watch, seen } = watching([terminal.port], { ...MemoryStore.make(), lastAt: fails })
    await run(watch.look)
    assert.isUndefined(seen(terminal.port))
    await terminal.close()
    assert.lengthOf(terminal.ended, 0)
  })

  it("do not hold up a payment: one that opens ends the check and abandons its connection", async () => {
    let abandoned = 0
    const connector: Connector = {
      connect: () =>
        Effect.callback(() => {
          watch.onChange(at(8888, "opens"))
          return Effect.sync(() => void abandoned++)
        })
    }
    const { watch, seen } = watching([8888], MemoryStore.make(), connector)
    await run(watch.look)
    assert.strictEqual(abandoned, 1)
    assert.isUndefined(seen(8888))
  })

  it("are checked one after another, and are unreachable after the connect timeout", async () => {
    const connector: Connector = { connect: () => Effect.never }
    const { watch, looked } = watching([8888], MemoryStore.make(), connector)
    await run(
      Effect.gen(function* () {
        yield* Effect.forkChild(watch.run)
        yield* TestClock.adjust("20 seconds")
        assert.deepStrictEqual(looked, ["127.0.0.1:8888 false"])
        yield* TestClock.adjust("50 seconds")
        assert.lengthOf(looked, 2)
      })
    )
  })
})

describe("the connection to a terminal that is checked", () => {
  it("is not taken from an exchange, and is free again after a check", async () => {
    const { connector } = TcpConnection
    const to = { host: "127.0.0.1", port: 1 }
    const look = ConcertSession.whileFree(connector, to, Effect.succeed("looked"))
    const nested = ConcertSession.whileFree(connector, to, look)
    assert.deepStrictEqual(await run(nested), Option.some(Option.none()))
    assert.deepStrictEqual(await run(look), Option.some("looked"))
  })
})
