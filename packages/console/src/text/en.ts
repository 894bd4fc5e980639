/** The pages' words in English; every other language has the same shape. */

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`

export const words = {
  title: "hipay-pos",
  skip: "Skip to content",
  mode: { simulated: "Simulated", gateway: "Gateway" },
  modeHint: {
    simulated: "Every terminal here is software. No money moves.",
    gateway: "Real terminals. Money moves."
  },
  places: {
    attempts: "Attempts",
    terminals: "Terminals",
    transactions: "Transactions",
    notifications: "Notifications",
    findings: "Findings",
    ledger: "Ledger",
    simulation: "Simulation"
  },
  menu: "Views",
  settings: {
    language: "Language",
    theme: "Appearance",
    themes: { system: "As the system", light: "Light", dark: "Dark" },
    space: "Space",
    defaultSpace: "default",
    signOut: "Sign out",
    signedInAs: (login: string) => `Signed in as ${login}`
  },
  login: {
    title: "Sign in",
    intro: "The same login that orders are sent with.",
    username: "Login",
    password: "Password",
    submit: "Sign in",
    wrong: "This login and password do not match. Check both and try again.",
    mockHint: "A mock that was started without credentials knows one login:",
    space: "Space (optional)",
    ended: "Your session has ended. Sign in to go on where you were."
  },
  link: {
    connecting: "Connecting",
    live: "Live",
    gone: (seconds: number) => `Server gone, next try in ${seconds} s`,
    goneLong:
      "The server does not answer. What you see may be out of date; nothing is lost, it is fetched when the server is back.",
    ended: "Ended"
  },
  problem: {
    gone: "The server does not answer. Is it still running?",
    forbidden: "This login is not allowed to do that.",
    notFound: "The server does not know this. It may have been cleared.",
    other: (status: number, message: string) => message || `The server answered ${status}.`,
    retry: "Try again"
  },
  loading: "Loading",
  states: {
    open: "Open",
    approved: "Approved",
    "approved-in-part": "In part",
    declined: "Declined",
    "not-started": "Not started",
    unknown: "Unknown"
  },
  statesLong: {
    open: "The terminal is at work. Only the red key on the terminal can cancel.",
    approved: "Paid in full.",
    "approved-in-part": "Part of the amount is paid. The rest is still to be collected.",
    declined: "Not paid, and the terminal said so.",
    "not-started": "The payment never started. It is safe to try again.",
    unknown: "Nobody knows whether the customer has paid. Do not charge again before it is resolved."
  },
  types: { Debit: "Debit", Credit: "Credit", Cancel: "Cancel" } as Readonly<Record<string, string>>,
  attempts: {
    search: "Search",
    searchHint: "Order, terminal, login",
    state: "State",
    all: "All",
    columns: { time: "Time", order: "Order", terminal: "Terminal", amount: "Amount", state: "State" },
    list: "Attempts, newest first",
    empty: "No attempt yet.",
    emptyHint: "Send an order to this server and it appears here while the terminal works.",
    nothing: "No attempt matches.",
    clear: "Show all",
    shown: (n: string, more: boolean) => (more ? `${n} loaded, more below` : `${n} in all`),
    warnings: (n: number) => plural(n, "warning", "warnings"),
    resolved: "resolved by a person",
    paid: (amount: string) => `${amount} paid`,
    pick: "Pick an attempt to see everything that happened to it."
  },
  attempt: {
    back: "All attempts",
    title: (orderId: string) => `Order ${orderId}`,
    of: (paid: string, asked: string) => `${paid} of ${asked}`,
    took: (time: string) => `took ${time}`,
    since: (time: string) => `open for ${time}`,
    terminal: "Terminal",
    login: "Login",
    opened: "Opened",
    id: "Attempt",
    simulated: "simulated",
    dialled: "dialled",
    timeline: "What happened",
    copyCurl: "Copy as curl",
    copyFrame: "Copy frame",
    copied: "Copied",
    notCopied: "The browser did not allow copying.",
    export: "Export JSON",
    openFace: "Open terminal",
    sendAgain: {
      action: "Send again",
      title: "Send this order again",
      intro: "A new payment with the same body, under a new order id. The attempt you look at stays as it is.",
      orderId: "New order id",
      submit: "Send",
      cancel: "Close"
    },
    receipt: "Receipt",
    resolve: {
      title: "Resolve this attempt",
      intro:
        "Look at the terminal's journal, its receipt or the bank before you answer. Your answer is kept with your name and cannot be taken back.",
      approved: "The customer has paid",
      declined: "The customer has not paid",
      by: "Your name",
      evidence: "What it rests on",
      evidenceHint: "Receipt number, journal of the terminal, the customer's bank …",
      submit: "Record this answer",
      notAllowed: "Someone with the role “resolve” can answer here.",
      outcome: "What happened"
    }
  },
  entry: {
    request: "Order received",
    findings: "Checked",
    connected: "Connected to the terminal",
    "terminal-request": "Sent to the terminal",
    stage: "At the terminal",
    "terminal-response": "The terminal answered",
    fault: "Fault",
    "late-response": "Late answer from the terminal",
    closed: "Connection closed",
    answer: "Answered the caller",
    resolution: "Resolved by a person",
    transaction: "Transaction",
    notification: "Notification",
    details: "Details",
    fields: "Fields of the message",
    tag: "Tag",
    name: "Name",
    value: "Value",
    meaning: "Meaning",
    headers: "Headers",
    body: "Body",
    frame: "Frame",
    expected: "expected",
    actual: "came",
    faultAt: (fault: string, stage: string) => `${fault}, at ${stage}`,
    severity: { refused: "refused", warning: "warning" },
    noResponse: "no frame",
    evidence: "Evidence",
    resolution_outcome: { approved: "paid", declined: "not paid" },
    wait: (time: string) => `${time} later`,
    httpAnswer: (status: number) => `HTTP ${status}`
  },
  stages: {
    idle: "Idle",
    woken: "Waiting for a card",
    "chip-asked": "Asking for the chip",
    "card-presented": "Reading the card",
    pin: "Waiting for the PIN",
    authorising: "Asking the bank",
    approved: "Approved",
    refused: "Refused",
    cancelled: "Cancelled with the red key",
    "timed-out": "Nobody presented a card",
    printing: "Printing"
  } as Readonly<Record<string, string>>
}

export type Words = typeof words
