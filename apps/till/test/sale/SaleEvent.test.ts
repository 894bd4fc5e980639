import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { SaleEvent } from "../../src/sale/SaleEvent.ts"

const decode = Schema.decodeUnknownSync(SaleEvent)
const eventOf = (tag: string) => ({ sale: "T1", at: 1, fact: { _tag: tag } })

describe("a fact that is kept", () => {
  it("is read under the tag of earlier files, and written under its own", () => {
    for (const [before, now] of [
      ["SetAside", "Parked"],
      ["TakenUp", "Recalled"]
    ] as const) {
      assert.deepStrictEqual(decode(eventOf(before)), decode(eventOf(now)))
      assert.deepStrictEqual(Schema.encodeSync(SaleEvent)(decode(eventOf(before))), eventOf(now))
    }
    assert.throws(() => decode(eventOf("Forgotten")))
  })
})
