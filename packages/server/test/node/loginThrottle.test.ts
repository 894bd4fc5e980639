/** While logins are guessed, further ones wait, right or wrong; callers that have shown theirs before do not. */

import { assert, describe, it, vi } from "vitest"
import { makeLoginThrottle } from "../../src/node/loginThrottle.ts"

const setUp = (free = 3) => {
  const sleeps: Array<number> = []
  const clock = { now: 0 }
  const sleep = async (milliseconds: number) => void sleeps.push(milliseconds)
  return { sleeps, clock, throttle: makeLoginThrottle({ free, sleep, now: () => clock.now }) }
}

/** A caller with a wrong login. */
const guess = async (throttle: ReturnType<typeof makeLoginThrottle>, address: string, username: string) => {
  const caller = { address, username, connection: {} }
  await throttle.beforeCheck(caller)
  await throttle.onWrong(caller)
}

describe("a login that is not known at its address", () => {
  it("is checked at once after few wrong ones, and later and later after many", async () => {
    const { sleeps, throttle } = setUp()
    for (let i = 0; i < 3; i++) await guess(throttle, "192.0.2.1", `user${i}`)
    assert.lengthOf(sleeps, 0)
    for (let i = 3; i < 40; i++) await guess(throttle, "192.0.2.1", `user${i}`)
    assert.lengthOf(sleeps, 37)
    assert.isTrue(sleeps.every((each, index) => index === 0 || each >= (sleeps[index - 1] ?? 0)))
    assert.strictEqual(sleeps[0], 250)
    assert.strictEqual(sleeps.at(-1), 5_000)
    await throttle.beforeCheck({ address: "192.0.2.2", username: "user" })
    assert.lengthOf(sleeps, 37)
  })

  it("waits, too, if many addresses guess the password of one login", async () => {
    const { sleeps, throttle } = setUp()
    for (let i = 0; i < 5; i++) await guess(throttle, `192.0.2.${i}`, "merchant")
    assert.lengthOf(sleeps, 2)
  })

  it("waits longer the more callers wait, so that guesses at the same time gain nothing", async () => {
    const sleeps: Array<number> = []
    const throttle = makeLoginThrottle({
      free: 1,
      sleep: (milliseconds) => {
        sleeps.push(milliseconds)
        return new Promise(() => {})
      }
    })
    await guess(throttle, "192.0.2.1", "boss")
    for (let i = 0; i < 2_000; i++) {
      void throttle.beforeCheck({ address: "192.0.2.1", username: "boss", connection: {} })
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    assert.lengthOf(sleeps, 2_000)
    assert.strictEqual(sleeps.filter((each) => each < 5_000).length, 19)
  })

  it("has its requests of one connection wait one after the other", async () => {
    const { sleeps, throttle } = setUp(1)
    await guess(throttle, "192.0.2.1", "boss")
    const connection = {}
    const order: Array<number> = []
    const waits = [1, 2, 3].map((each) =>
      throttle.beforeCheck({ address: "192.0.2.1", username: "boss", connection }).then(() => order.push(each))
    )
    await Promise.all(waits)
    assert.deepStrictEqual(order, [1, 2, 3])
    assert.deepStrictEqual(sleeps, [250, 500, 750])
  })
})

describe("a till", () => {
  const till = { address: "192.0.2.1", username: "till" }

  it("does not wait on its connection, nor on a new one from its address, whoever guesses elsewhere", async () => {
    const { sleeps, throttle } = setUp()
    const connection = {}
    throttle.onRight(connection, "till", () => till.address)
    for (let i = 0; i < 40; i++) await guess(throttle, "198.51.100.1", "till")
    const slow = sleeps.length
    await throttle.beforeCheck({ ...till, connection })
    await throttle.beforeCheck({ ...till, connection: {} })
    assert.lengthOf(sleeps, slow)
    await throttle.beforeCheck({ address: "203.0.113.1", username: "till", connection: {} })
    assert.lengthOf(sleeps, slow + 1)
  })

  it("waits on a new connection if its own login is guessed from its own address, but not once it has shown it", async () => {
    const { sleeps, throttle } = setUp()
    throttle.onRight({}, "till", () => till.address)
    for (let i = 0; i < 10; i++) await guess(throttle, till.address, "till")
    const slow = sleeps.length
    await throttle.beforeCheck({ ...till, connection: {} })
    assert.lengthOf(sleeps, slow + 1)
    throttle.onRight({}, "till", () => till.address)
    await throttle.beforeCheck({ ...till, connection: {} })
    assert.lengthOf(sleeps, slow + 1)
  })

  it("with one valid login gains nothing for guesses of another", async () => {
    const { sleeps, throttle } = setUp()
    const connection = {}
    throttle.onRight(connection, "till", () => till.address)
    for (let i = 0; i < 4; i++) {
      const caller = { address: till.address, username: "boss", connection }
      await throttle.beforeCheck(caller)
      await throttle.onWrong(caller)
    }
    assert.deepStrictEqual(sleeps, [250])
  })
})

describe("a server", () => {
  it("looks at connections that have shown a login only within a minute of a wrong one", async () => {
    const { clock, throttle } = setUp()
    const connection = {}
    assert.isTrue(throttle.looksAt(connection))
    throttle.onRight(connection, "till", () => "192.0.2.1")
    assert.isFalse(throttle.looksAt(connection))
    await guess(throttle, "192.0.2.2", "boss")
    assert.isTrue(throttle.looksAt(connection))
    clock.now = 60_000
    assert.isFalse(throttle.looksAt(connection))
  })

  it("looks at them just as long if the time of day is set back meanwhile", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] })
    try {
      const throttle = makeLoginThrottle()
      const connection = {}
      throttle.onRight(connection, "till", () => "192.0.2.1")
      await guess(throttle, "192.0.2.2", "boss")
      vi.setSystemTime(Date.now() - 3_600_000)
      assert.isTrue(throttle.looksAt(connection))
      vi.advanceTimersByTime(60_000)
      assert.isFalse(throttle.looksAt(connection))
    } finally {
      vi.useRealTimers()
    }
  })

  it("counts no right login: as many tills as there are begin without waiting", async () => {
    const { sleeps, throttle } = setUp()
    for (let i = 0; i < 40; i++) {
      const caller = { address: "192.0.2.1", username: `till-${i}`, connection: {} }
      await throttle.beforeCheck(caller)
      throttle.onRight(caller.connection, caller.username, () => caller.address)
    }
    assert.lengthOf(sleeps, 0)
  })

  it("takes off no more than it counted: many right logins of one connection give no guess away", async () => {
    const { sleeps, throttle } = setUp()
    const connection = {}
    for (let i = 0; i < 40; i++) {
      const caller = { address: "192.0.2.1", username: `till-${i}`, connection }
      if (throttle.looksAt(connection)) await throttle.beforeCheck(caller)
      throttle.onRight(connection, caller.username, () => caller.address)
    }
    for (let i = 0; i < 4; i++) await guess(throttle, "192.0.2.1", `user${i}`)
    assert.lengthOf(sleeps, 1)
  })

  it("knows a right login once its wait is over: sent twice, it waits twice", async () => {
    const waiting: Array<() => void> = []
    const throttle = makeLoginThrottle({ free: 0, sleep: () => new Promise((resolve) => void waiting.push(resolve)) })
    const caller = { address: "192.0.2.1", username: "till" }
    const [first, second] = [{}, {}]
    const waits = [throttle.beforeCheck({ ...caller, connection: first })]
    throttle.onRight(first, caller.username, () => caller.address)
    waits.push(throttle.beforeCheck({ ...caller, connection: second }))
    await new Promise<void>((resolve) => setImmediate(resolve))
    assert.lengthOf(waiting, 2)
    for (const go of waiting.splice(0)) go()
    await Promise.all(waits)
    await throttle.beforeCheck({ ...caller, connection: {} })
    assert.isEmpty(waiting)
  })

  it("counts none of many that are right at the same time", async () => {
    const { sleeps, throttle } = setUp()
    const callers = Array.from({ length: 40 }, () => ({ address: "192.0.2.1", username: "till", connection: {} }))
    await Promise.all(callers.map((caller) => throttle.beforeCheck(caller)))
    for (const { connection, username, address } of callers) throttle.onRight(connection, username, () => address)
    const waited = sleeps.length
    for (let i = 0; i < 3; i++) await guess(throttle, "192.0.2.1", `user${i}`)
    assert.lengthOf(sleeps, waited)
  })

  it("that closes lets nobody wait, with the timer that servers use", async () => {
    const closing = new AbortController()
    const throttle = makeLoginThrottle({ free: 1, closing: closing.signal })
    await guess(throttle, "192.0.2.1", "boss")
    const waiting = throttle.beforeCheck({ address: "192.0.2.1", username: "boss" })
    closing.abort()
    await waiting
    await throttle.beforeCheck({ address: "192.0.2.1", username: "boss" })
  })
})
