import { assert, describe, it } from "vitest"
import { TerminalQueue } from "../src/TerminalQueue.ts"

describe("a terminal's queue", () => {
  it("lets payments go on one by one, in the order in which they entered", async () => {
    const queue = new TerminalQueue()
    const order: Array<string> = []
    const pay = async (name: string, { before, leave }: ReturnType<TerminalQueue["enter"]>) => {
      await before
      order.push(`${name} begins`)
      await Promise.resolve()
      order.push(`${name} ends`)
      leave()
    }
    await Promise.all(["A", "B", "C"].map((name) => pay(name, queue.enter("Counter"))))
    assert.deepStrictEqual(order, ["A begins", "A ends", "B begins", "B ends", "C begins", "C ends"])
  })

  it("has nothing before the first payment, before one at another terminal, or once all have left", () => {
    const queue = new TerminalQueue()
    const { before, leave } = queue.enter("Counter")
    assert.isUndefined(before)
    assert.isUndefined(queue.enter("Terrace").before)
    const second = queue.enter("Counter")
    assert.isDefined(second.before)
    leave()
    second.leave()
    assert.isUndefined(queue.enter("Counter").before)
  })

  it("lets no payment overtake those before one that left early", async () => {
    const queue = new TerminalQueue()
    const first = queue.enter("Counter")
    const second = queue.enter("Counter")
    const third = queue.enter("Counter")
    let isNext = false
    const waiting = third.before?.then(() => {
      isNext = true
    })
    second.leave()
    await new Promise((resolve) => setImmediate(resolve))
    assert.isFalse(isNext)
    first.leave()
    await waiting
    assert.isTrue(isNext)
  })
})
