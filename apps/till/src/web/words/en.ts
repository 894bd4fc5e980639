import { ofRefund } from "./ofRefund.en.ts"
import { problems } from "./problems.en.ts"

/** What a terminal said about a payment, with formatted amounts. */
export interface SaidWords {
  readonly refund?: boolean | undefined
  readonly status?: "done" | "not-done" | undefined
  readonly amount: string | undefined
  readonly asked: string
  readonly authorizationNumber?: string | undefined
  readonly card?: string | undefined
}

/** The screen's texts in English. Every other language has the same keys. */
export const en = {
  language: "English",
  till: "Till",
  sale: "Sale",
  history: "History",
  day: "Day",
  skip: "Skip to the sale",
  simulated: "Simulation",
  simulatedHint: "No money moves",
  live: "Live",
  unreachable: "Payment server unreachable",
  linkLost: "The till’s back end does not answer. What you see may be old; it reconnects by itself.",
  storageFailed:
    "The outcome of a payment could not be saved to the disk. Do nothing more here: stop the till and have it looked at.",
  loading: "Opening the till…",
  loadingView: "Loading…",
  viewFailed: "This page could not be loaded: the till was updated, or does not answer. The sale is kept.",
  reload: "Reload",
  theme: "Appearance",
  themes: { auto: "Auto", light: "Light", dark: "Dark" },
  close: "Close",
  back: "Back",

  find: "Scan, or search by name, EAN or reference",
  findHint: "Enter adds the first match. 3*code adds three.",
  all: "All",
  noMatch: "Nothing matches. Check the code, or search by name.",
  add: "Add",
  added: (name: string, quantity: number) => `${name}: ${quantity} on the sale`,
  products: "Products",
  categories: "Categories",

  ticket: "Ticket",
  empty: "Nothing here yet",
  emptyHint: "Scan an item or touch one on the shelf.",
  articles: "Items",
  freeAmount: "Other amount",
  freeAmountHint: "For what has no code: type the price, choose the tax rate.",
  amountName: "Name on the receipt (optional)",
  taxRate: "VAT rate",
  addAmount: (amount: string) => `Add ${amount}`,
  keypad: "Keypad",
  showKeypad: "Show the keypad",
  hideKeypad: "Hide the keypad",
  backspace: "Delete the last digit",
  clear: "Clear",
  pieces: (n: number) => (n === 1 ? "1 item" : `${n} items`),
  each: (price: string) => `${price} each`,
  less: (name: string) => `${name}: one fewer`,
  more: (name: string) => `${name}: one more`,
  named: (name: string, value: string) => `${name}: ${value}`,
  edit: "Change",
  quantity: "Quantity",
  discount: "Discount",
  lineDiscount: "Discount on this line",
  orderDiscount: "Discount on the order",
  noDiscount: "None",
  percent: "Percent",
  amount: "Amount",
  apply: "Apply",
  remove: "Remove the line",
  subtotal: "Subtotal",
  total: "Total",
  totalToRefund: "To refund",
  tax: "Tax included",
  rate: "Rate",
  net: "Net",
  taxAmount: "Tax",
  gross: "Gross",
  pay: "Pay",
  refundNow: "Refund",
  free: "Complete without payment",
  abandon: "Abandon",
  abandonSure: (pieces: string, amount: string) =>
    `Abandon ${pieces}, ${amount}? The sale stays in the history and can be reopened from there.`,
  abandonRefundSure: "Abandon this refund? It stays in the history.",
  abandonedSaid: (ticket: string) => `Ticket ${ticket} abandoned`,
  removedSaid: (name: string) => `${name} removed`,
  undo: "Undo",
  reopen: "Reopen the sale",
  keep: "Keep it",
  park: "Park",
  parkHint:
    "You need not wait: park this sale, and serve the next customer with another terminal or in cash. This terminal may refuse payments until this one is settled; settle it once you know.",
  parkUnknown: "Park, and serve the next customer",
  parkedTitle: "Parked sales",
  recall: (amount: string) => `Recall ${amount}`,
  lockedHint: "The lines can no longer change: money has moved.",
  refundOf: (ticket: string) => `Refund of ticket ${ticket}`,

  toPay: "To pay",
  toGiveBack: "To refund",
  stillToPay: "Still to pay",
  paidSoFar: "Paid so far",
  thisPayment: "Amount of this payment",
  wholeRest: "All",
  half: "Half",
  third: "1/3",
  quarter: "1/4",
  terminal: "Terminal",
  byCard: (amount: string) => `Card ${amount}`,
  toCard: (amount: string) => `Refund ${amount} to the card`,
  card: "Card",
  cash: "Cash",
  cashOut: "Cash given back",
  cashTakenBack: "Cash taken back",
  cashGiven: "Cash received",
  exact: "Exact",
  takeCash: (amount: string) => `Take ${amount} in cash`,
  giveCash: (amount: string) => `Refund ${amount} in cash`,
  willChange: (amount: string) => `Change to give: ${amount}`,
  tenders: "Payments",
  partHint: (remaining: string) =>
    `Only a part was approved. ${remaining} is still to be collected, by another card or in cash.`,
  giveBack: (amount: string) => `Refund ${amount} in cash`,
  giveBackHint: "If the customer does not pay the rest, refund what was paid; then the sale can be abandoned.",
  chargedOver: (amount: string) =>
    `The card was charged ${amount} more than was asked for. If that is not a tip, give it back to the customer.`,
  noTerminal: "No terminal is set up: only cash can be taken.",

  waitingTitle: (terminal: string) => `The customer is paying at “${terminal}”`,
  waitingRefundTitle: (terminal: string) => `The card is being refunded at “${terminal}”`,
  queuedTitle: (terminal: string) => `Waiting for “${terminal}”`,
  seconds: (text: string) => `Waiting for ${text}`,
  sending: "Sending to the payment server…",
  steps: { asked: "Terminal", card: "Card", pin: "PIN", bank: "Bank" },
  doing: {
    queued: "The terminal may not have this payment yet. It may be asking another customer for a card.",
    relayed: "Sent to HiPay. The terminal shows this amount when it is ready for the card.",
    asked: "The terminal has the order and is asking for the card.",
    card: "The terminal is asking for the card.",
    pin: "The customer is entering the PIN.",
    bank: "Waiting for the bank.",
    answered: "The terminal has answered."
  },
  mayTip: "The customer may add a tip on the terminal.",
  sentToTerminal: "Sent. The terminal shows this amount when it is ready for the card.",
  redKey: "To cancel, press the red key on the terminal. This till cannot cancel it.",
  queuedKey: "While the terminal shows another amount, its red key would cancel another payment, not this one.",
  mayReload: "You can close or reload this page: the payment continues, and the sale stays here.",
  longWait: "This is taking a while. Look at the terminal’s screen.",
  veryLongWait: "The terminal should have ended by now. The till waits a little longer, then asks you what it shows.",

  approved: "Approved",
  "approved-in-part": "Approved in part",
  declined: "Declined",
  "not-started": "Not started",
  unknown: "Unknown",
  waiting: "Waiting",
  completed: "Completed",
  abandoned: "Abandoned",
  open: "Open",
  resolvedBy: (by: string) => `resolved by ${by}`,
  resolvedByServer: "resolved by the server",
  personResolved: (by: string, outcome: string) => `Resolved by ${by}: ${outcome}.`,
  serverResolved: (outcome: string) => `Resolved by the payment server: ${outcome}.`,
  lostDraft: (ticket: string, resolved: string, entered: string) =>
    `Ticket ${ticket}. ${resolved} What was entered on this screen was not recorded: ${entered}. Find out which is true before anything more is charged or refunded.`,
  serverPaid: (amount: string) => `the payment server says that ${amount} was charged`,
  contradicted: (ticket: string) =>
    `Ticket ${ticket}: the payment server contradicts what was recorded while it could not be reached. Find out what was charged or refunded, then settle the difference with the customer.`,
  acknowledge: "Mark as dealt with",
  serverContradicts: "Contradicted by the server",

  declinedTitle: "Not paid",
  reasons: {
    refused: "The card was refused. Nothing was charged. Offer another card, or cash.",
    cancelled: "Cancelled at the terminal. Nothing was charged. Try again when the customer is ready.",
    "timed-out": "No card was presented in time. Nothing was charged. Try again when the customer is ready.",
    busy: "The terminal is busy with another payment. Nothing was charged. Wait, or take another terminal.",
    "not-performed":
      "The terminal did not take the payment. Nothing was charged. Try again, or offer another card, or cash."
  },
  notStartedTitle: "The payment did not start",
  notStartedHint:
    "Nothing was charged. Check that the terminal is on and that the payment server answers, then try again.",

  unknownTitle: "The payment’s outcome is unknown",
  unknownWhy: {
    "no-answer":
      "The terminal’s answer did not arrive, and the card may have been charged. Do not charge again: look at the terminal’s receipt, then enter what it says.",
    cut: "Only part of the terminal’s answer arrived, and the card may have been charged. Do not charge again: look at the terminal’s receipt, then enter what it says.",
    contradicts:
      "The terminal’s answer does not fit the payment, and the card may have been charged. Do not charge again: look at the terminal’s receipt, then enter what it says."
  },
  doubts: {
    "operation-not-named":
      "The payment was made, and the terminal does not say whether it was then cancelled. Do not charge again: look in the terminal’s list for a cancellation, then enter what it says."
  },
  unknownAsks: "The till keeps asking the payment server. If the answer arrives, this screen continues by itself.",
  askTerminal: "Ask the server and the terminal",
  askTerminalHint: "The terminal may print a copy of its last receipt.",
  facts: "What is known",
  orderId: "Order",
  when: "Started",
  lookTitle: "1. Look at the terminal",
  lookHint:
    "Read its screen and its last receipt. If there is none, print a duplicate from its menu and compare amount and time.",
  sawApproved: "It was accepted",
  sawApprovedHint: "A receipt or the terminal’s list shows this amount at this time.",
  sawDeclined: "It was not accepted",
  sawDeclinedHint: "The receipt says refused or cancelled, or the last receipt is of an earlier payment.",
  cannotTell: "I cannot tell",
  cannotTellHint:
    "Ask your bank or HiPay, and give them the order number above. Until this is settled, nothing else can be paid on this sale.",
  evidenceTitle: "2. What did you see?",
  evidence: "Evidence",
  evidenceHint: "For example: receipt number, authorization number, or “terminal idle, last receipt 10:32”.",
  paidOver: (paid: string, asked: string) => `${paid} was charged, more than the ${asked} asked for`,
  saidNothing: "The terminal said nothing about it.",
  /** What the terminal said, in one sentence; leaves out what is unknown. */
  said: ({ refund, status, amount, asked, authorizationNumber, card }: SaidWords) => {
    const what = refund ? "refund" : "payment"
    const begin =
      status === undefined
        ? `The terminal did not say whether the ${what} is done`
        : `The terminal said that the ${what} ${status === "done" ? "is done" : "is not done"}`
    const sum = amount === undefined ? "without an amount" : amount === asked ? amount : `${amount} instead of ${asked}`
    const number = authorizationNumber === undefined ? "" : `, authorization number ${authorizationNumber}`
    return `${begin}: ${sum}${number}${card === undefined ? "" : `, card ${card}`}.`
  },
  technical: "Technical detail, for support",
  paidAmount: "Amount that was accepted",
  nameTitle: "3. Who are you?",
  name: "Your name",
  recording: "The payment server is asked first. This can take a minute; you can park the sale meanwhile.",
  record: (outcome: string) => `Record: ${outcome}`,
  outcomes: { approved: (amount: string) => `${amount} paid`, declined: "not paid" },

  /** The same for a card that is refunded. */
  ofRefund,

  doneTitle: "Paid",
  refundDoneTitle: "Refunded",
  change: "Change to give",
  print: "Print the receipt",
  nextSale: "Next customer",
  receipt: "Receipt",
  cardReceipt: "Card receipt",

  date: "Day",
  more100: "Show 100 more",
  noSales: "No sales on this day.",
  refund: "Refund",
  refundsOfDay: "Refunds",
  refundSome: "Refund",
  refundHint: "How many items come back?",
  refundAll: "All of it",
  refundOpen: (amount: string) => `Refund ${amount}`,
  refundNothing: "Choose what comes back",
  nothingLeft: "Everything was refunded.",
  refunds: "Refunds of this sale",
  busyHint: "Finish the current sale first.",
  reprint: "Print again",
  searchPast: "Search all days",
  searchPastHint: "Search all days: ticket, amount, last four digits, item",
  search: "Search",
  clearSearch: "Clear the search",
  found: (n: number, more: boolean) =>
    more ? `More than ${n} sales found` : n === 1 ? "1 sale found" : `${n} sales found`,
  foundNone: (example: string) =>
    `No sale matches. Try a ticket number, an amount such as ${example}, or the last four digits of a card.`,
  receiptLink: "Receipt on the phone",
  receiptScan: "The customer scans this code to keep the receipt.",
  receiptLoopback:
    "On this machine the link opens here only. For customers’ phones, give the till an address with TILL_RECEIPTS.",
  receiptOpen: "Open the receipt",
  tryAgain: "Try again",
  receiptAway: "The receipt cannot be loaded at the moment. Check the connection, then try again.",
  receiptMissing: "This receipt does not exist. Check the link.",
  showSale: "Show the sale",

  dayTitle: "Totals of the day",
  dayOf: (day: string) => `Totals of ${day}`,
  printedAt: (when: string) => `Printed ${when}`,
  ticketsOfDay: (first: string, last: string) => `Tickets ${first} to ${last}`,
  fromTo: (from: string, to: string) => `from ${from} to ${to}`,
  signature: "Signature",
  register: (name: string) => `Till ${name}`,
  byHour: "Takings by hour",
  hour: (hour: number) => `${String(hour).padStart(2, "0")}:00`,
  salesInHour: (hour: string, count: string, amount: string) => `${hour}: ${count}, ${amount}`,
  salesCount: (n: number) => (n === 1 ? "1 sale" : `${n} sales`),
  bestSellers: "Best sellers",
  noSalesYet: "No completed sales on this day.",
  tips: "Tips",
  averageSale: "Average sale",
  closeTitle: "Close the day",
  closeHint: "Count the drawer. The difference from what is expected is saved with the closing.",
  float: "Opening float",
  countOf: (value: string) => `Number of ${value}`,
  counted: "Counted",
  expectedCash: "Expected",
  difference: "Difference",
  even: "Balanced",
  note: "Note (optional)",
  closeDay: "Close the day",
  closedSaid: (n: string) => `Closing ${n} saved`,
  closingTitle: (n: string) => `Closing ${n}`,
  closedBy: (by: string, when: string) => `${when}, by ${by}`,
  closingOutdated: (net: string) =>
    `The day has changed since: takings were ${net} when it was closed. Recount to close it as it is now.`,
  closeAgain: "Recount",
  drawer: "Drawer",
  customerDisplay: "Customer display",
  welcome: "Welcome",
  yourTotal: "To pay",
  presentCard: "Follow the instructions on the terminal",
  thankYou: "Thank you!",
  yourChange: "Your change",
  oneMoment: "One moment, please",
  demo: "Demo",
  demoLong:
    "Demonstration till: not certified cash register software (French law, art. 286 of the CGI). Not for real sales.",
  demoReceipt: "DEMONSTRATION - not a valid sales receipt",
  sales: "Sales",
  salesAndRefunds: "Sales and refunds",
  ofWhichExtra: "of which more than asked for",
  ofWhichTip: "of which tip",
  extraOnDay: (count: number, amount: string) =>
    `Cards were charged ${amount} more than was asked for (${count} ${count === 1 ? "payment" : "payments"}, such as tips). The terminal’s slip includes this; the totals here do not.`,
  takings: "Takings",
  byMeans: "By means of payment",
  means: "Means",
  in: "In",
  out: "Out",
  balance: "Balance",
  byRate: "By tax rate",
  unknownOnDay: (n: number, amount: string) =>
    n === 1
      ? `1 card payment of ${amount} has an unknown outcome and is not in the totals yet.`
      : `${n} card payments, ${amount} in all, have an unknown outcome and are not in the totals yet.`,
  printDay: "Print the totals",
  backToSale: "Back to the payment",
  underWay: "A payment of this sale is in progress.",
  needsYou: "A payment of this sale needs to be settled.",
  keys: { find: "F2", pay: "F4", discount: "F8" },
  ticketNumber: "Ticket",
  thanks: "Thank you, see you soon!",
  noValue: "SIMULATION - no money has moved",
  noReceipt: {
    open: "NOT COMPLETED - not a receipt",
    waiting: "PAYMENT UNDER WAY - not a receipt",
    unknown: "PAYMENT OUTCOME UNKNOWN - not a receipt",
    abandoned: "ABANDONED - not a receipt"
  },
  copy: "Copy",

  problems
}

export type Words = typeof en
