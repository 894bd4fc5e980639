/** Tills that go on with a sale by themselves, after they have said how it ended. */
import { assert, describe, it } from "vitest"
import type { Task } from "../src/till/drive.ts"
import type { Outcome } from "../src/till/Outcome.ts"
import type { ScenarioRecord } from "../src/till/resultsFile.ts"
import { drivenAs, examineBy, plain, type Send, type Till } from "./Till.ts"

/** A till that goes on with what it does not know: at the next sale, and while it is waited for. */
const goingOn = (goOn: (send: Send, task: Task) => Promise<unknown>, names: ReadonlyArray<string>) => {
  let left: ReadonlyArray<() => Promise<unknown>> = []
  const later = async () => {
    for (const each of left) await each()
  }
  const till: Till = async (send, task) => {
    await later()
    const outcome = await plain(send, task)
    if (outcome === "unknown") left = [...left, () => goOn(send, task)]
    return outcome
  }
  return examineBy(drivenAs(till), names, { later })
}

describe("a till that continues a sale with an unknown outcome", () => {
  it("under the same order id is right: its orders take no treatment of later scenarios", async () => {
    const names = ["unknown-504", "server-error", "clock-change", "two-tills"]
    const found = await goingOn((send, { orderId }) => send("Debit", orderId), names)
    assert.deepStrictEqual(
      found.map(({ name, verdict, charged }) => [name, verdict, charged]),
      [
        ["unknown-504", "passed", 1],
        ["server-error", "passed", 1],
        ["clock-change", "passed", 1],
        ["two-tills", "passed", 2]
      ]
    )
  })

  it("under another order id fails, even if it sends that only after its scenario", async () => {
    const found = await goingOn((send, { orderId }) => send("Debit", `${orderId}-R`), ["unknown-504"])
    assert.deepStrictEqual(
      found.map(({ codes, charged }) => [codes, charged]),
      [[["critical charged-twice"], 2]]
    )
  })

  it("is judged in the scenario of that sale, whenever it continues", async () => {
    const found = await goingOn((send, { orderId }) => send("Credit", orderId), ["unknown-504", "clock-change"])
    assert.deepStrictEqual(
      found.map(({ name, codes }) => [name, codes]),
      [
        ["unknown-504", ["critical given-back-while-unknown"]],
        ["clock-change", []]
      ]
    )
  })
})

describe("a till that pays once more for a sale that it knows to be paid", () => {
  it("fails in the last scenario too", async () => {
    let again: () => Promise<unknown> = async () => undefined
    const till: Till = async (send, task) => {
      again = () => send("Debit", `${task.orderId}-R`)
      return plain(send, task)
    }
    const [found] = await examineBy(drivenAs(till), ["approved"], { later: () => again() })
    assert.deepStrictEqual(found?.codes, ["critical charged-twice"])
  })
})

describe("a till that sends its order after it has said how the sale ended", () => {
  const saying = async (said: Outcome | undefined) => {
    let order: () => Promise<unknown> = async () => undefined
    const till: Till = async (send, { orderId }) => {
      order = () => send("Debit", orderId)
      return said
    }
    const [found] = await examineBy(drivenAs(till), ["approved"], { later: () => order() })
    return found?.codes
  }

  it("has said it without a proof", async () => {
    assert.deepStrictEqual(await saying("approved"), ["critical said-approved-when-unknown"])
    assert.deepStrictEqual(await saying("declined"), ["critical said-declined-when-unknown"])
  })

  it("is right if it says unknown, or nothing", async () => {
    for (const said of ["unknown", undefined] as const) assert.deepStrictEqual(await saying(said), [])
  })

  it("is judged in the scenario in which it sends its order", async () => {
    let order: () => Promise<unknown> = async () => undefined
    const till: Till = async (send, { orderId }) => {
      order = () => send("Debit", orderId)
      return undefined
    }
    const found = await examineBy(drivenAs(till), ["approved", "declined"], { later: () => order() })
    assert.deepStrictEqual(
      found.map(({ name, codes, charged }) => [name, codes, charged]),
      [
        ["approved", [], 1],
        ["declined", [], 0]
      ]
    )
  })

  it("because it was run again was right about the first run", async () => {
    let runs = 0
    const till: Till = async (send, task) => (runs++ === 0 ? "not-started" : plain(send, task))
    const [found] = await examineBy(drivenAs(till), ["duplicate-order"])
    assert.deepStrictEqual(found?.codes, [])
  })
})

describe("a till that uses one order id for all sales", () => {
  it("has sent no order of the later ones, and the finding says that they need ids of their own", async () => {
    const till: Till = (send, task) => plain(send, { ...task, orderId: "1" })
    const found = await examineBy(drivenAs(till), ["approved", "clock-change"])
    assert.deepStrictEqual(
      found.map(({ codes, words }) => [codes, words.map(({ en }) => en)]),
      [
        [[], []],
        [["high no-order"], ["No order of sale 1 came under an order id of its own: nothing can be sold."]]
      ]
    )
  })
})

describe("a file of results", () => {
  it("has a till's later requests for an earlier scenario's sale", async () => {
    let kept: ReadonlyArray<ScenarioRecord> = []
    const results = {
      path: "",
      done: [],
      keep: async (all: Iterable<ScenarioRecord>) => {
        kept = [...all]
      }
    }
    let first: Task | undefined
    const till: Till = async (send, task) => {
      if (first !== undefined) await send("Debit", first.orderId)
      first ??= task
      return plain(send, task)
    }
    await examineBy(drivenAs(till), ["unknown-504", "clock-change"], { results })
    assert.deepStrictEqual(
      kept.map(({ name, evidence }) => [name, evidence?.exchanges.map(({ answer }) => answer?.status)]),
      [
        ["unknown-504", [504, 409]],
        ["clock-change", [200]]
      ]
    )
  })
})
