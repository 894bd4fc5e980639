/** Why the till refused an action, in English: by the code of the back end's refusal, or of the screen's own check. */
export const problems = {
  "no-product": "No item has this code.",
  "code-misread": "This code was read or typed wrongly: its check digit does not fit.",
  stale: "This has changed meanwhile. Look at it again.",
  busy: "Another sale is open. Finish it first.",
  locked: "The lines can no longer change: money has moved, or may be moving.",
  waiting: "A card payment is in progress.",
  unknown: "A payment of this sale has an unknown outcome. Enter what the terminal’s receipt says first.",
  "no-such-line": "This line is no longer there.",
  quantity: "From 1 to 9999 items.",
  discount: "The discount is larger than the price.",
  "too-large": "The total is more than a terminal can take.",
  amount: "This is not an amount that can be paid here.",
  empty: "There is nothing on this sale.",
  "not-collected": "There is still an amount to collect.",
  "money-taken": "Something was paid: collect the rest, or refund it first.",
  "money-given": "A part was refunded: refund the rest too, or take that part back first.",
  "not-unknown": "This payment is already resolved.",
  "not-contradicted": "This has already been dealt with.",
  "under-way":
    "The payment is still in progress, and the terminal may still answer. Wait until it shows its result, then record it again.",
  "in-doubt":
    "The terminal has answered, but its answer does not settle the matter. Read what is known now, then record it again.",
  "not-told": "Neither the payment server nor the terminal could say how the payment ended. Look at the terminal.",
  "may-be-recorded":
    "The payment server’s answer was lost, so it may or may not have recorded this. The till keeps asking it. If this screen does not continue by itself, record it again.",
  "not-resolved":
    "The payment server did not confirm this, and nothing was recorded here. Ask someone who is allowed to resolve payments on the server: this screen then continues by itself.",
  "part-paid":
    "Part of this was paid, but the payment server does not know how much. Look at the receipt, and record it as paid with that amount.",
  resolution: "Enter your name and what you saw.",
  refund: "This cannot be refunded, or not in this quantity.",
  "no-sale": "Sale not found.",
  "no-terminal": "Terminal not found.",
  ended: "This sale has ended.",
  "not-abandoned": "Only an abandoned sale can be reopened.",
  name: "Enter who is closing the day.",
  day: "Choose a day up to today.",
  parked: "This sale is parked. Recall it first.",
  "not-parked": "This sale is not parked.",
  unreachable: "The till’s back end does not answer. Look at the sale again before you repeat anything.",
  failed: "The till ran into an error. Nothing was done beyond what you see.",
  "not-amount": (example: string) => `Type an amount such as ${example}.`,
  "not-percent": "Type a percentage from 0.01 to 100."
}
