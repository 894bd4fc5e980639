/** Several listeners as one. */
import { assert, describe, it, vi } from "@effect/vitest"
import * as AttemptListener from "../../src/attempts/AttemptListener.ts"

/** How many values each method receives. */
const methods: Record<keyof AttemptListener.AttemptListener, number> = {
  onChange: 1,
  onUnknownEnded: 2,
  onEvent: 2,
  onPaymentEvent: 2,
  onAlarm: 2,
  onRepeatWhileUndecided: 2,
  onRepeatAnswered: 1,
  onDefect: 2
}

describe("the listeners of a list", () => {
  it.each(Object.entries(methods))(
    "receive %s in order, with all of its values, although one of them throws",
    (method, count) => {
      const told: Array<ReadonlyArray<unknown>> = []
      const named = (name: string): AttemptListener.AttemptListener => ({
        [method]: (...values: ReadonlyArray<unknown>) => told.push([name, ...values])
      })
      const failing = { [method]: () => assert.fail("its listener fails") }
      const all: object = AttemptListener.all([named("first"), undefined, {}, failing, named("last")])
      const values = ["a value", "another"].slice(0, count)
      Reflect.get(all, method)(...values)
      assert.deepStrictEqual(told, [
        ["first", ...values],
        ["last", ...values]
      ])
    }
  )

  it("may be instances of a class", () => {
    class Counter implements AttemptListener.AttemptListener {
      defects = 0
      onDefect() {
        this.defects++
      }
    }
    const counter = new Counter()
    AttemptListener.all([counter]).onDefect?.("a1", new Error("a defect"))
    assert.strictEqual(counter.defects, 1)
  })

  it.each(Object.keys(methods))("may be asynchronous and reject: %s", (method) => {
    const rejected = Promise.reject(new Error("its listener fails"))
    const then = vi.spyOn(rejected, "then")
    const all: object = AttemptListener.all([{ [method]: () => rejected }])
    Reflect.get(all, method)()
    assert.isFunction(then.mock.calls[0]?.[1])
  })
})
