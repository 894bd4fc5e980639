/** The pages' texts in English; every other language has the same shape. */

import type { AttemptState } from "@hipay-pos/core/wire/Attempt"
import type { ResolvedAs } from "@hipay-pos/core/wire/Resolution"
import type { NotificationState, TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { evidence, resolve } from "./resolve.en.ts"

/** What a person has to see to: what happened, then what to do. */
export type Alarm = Pick<Extract<TimelineEntry, { readonly kind: "alarm" }>, "code" | "message" | "details">

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`

export const words = {
  /** What cards and faults show, and what Concert tags are called, where it differs from the server's own text. */
  cards: {} as Readonly<Record<string, string>>,
  faults: {} as Readonly<Record<string, string>>,
  tags: {} as Readonly<Record<string, string>>,
  title: "hipay-pos",
  skip: "Skip to content",
  mode: { simulated: "Simulated", gateway: "Gateway", relay: "Relay" },
  modeHint: {
    simulated: "Every terminal here is software. No money moves.",
    gateway: "Real terminals. Money moves.",
    relay: "Through HiPay’s service. Money moves."
  },
  places: {
    attempts: "Attempts",
    day: "Day",
    drift: "Drift",
    terminals: "Terminals",
    transactions: "Transactions",
    notifications: "Notifications",
    findings: "Findings",
    ledger: "Ledger",
    simulation: "Simulation"
  },
  menu: "Views",
  settings: {
    menu: "Settings",
    language: "Language",
    theme: "Appearance",
    themes: { system: "System", light: "Light", dark: "Dark" },
    space: "Space",
    defaultSpace: "default",
    signOut: "Sign out",
    signedInAs: (login: string) => `Signed in as ${login}`
  },
  login: {
    title: "Sign in",
    intro: "Use your API credentials.",
    username: "Login",
    password: "Password",
    submit: "Sign in",
    wrong: "Wrong login or password. Check both and try again.",
    mockHint: "Default credentials of a mock:",
    space: "Space (optional)",
    ended: "Your session has expired. Sign in to continue where you were."
  },
  connection: {
    connecting: "Connecting",
    live: "Live",
    disconnected: (seconds: number) => `Disconnected, retrying in ${seconds} s`,
    disconnectedLong:
      "The server is not responding. What you see may be out of date; it is updated when the connection is back.",
    ended: "Ended"
  },
  problem: {
    gone: "The server is not responding. Check that it is running.",
    forbidden: "This login is not allowed to do that.",
    notFound: "Not found. It may have been deleted.",
    other: (status: number, message: string) => message || `The server responded with HTTP ${status}.`,
    retry: "Try again"
  },
  loading: "Loading",
  states: {
    open: "Open",
    approved: "Approved",
    "approved-in-part": "Partial",
    declined: "Declined",
    "not-started": "Not started",
    unknown: "Unknown"
  } satisfies Record<AttemptState, string>,
  statesLong: {
    open: "The terminal is processing this payment. To cancel it, press the red key on the terminal.",
    approved: "Paid in full.",
    "approved-in-part": "Part of the amount was paid. Collect the rest.",
    declined: "Nothing was paid.",
    "not-started": "The payment never started. It is safe to try again.",
    unknown: "It is not known whether the customer has paid. Do not charge again until this attempt is resolved."
  } satisfies Record<AttemptState, string>,
  /** The server's own sentence is English. */
  alarm: ({ message }: Alarm, _amount: (minorUnits: number, currency: string) => string) => message,
  types: { Debit: "Debit", Credit: "Credit", Cancel: "Cancel" } as Readonly<Record<string, string>>,
  attempts: {
    search: "Search",
    searchHint: "Order, terminal, login",
    state: "State",
    all: "All",
    columns: { time: "Time", order: "Order", terminal: "Terminal", amount: "Amount", state: "State" },
    list: "Attempts, newest first",
    empty: "No attempts yet.",
    emptyHint: "Send an order to this server: it appears here while the terminal processes it.",
    nothing: "No attempts match.",
    clear: "Show all",
    shown: (n: string, more: boolean) => (more ? `${n} loaded, scroll for more` : `${n} in total`),
    warnings: (n: number) => plural(n, "warning", "warnings"),
    alarm: "needs attention",
    resolved: "resolved manually",
    ofAsked: (amount: string) => `of ${amount}`,
    pick: "Select an attempt to see its timeline."
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
    dialled: "real",
    relayed: "through HiPay",
    tip: (amount: string) => `including a tip of ${amount}`,
    timeline: "What happened",
    copyCurl: "Copy as curl",
    copyFrame: "Copy frame",
    copied: "Copied",
    notCopied: "The browser did not allow copying.",
    export: "Export JSON",
    openTerminal: "Open terminal",
    sendAgain: {
      action: "Send again",
      title: "Send this order again",
      intro: "Sends the same body as a new payment, under a new order id. This attempt is not changed.",
      orderId: "New order id",
      submit: "Send",
      cancel: "Close"
    },
    receipt: "Receipt",
    resolve,
    evidence
  },
  entry: {
    kinds: {
      request: "Order received",
      findings: "Validation",
      connected: "Connected to the terminal",
      "terminal-request": "Request to the terminal",
      stage: "At the terminal",
      "terminal-response": "Response from the terminal",
      "upstream-request": "Request to HiPay’s service",
      "upstream-response": "Response from HiPay’s service",
      "upstream-notification": "Notification from HiPay’s service",
      evidence: "Outcome unknown: what the terminal sent",
      fault: "Fault",
      "late-response": "Late response from the terminal",
      answer: "Response to the till",
      resolution: "Resolved manually",
      alarm: "Needs attention",
      transaction: "Transaction",
      notification: "Notification"
    } satisfies Record<TimelineEntry["kind"], string>,
    fields: "Fields of the message",
    tag: "Tag",
    name: "Name",
    value: "Value",
    meaning: "Meaning",
    headers: "Headers",
    body: "Body",
    frame: "Frame",
    expected: "expected",
    actual: "got",
    faultAt: (fault: string, stage: string) => `${fault}, at ${stage}`,
    severity: { refused: "refused", warning: "warning" },
    resolved: { approved: "paid", declined: "not paid", "set-aside": "set aside, still unknown" } satisfies Record<
      ResolvedAs,
      string
    >,
    wait: (time: string) => `${time} later`,
    httpAnswer: (status: number) => `HTTP ${status}`
  },
  stages: {
    idle: "Idle",
    woken: "Waiting for a card",
    "chip-asked": "Asking for the chip",
    "card-presented": "Reading the card",
    pin: "Waiting for the PIN",
    authorising: "Waiting for the bank",
    approved: "Approved",
    refused: "Refused",
    cancelled: "Cancelled with the red key",
    "timed-out": "No card was presented",
    printing: "Printing"
  } as Readonly<Record<string, string>>,
  terminal: {
    title: (name: string) => `Terminal ${name}`,
    all: "All terminals",
    open: "Open",
    fullScreen: "Full screen",
    openName: "Name of a terminal",
    openHint: "host:port",
    none: "No terminals yet.",
    noneHint: "A terminal appears when an order names it. You can also open one by host and port.",
    plays: {
      auto: "pays automatically",
      scripted: "plays a script",
      manual: "waits for you",
      amount: "decided by the amount"
    },
    faultsActive: (n: number) => plural(n, "fault active", "faults active"),
    insert: "Insert card",
    tap: "Tap card",
    swipe: "Swipe card",
    keys: { cancel: "Cancel, red key", clear: "Clear, yellow key", enter: "Enter, green key" },
    steps: { card: "Card", pin: "PIN", bank: "Bank", end: "Done" },
    copies: { customer: "Customer copy", merchant: "Merchant copy" },
    tearOff: "Tear off",
    cards: "Test cards",
    cardsHint: "Select one, then insert, tap or swipe it at a terminal.",
    pin: "The PIN of every test card is 1234.",
    allCards: (n: number) => `All ${n} cards`,
    fewer: "Fewer cards",
    modes: { contact: "chip", contactless: "contactless", stripe: "magnetic stripe", manual: "keyed in" },
    selected: (card: string) => `Selected card: ${card}`,
    noCard: "Select a test card first.",
    cannot: {
      contact: "This card has no chip.",
      contactless: "This card is not contactless.",
      stripe: "This card has no magnetic stripe.",
      manual: "The number of this card cannot be keyed in."
    },
    cardLost: "The terminal is not waiting for a card.",
    keyLost: "The terminal is not waiting for a key.",
    keyIn: "Key in the number"
  },
  behaviour: {
    title: "Behaviour",
    cardholder: "Cardholder",
    cardholders: {
      auto: "Automatic: every payment is made without you",
      manual: "Manual: you, at the terminal",
      amount: "By amount: its last two digits decide"
    },
    autoCard: "Always pay with this card",
    script: "Script, one payment per line",
    scriptCommands: "Script commands",
    play: "Play script",
    unknownCommand: (line: number, command: string) => `Line ${line}: “${command}” is not a script command.`,
    faults: "Faults",
    noFault: "No faults.",
    fault: "Fault",
    stage: "When",
    milliseconds: "Delay in ms",
    times: "Repeat",
    setFault: "Set fault",
    clear: (fault: string) => `Clear ${fault}`,
    reset: "Reset terminal",
    done: "Done."
  },
  mock: {
    none: "Nothing yet.",
    reference: "Reference",
    order: "Order",
    status: "Status",
    amount: "Amount",
    terminal: "Terminal",
    history: "History",
    authorization: "Authorization",
    transactionsHint: "Transactions as HiPay's back office would show them.",
    collect: "Run the collection",
    collectHint: "Captures authorized transactions, as the terminals' nightly collection does.",
    collected: (n: number) => plural(n, "transaction captured", "transactions captured"),
    notificationsHint: "Notifications that the service would send to your server, and their signatures.",
    url: "URL",
    state: "State",
    states: {
      recorded: "recorded, not sent",
      pending: "being sent",
      delivered: "delivered",
      failed: "failed"
    } satisfies Record<NotificationState, string>,
    tries: "Tries",
    replay: "Send again",
    replayed: "Being sent again.",
    signature: "Signature",
    signatureHow: (algorithm: string) => `${algorithm} of the text below: body, then passphrase.`,
    signatureNone: "This notification is not signed: no passphrase is configured.",
    passphrase: "Passphrase",
    input: "Hash input",
    check: "Check with your passphrase",
    checkHint: "It does not leave this page.",
    matches: "The signature matches.",
    differs: "The signature does not match.",
    value: "Result, sent as X-ALLOPASS-SIGNATURE",
    body: "Body",
    at: "Time",
    back: "All notifications",
    findingsHint: "Problems that this mock detected and the real service would not report.",
    findings: {
      "would-have-charged-twice": "would have charged twice",
      "caller-hung-up": "the client disconnected"
    } as Readonly<Record<string, string>>,
    ledgerHint: "What the terminals actually charged, from their own records.",
    totals: "Totals",
    entries: "Operations",
    count: "Count",
    operation: "Operation",
    operations: { debit: "Debit", credit: "Credit", cancel: "Cancel" } as Readonly<Record<string, string>>,
    card: "Card"
  },
  day: {
    hint: "Payments per terminal and currency, to reconcile with the terminal's batch report.",
    inUtc: "Days are in UTC.",
    days: (timeZone: string, starts: string) => `Days begin at ${starts}, ${timeZone} time.`,
    day: "Day",
    csv: "All attempts as CSV",
    debit: "Debits",
    credit: "Credits",
    cancel: "Cancellations",
    unknown: "Unknown",
    net: "Net"
  },
  drift: {
    hint: "What HiPay’s service has answered that this version does not know. Samples are masked; help by pasting them into an issue.",
    copy: "Copy for an issue",
    what: "What",
    where: "Where",
    expected: "Expected",
    sample: "Sample",
    count: "Times",
    last: "Last",
    kinds: {
      "upstream-field-unknown": "unknown field",
      "upstream-type": "another type",
      "upstream-status": "another status",
      "upstream-code-unknown": "unknown code",
      "upstream-message": "other words",
      "upstream-body": "another body"
    } as Readonly<Record<string, string>>
  },
  simulation: {
    clock: "Clock",
    clockHint: "The time of this space. While it is frozen, nothing times out.",
    frozen: "Frozen",
    running: "Running",
    freeze: "Freeze",
    resume: "Resume",
    advance: "Advance",
    advanceBy: "Advance by",
    units: { "1000": "seconds", "60000": "minutes", "3600000": "hours", "86400000": "days" } as Readonly<
      Record<string, string>
    >,
    howMany: "Amount of time",
    collection: "Collection",
    spaces: "Spaces",
    spacesHint: "Each space has its own attempts, terminals, transactions and clock.",
    space: "Space",
    underWay: "In progress",
    open: "Open",
    here: "current space",
    bound: (space: string) =>
      `This login belongs to the space “${space}”. Sign in with another login to open other spaces.`,
    clear: "Clear",
    newSpace: "Name of a space",
    enter: "Open space",
    httpFault: "API faults",
    httpFaultHint: "Faults between your till and this server, on the order route.",
    httpFaults: {
      reset: "connection reset",
      "half-body": "half of the response, then nothing",
      "error-before": "error before the order is processed",
      "error-after": "error after the payment was made",
      silent: "no response"
    } as Readonly<Record<string, string>>,
    none: "No faults.",
    active: (fault: string) => `Active: ${fault}.`,
    set: "Set",
    clearFault: "Clear",
    status: "Status",
    times: "Repeat",
    seed: "Seed",
    seedHint: "Makes delays and generated numbers reproducible.",
    setSeed: "Set seed",
    startOver: "Start over",
    startOverHint: "Resets this space: no attempts, no transactions, terminals as configured.",
    confirm: "Yes, clear this space",
    done: "Done."
  }
}

export type Words = typeof words
