/** Wrong logins are refused more and more slowly; what waits is bounded. */

import { assert, describe, it } from "vitest"
import { makeLoginThrottle } from "../../src/node/loginThrottle.ts"

const makeSleeps = () => {
  const sleeps: Array<number> = []
  return { sleeps, sleep: async (milliseconds: number) => void sleeps.push(milliseconds) }
}

describe("the refusal of a wrong login", () => {
  it("comes at once where there are few from an address, and later and later where there are many", async () => {
    const { sleeps, sleep } = makeSleeps()
    const beforeRefusal = makeLoginThrottle({ free: 3, sleep })
    for (let guess = 0; guess < 40; guess++) await beforeRefusal({ address: "192.0.2.1", username: `user${guess}` })
    assert.lengthOf(sleeps, 37)
    assert.deepStrictEqual(sleeps.slice(0, 3), [250, 500, 750])
    assert.strictEqual(sleeps.at(-1), 5_000)
    await beforeRefusal({ address: "192.0.2.2", username: "user" })
    assert.lengthOf(sleeps, 37)
  })

  it("waits too where many addresses guess the password of one login", async () => {
    const { sleeps, sleep } = makeSleeps()
    const beforeRefusal = makeLoginThrottle({ free: 3, sleep })
    for (let guess = 0; guess < 5; guess++) await beforeRefusal({ address: `192.0.2.${guess}`, username: "merchant" })
    assert.deepStrictEqual(sleeps, [250, 500])
  })

  it("does not wait beside a thousand that do, nor where the server closes", async () => {
    const closing = new AbortController()
    let asleep = 0
    const sleep = (_: number, signal: AbortSignal | undefined) => {
      asleep++
      return new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()))
    }
    const beforeRefusal = makeLoginThrottle({ free: 0, closing: closing.signal, sleep })
    const guess = () => beforeRefusal({ address: "192.0.2.1", username: undefined })
    const waiting = Array.from({ length: 1_000 }, guess)
    await guess()
    assert.strictEqual(asleep, 1_000)
    closing.abort()
    await Promise.all(waiting)
    await guess()
    assert.strictEqual(asleep, 1_000)
  })

  it("is over as soon as the server closes, with the timer that servers use", async () => {
    const closing = new AbortController()
    const beforeRefusal = makeLoginThrottle({ free: 0, closing: closing.signal })
    const refused = beforeRefusal({ address: "192.0.2.1", username: undefined })
    closing.abort()
    await refused
  })
})
