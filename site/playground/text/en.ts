/**
 * The playground's texts in English; the other language has the same shape. The console's components have the console's
 * texts.
 */

export const texts = {
  title: "hipay-pos: a card payment in this page",
  skip: "Skip to the order",
  nav: { label: "Site", playground: "Playground", docs: "Documentation", reference: "Reference" },
  language: "Language",
  theme: "Appearance",
  before: "Your till asks a terminal for €12.50. The line drops.",
  lead: "Did the customer pay?",
  intro:
    "A whole card payment in this page: your till’s order, the API, the terminal, and you as the customer. Pay, refuse, or break the line, and see what your till is left with.",
  facts: "Everything is simulated and stays in this browser. Unofficial: not affiliated with HiPay.",
  order: {
    title: "Your till sends an order",
    editor: "The order as JSON",
    examples: "Examples",
    example: { simple: "Simple", basket: "With a basket", refund: "Refund", mistakes: "With mistakes" },
    pay: (amount: string) => `Pay ${amount}`,
    send: "Send the order",
    paying: "At the terminal …",
    payKeys: "Ctrl + Enter",
    refused: (n: number) =>
      n === 1 ? "The API would refuse this order: 1 mistake" : `The API would refuse this order: ${n} mistakes`,
    accepted: "The API accepts this order.",
    warned: (n: number) =>
      n === 1 ? "The API accepts this order, with 1 remark." : `The API accepts this order, with ${n} remarks.`,
    line: (line: number) => `Line ${line}`,
    body: "the order",
    expected: "expected",
    got: "got",
    notJson: (problem: string) => `The text ${problem}.`,
    sameId: "The outcome is unknown, so the order keeps its id: sent again, it is not charged again.",
    copyCurl: "Copy as curl",
    share: "Copy link to this",
    shared: "Link copied"
  },
  line: {
    title: "The line to the terminal",
    choices: {
      whole: { name: "Holds", says: "Every byte arrives." },
      refuse: { name: "Terminal off", says: "No connection: the payment never starts." },
      "reset@authorising": { name: "Cut at the bank", says: "The connection drops while the bank is asked." },
      "answer-lost@after-approval": {
        name: "Answer lost",
        says: "The payment ends normally; its answer is never sent."
      },
      "cut@mid-answer": { name: "Half an answer", says: "The connection ends inside a field." }
    },
    more: "Another fault",
    other: "Choose one of all faults …"
  },
  terminal: {
    title: "You are the customer",
    hints: {
      idle: "The terminal is idle. Send the order to wake it.",
      woken: "Insert, tap or swipe the card.",
      "chip-asked": "Too much for a tap: insert the card.",
      "card-presented": "Reading the card …",
      pin: "Type 1234, then press the green key.",
      authorising: "The bank is asked …",
      approved: "Approved.",
      refused: "Refused.",
      cancelled: "You pressed the red key.",
      "timed-out": "No card was presented.",
      printing: "The receipt is printed."
    } as Readonly<Record<string, string>>,
    none: "This order names no terminal.",
    moreCards: "All cards"
  },
  outcome: {
    title: "What your till learns",
    empty: "Nothing has been sent yet.",
    emptySteps: [
      "Press Pay: the terminal wakes up and asks for a card.",
      "Insert the card, type 1234, press the green key.",
      "Then break the line, pay again, and see what can still be known."
    ],
    waiting: "The till waits for the answer.",
    skipWait: "Skip 3 minutes of waiting",
    httpRefused: "The API refused the order. No terminal was woken.",
    repeated: "This order was sent before: the API repeats what is known and charges nothing.",
    tabs: {
      frames: "Concert",
      http: "HTTP answer",
      notification: "Notification",
      screens: "Screens",
      receipt: "Receipt",
      all: "All events"
    },
    tabsLabel: "What went over the wires",
    toTerminal: "API → terminal",
    toApi: "terminal → API",
    bytes: (n: number) => `${n} bytes`,
    noFrames: "No message has gone to the terminal.",
    noAnswer: "No answer has come from the terminal.",
    noHttp: "The API has not answered yet.",
    noNotification: "No notification yet: it is sent when the transaction changes.",
    notificationTo: "The API tells your shop’s server, too:",
    signature: "Signature",
    signatureHow: "SHA-256 of the body followed by the passphrase.",
    tries: (n: number, state: string) => `${n === 1 ? "Sent once" : `Sent ${n} times`}, ${state}`,
    noReceipt: "No receipt has been printed.",
    noScreens: "The terminal has not been woken."
  },
  foot: {
    local: "The same on your machine, with a console and an API for every language:",
    docs: "Documentation"
  }
}

export type Texts = typeof texts
