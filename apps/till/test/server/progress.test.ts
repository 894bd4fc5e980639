import { assert, describe, it } from "@effect/vitest"
import { Cardholder } from "@hipay-pos/terminal-simulator"
import { stepOf } from "../../src/server/progress.ts"
import { openShop } from "./shop.ts"

const at = "2026-01-02T03:04:05.000Z"

describe("what the terminal is doing", () => {
  it("is read off the stages of its screen", () => {
    const steps = (["woken", "chip-asked", "pin", "authorising", "approved", "printing"] as const).map((stage) =>
      stepOf({ at, kind: "stage", stage, screen: [] })
    )
    assert.deepStrictEqual(steps, ["card", "card", "pin", "bank", "answered", "answered"])
    assert.isUndefined(stepOf({ at, kind: "stage", stage: "dancing", screen: [] }))
    assert.isUndefined(stepOf({ at, kind: "connected", to: "10.0.0.1:8888" }))
  })

  it("is on the screen while the card is waited for, and gone with the payment", async () => {
    await using shop = await openShop({
      terminal: { cardholder: Cardholder.manual },
      till: { terminals: [{ name: "Manual", host: "manual.terminal.test" }] }
    })
    const { sale } = await shop.act({ do: "add", code: "MUG", quantity: 1 })
    await shop.act({ do: "card", amount: 1290, terminal: "Manual", revision: sale?.revision ?? 0 })
    const { doing } = await shop.until((state) => state.doing === "card")
    assert.strictEqual(doing, "card")
    await shop.stop()
  })
})
