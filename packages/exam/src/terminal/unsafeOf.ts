/** What remains unsafe with a terminal that behaves like this, for the person who decides about using it. */
import type { Habits, Observations } from "./Examination.ts"

/** One sentence each; none for anything that no step has shown. */
export const unsafeOf = (habits: Habits, observations: Observations): ReadonlyArray<string> => {
  const sentences: Array<readonly [boolean, string]> = [
    [
      habits.immediate === "done",
      "BA=1 is answered by AE=10 before the payment: never take that for an approval, and never send BA=1."
    ],
    [habits.busy === "answer", "A busy terminal answers AE=01 without a reason: it refuses the request, not the card."],
    [habits.echoesPrivateData === false, "CF is not repeated: a late answer cannot be matched to its order."],
    [
      observations.duplicata === false,
      "Duplicata does not prove the last payment: an unknown outcome needs a person at the terminal."
    ],
    [
      observations.goesOnAfterCut === true,
      "A payment goes on after the line was cut: a lost connection is an unknown outcome."
    ],
    [
      (observations.tip ?? 0) > 0,
      'A tip makes the amount higher than was asked for: say so by "tip" in the terminals file, or it is an unknown outcome.'
    ],
    [
      (observations.wakeUp?.failed ?? 0) > 0,
      "The first connection after a pause fails: such an order was not started, and can be sent again."
    ],
    [observations.keepsApproval === true, "A payment that was approved stays paid when its answer is lost."],
    [observations.cancelsLastSale === false, "The last sale cannot be cancelled from the till."],
    [
      habits.halfClose === "hangs-up",
      "A half-close ends the connection: keep both sides open until the answer has come."
    ]
  ]
  return sentences.flatMap(([applies, sentence]) => (applies ? [sentence] : []))
}
