import { assert, describe, it } from "@effect/vitest"
import { type AttemptEntry, AttemptsError, type Client } from "@hipay-pos/client"
import { Cardholder } from "@hipay-pos/terminal-simulator"
import { followTerminal, stepOf } from "../../src/server/progress.ts"
import { openShop, seenOf } from "./shop.ts"

const at = "2026-01-02T03:04:05.000Z"

describe("what the terminal is doing", () => {
  it("is read off the stages of its screen", () => {
    const steps = (["woken", "chip-asked", "pin", "authorising", "approved", "printing"] as const).map((stage) =>
      stepOf({ at, kind: "stage", stage, screen: [] })
    )
    assert.deepStrictEqual(steps, ["card", "card", "pin", "bank", "answered", "answered"])
    assert.isUndefined(stepOf({ at, kind: "stage", stage: "dancing", screen: [] }))
    assert.strictEqual(stepOf({ at, kind: "upstream-request", to: "https://pos.example" }), "relayed")
    assert.isUndefined(stepOf({ at, kind: "connected", to: "10.0.0.1:8888" }))
  })

  it("is on the screen during the card payment, and disappears with it", async () => {
    await using shop = await openShop({
      terminal: { cardholder: Cardholder.manual },
      till: { terminals: [{ name: "Manual", host: "manual.terminal.test" }] }
    })
    const { sale } = await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await shop.act({ do: "card", amount: 1290, terminal: "Manual", ...seenOf(sale) })
    const { doing } = await shop.until((state) => state.doing === "card")
    assert.strictEqual(doing, "card")
    await shop.stop()
    // Else the server waits, as it closes, until the customer has walked away.
    await shop.pressAt("manual.terminal.test:8888", "cancel")
  })

  /** Attempts of a server whose first answers fail. */
  const failing = (kind: AttemptsError["kind"]) => {
    const asked: Array<string> = []
    const fail = (what: string) => {
      asked.push(what)
      if (asked.filter((each) => each === what).length === 1) throw new AttemptsError({ kind, detail: "lost" })
    }
    const entry: AttemptEntry = { at, kind: "stage", stage: "woken", screen: [] }
    const attempts = {
      list: async () => {
        fail("list")
        return [{ id: "a1", orderId: "ORDER" }]
      },
      follow: async function* () {
        fail("follow")
        yield entry
      }
    } as unknown as Client["attempts"]
    return { asked, attempts }
  }

  it("is retried if the connection to the server is lost", async () => {
    const { asked, attempts } = failing("Unreachable")
    const steps: Array<string> = []
    await followTerminal({ attempts }, "ORDER", new AbortController().signal, (step) => steps.push(step))
    assert.deepStrictEqual(asked, ["list", "list", "follow", "list", "follow"])
    assert.deepStrictEqual(steps, ["card"])
  })

  it("is not retried at a server without attempts", async () => {
    const { asked, attempts } = failing("Unsupported")
    await followTerminal({ attempts }, "ORDER", new AbortController().signal, () => {})
    assert.deepStrictEqual(asked, ["list"])
  })
})
