/** Where logins are guessed, an order with the right one is paid at once; what is not paid is answered as late as a wrong login. */
import { MemoryStore, makeApp, OwedEnds, Space, Spaces } from "@hipay-pos/server"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { assert, describe, it } from "vitest"
import { makeLoginThrottle } from "../../src/node/loginThrottle.ts"
import { approved } from "../attempts/attempts.ts"
import { frames } from "../frames.ts"
import { order } from "../order.ts"

const ADDRESS = "192.0.2.1"

/** A server whose terminals approve at once, and whose every guess waits until it is told to go on. */
const setUp = () => {
  const space = Space.make({
    name: "",
    ended: new AbortController().signal,
    store: OwedEnds.over(MemoryStore.make()),
    terminals: {
      frames,
      choose: () =>
        Effect.succeed({
          kind: "dialled" as const,
          findings: [],
          lateAnswer: 0,
          perform: () => Effect.succeed(approved())
        })
    }
  })
  const waiting: Array<() => void> = []
  const known: Array<object> = []
  const app = makeApp(ManagedRuntime.make(Layer.effect(Spaces.Spaces, Effect.map(space, Spaces.one))), {
    mode: "gateway",
    credentials: [{ username: "till", password: Redacted.make("secret") }],
    onLogin: (connection) => void known.push(connection),
    loginThrottle: makeLoginThrottle({ free: 0, sleep: () => new Promise((resolve) => void waiting.push(resolve)) })
  })
  const send = async (body: object, password = "secret", headers: Record<string, string> = {}) => {
    const socket = { remoteAddress: ADDRESS, destroy: () => {} }
    const all = { authorization: `Basic ${btoa(`till:${password}`)}`, "content-type": "application/json", ...headers }
    const incoming = { headers: all, rawHeaders: [], socket }
    const init = { method: "POST", headers: all, body: JSON.stringify(body) }
    return (await app.request("/v1/connector/order", init, { incoming })).status
  }
  /** Answers as they come. */
  const statuses: Array<number> = []
  const told = (answer: Promise<number>) => answer.then((status) => void statuses.push(status))
  const release = () => {
    for (const go of waiting.splice(0)) go()
  }
  return { send, told, statuses, known, waiting, release }
}

const paying = (orderId: string) => order({ order: { order_id: orderId } })

describe("an order with the right login, where 24 wrong ones of its address and its name are held back", () => {
  it("is paid on a new connection without waiting", async () => {
    const { send, told, statuses, known, release } = setUp()
    const guesses = Array.from({ length: 24 }, (_, index) => told(send(paying(`GUESS-${index}`), `guess-${index}`)))
    assert.strictEqual(await send(paying("A")), 200)
    assert.strictEqual(await send(paying("B")), 200)
    assert.lengthOf(known, 2)
    assert.deepStrictEqual(statuses, [])
    release()
    await Promise.all(guesses)
    assert.deepStrictEqual(new Set(statuses), new Set([401]))
  })

  it("is answered as late as a wrong one unless it is paid: silence does not tell which is which", async () => {
    const { send, told, statuses, waiting, release } = setUp()
    const answers = [
      told(send({}, "guess")),
      told(send({})),
      told(send({})),
      told(send(paying("LATER"), "secret", { prefer: "respond-async" }))
    ]
    assert.strictEqual(await send(paying("A")), 200)
    assert.lengthOf(waiting, 5)
    assert.deepStrictEqual(statuses, [])
    release()
    await Promise.all(answers)
    assert.deepStrictEqual(statuses.sort(), [202, 400, 400, 401])
  })
})
