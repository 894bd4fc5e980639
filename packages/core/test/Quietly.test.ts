import { assert, describe, it, vi } from "@effect/vitest"
import { quietly } from "@hipay-pos/core/Quietly"

describe("quietly", () => {
  it("calls a function with the arguments, and drops what it throws", () => {
    const call = vi.fn<(first: number, second: number) => void>(() => {
      throw new Error("its fault")
    })
    quietly(call, 1, 2)
    assert.deepStrictEqual(call.mock.calls, [[1, 2]])
  })

  it("drops what an asynchronous function rejects with", () => {
    const rejected = Promise.reject(new Error("its fault"))
    const then = vi.spyOn(rejected, "then")
    quietly(() => rejected)
    assert.isFunction(then.mock.calls[0]?.[1])
  })

  it("looks at nothing else that is returned", () => {
    const call = vi.fn<() => unknown>()
    for (const told of [undefined, null, 1, "then", {}]) {
      quietly(call.mockReturnValueOnce(told))
    }
    assert.lengthOf(call.mock.calls, 5)
  })
})
