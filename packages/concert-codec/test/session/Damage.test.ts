import { assert, describe, it } from "@effect/vitest"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { frameOf } from "../vectors.ts"
import { approved, payment, refused } from "./payment.ts"
import { Scripted } from "./scripted.ts"

/** The outcome of a payment with this answer followed by a FIN; absent if it is unknown. */
const outcomeOf = (answer: string) => {
  const terminal = new Scripted().answersAndCloses(answer)
  const { perform } = ConcertTerminal.make({
    connector: terminal.connector,
    address: { host: "10.0.0.7", port: 8888 }
  })
  return Effect.map(Effect.result(perform(payment)), Result.getOrUndefined)
}

/** Every text with one bit flipped, and the position of the bit. */
const flipped = (text: string): ReadonlyArray<readonly [damaged: string, at: number]> =>
  Array.from(text, (character, at) =>
    Array.from({ length: 8 }, (_, bit) => {
      const other = String.fromCharCode(character.charCodeAt(0) ^ (1 << bit))
      return [text.slice(0, at) + other + text.slice(at + 1), at] as const
    })
  ).flat()

/** Whether a position is inside a field's value. */
const isInside = (text: string, tag: string, at: number): boolean =>
  Result.getOrThrow(Tlv.decode(text)).fields.some(
    (field) => field.tag === tag && at >= field.offset + 5 && at < field.offset + 5 + field.value.length
  )

const ticket = Tlv.encode([
  {
    tag: "ZT",
    value: Tlv.encode([
      { tag: "CK", value: "100" },
      { tag: "AK", value: btoa("CARTE BANCAIRE\n12,45 EUR\nMERCI") }
    ])
  }
])

describe("a flipped bit", () => {
  it.effect.each([
    ["approved", approved],
    ["approved, with a ticket", approved + ticket],
    ["approved, as it was observed", frameOf("ok-cb-contactless")]
  ] as const)("in an answer never turns it into a refusal, nor its amount into more: %s", ([_, answer]) =>
    Effect.gen(function* () {
      for (const [damaged, at] of flipped(answer)) {
        const outcome = yield* outcomeOf(damaged)
        if (outcome === undefined) continue
        assert.notStrictEqual(outcome._tag, "Declined", damaged)
        // Nothing else in the answer confirms a digit of the amount.
        if (outcome._tag === "ApprovedInPart") assert.isTrue(isInside(answer, "CB", at), damaged)
      }
    })
  )

  it.effect.each([
    ["refused", refused],
    ["refused, with a ticket", refused + ticket],
    ["refused, without amount", frameOf("ko-minimal")],
    ["abandoned, as it was observed", frameOf("ko-abandon")],
    ["done, for another amount", approved.replace("1245", "9999")]
  ] as const)("in any other answer never makes it a payment: %s", ([_, answer]) =>
    Effect.gen(function* () {
      for (const [damaged] of flipped(answer)) {
        const outcome = yield* outcomeOf(damaged)
        assert.isTrue(outcome === undefined || outcome._tag === "Declined", damaged)
      }
    })
  )
})
