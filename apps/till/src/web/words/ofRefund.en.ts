/** The screen's texts about a card that is refunded, in English, under the same names as those about one that pays. */
export const ofRefund = {
  declinedTitle: "Not refunded",
  reasons: {
    refused: "The card was refused. Nothing was refunded. Offer another card, or cash.",
    cancelled: "Cancelled at the terminal. Nothing was refunded. Try again when the customer is ready.",
    "timed-out": "No card was presented in time. Nothing was refunded. Try again when the customer is ready.",
    busy: "The terminal is busy with another payment. Nothing was refunded. Wait, or take another terminal.",
    "not-performed":
      "The terminal did not make the refund. Nothing was refunded. Try again, or offer another card, or cash."
  },
  notStartedTitle: "The refund did not start",
  notStartedHint:
    "Nothing was refunded. Check that the terminal is on and that the payment server answers, then try again.",
  partHint: (remaining: string) =>
    `Only a part was refunded. ${remaining} is still to be refunded, to another card or in cash.`,
  unknownTitle: "The refund’s outcome is unknown",
  unknownWhy: {
    "no-answer":
      "The terminal’s answer did not arrive, and the card may have been refunded. Do not refund again: look at the terminal’s receipt, then enter what it says.",
    cut: "Only part of the terminal’s answer arrived, and the card may have been refunded. Do not refund again: look at the terminal’s receipt, then enter what it says.",
    contradicts:
      "The terminal’s answer does not fit the refund, and the card may have been refunded. Do not refund again: look at the terminal’s receipt, then enter what it says."
  },
  serverPaid: (amount: string) => `the payment server says that ${amount} was refunded`,
  doubts: {
    "operation-not-named":
      "The refund was made, and the terminal does not say whether it was then cancelled. Do not refund again: look in the terminal’s list for a cancellation, then enter what it says."
  },
  unknownOnDay: (n: number, amount: string) =>
    n === 1
      ? `1 refund of ${amount} to a card has an unknown outcome and is not in the totals yet.`
      : `${n} refunds to cards, ${amount} in all, have an unknown outcome and are not in the totals yet.`,
  stillToPay: "Still to refund",
  giveBack: (amount: string) => `Take back ${amount} in cash`,
  giveBackHint:
    "If the rest is not refunded, take back from the customer what was refunded; then the refund can be abandoned.",
  cannotTellHint:
    "Ask your bank or HiPay, and give them the order number above. Until this is settled, nothing else can be refunded.",
  chargedOver: (amount: string) =>
    `The card was refunded ${amount} more than was asked for. Settle the difference with the customer.`,
  paidOver: (paid: string, asked: string) => `${paid} was refunded, more than the ${asked} asked for`,
  outcomes: { approved: (amount: string) => `${amount} refunded`, declined: "not refunded" }
}
