/** The pages' texts in English; every other language has the same shape. */

import type { Declined } from "@hipay-pos/core/Payment"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import type { ResolvedAs } from "@hipay-pos/core/wire/Resolution"
import type { MessageField, NotificationState, TimelineEntry } from "@hipay-pos/core/wire/TimelineEntry"
import { plural } from "./plural.ts"
import { reconcile } from "./reconcile.en.ts"
import { evidence, resolve } from "./resolve.en.ts"
import { shop } from "./shop.en.ts"
import { cancelledLater, queued, states, statesLong } from "./states.en.ts"
import { tools } from "./tools.en.ts"

/** Alarms: what happened, then what to do. */
export type Alarm = Pick<Extract<TimelineEntry, { readonly kind: "alarm" }>, "code" | "message" | "details">

export const words = {
  /** Descriptions of cards and faults, and names of Concert tags, if they differ from the server's own text. */
  cards: {} as Readonly<Record<string, string>>,
  faults: {} as Readonly<Record<string, string>>,
  tags: {} as Readonly<Record<string, string>>,
  /** Kinds of cards whose names are words. */
  schemes: {} as Readonly<Record<string, string>>,
  /** What a Concert field's value means, if that differs from the server's own text. */
  fieldMeaning: (_: Pick<MessageField, "tag" | "value" | "meaning">): string | undefined => undefined,
  faultNames: (name: string) => name,
  title: "hipay-pos",
  skip: "Skip to content",
  mode: { simulated: "Simulated", gateway: "Gateway", relay: "Relay" },
  modeHint: {
    simulated: "Every terminal here is software. No money moves.",
    gateway: "Real terminals. Money moves.",
    relay: "Through HiPay’s service. Money moves."
  },
  places: {
    attempts: "Payments",
    new: "New payment",
    resolve: "To resolve",
    /** Short forms, for narrow layouts. */
    resolveShort: "Resolve",
    backOffice: "Back office",
    day: "Day",
    reconcile: "Reconcile",
    gateway: "Gateway",
    drift: "Drift",
    terminals: "Terminals",
    transactions: "Transactions",
    notifications: "Notifications",
    findings: "Findings",
    ledger: "Ledger",
    simulation: "Simulate"
  },
  menu: "Views",
  reconcile,
  ...tools,
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
    /** By code; a problem without a text here is shown as the server wrote it. */
    byCode: {} as Readonly<Partial<Record<ProblemCode, string>>>,
    earlier: "Open that attempt",
    other: (status: number, message: string) => message || `The server responded with HTTP ${status}.`,
    retry: "Try again"
  },
  loading: "Loading",
  named: (name: string, value: string) => `${name}: ${value}`,
  states,
  statesLong,
  queued,
  cancelledLater,
  /** The server's own sentence is English. */
  alarm: ({ message }: Alarm, _amount: (minorUnits: number, currency: string) => string) => message,
  types: { Debit: "Debit", Credit: "Credit", Cancel: "Cancel" } as Readonly<Record<string, string>>,
  attempts: {
    search: "Search",
    searchHint: "Order, amount, last four, terminal …",
    state: "State",
    all: "All",
    today: "Today",
    yesterday: "Yesterday",
    paid: "Paid",
    paidOf: (paid: string) => `${paid} of`,
    export: "Export what is shown as CSV",
    exported: (n: number, isPart: boolean) =>
      `${plural(n, "payment", "payments")} exported${isPart ? ", the newest; older ones are left out" : ""}.`,
    pinned: "To resolve",
    allUnknown: (n: string) => `All ${n} to resolve`,
    columns: { time: "Time", order: "Order", terminal: "Terminal", amount: "Amount", state: "State" },
    list: "Payments, newest first",
    empty: "No payments yet.",
    emptyHint: "Send an order to this server: it appears here while the terminal processes it.",
    nothing: "No payments match.",
    clear: "Show all",
    shown: (n: string, more: boolean) => (more ? `${n} loaded, scroll for more` : `${n} in total`),
    warnings: (n: number) => plural(n, "warning", "warnings"),
    alarm: "needs attention",
    resolved: "resolved manually",
    ofAsked: (amount: string) => `of ${amount}`
  },
  attempt: {
    back: "All payments",
    title: (orderId: string) => `Order ${orderId}`,
    duration: "Duration",
    /** Why nothing was paid. */
    decline: ({ label }: Pick<Declined, "reason" | "complement" | "label">): string => label,
    openFor: "Open for",
    terminal: "Terminal",
    contract: "Contract",
    screens: "On the terminal’s screen",
    copy: "Copy",
    copyOrder: "Copy order id",
    pruned: (day: string) =>
      `The store was pruned on ${day}: order, receipt and timeline of this payment were removed; outcome and amounts are kept.`,
    /** By code; a warning without a text here is shown as the server wrote it. */
    warning: {} as Readonly<Record<string, string>>,
    copyId: "Copy attempt id",
    copyAuthorization: "Copy authorization number",
    copyLink: "Copy link",
    copyHex: "Copy as hex",
    print: "Print this page",
    printReceipt: "Print receipt",
    refund: "Refund",
    cancelSale: "Cancel the sale",
    more: "More",
    related: "Other attempts of this order",
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
      intro: "The order, as it will be sent. This attempt is not changed.",
      notJson: (problem: string) => `This is not JSON: ${problem}`,
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
    atByte: (offset: number, length: number) => `byte ${offset}, ${length} long`,
    value: "Value",
    meaning: "Meaning",
    headers: "Headers",
    body: "Body",
    frame: "Frame",
    expected: "expected",
    actual: "got",
    faultAt: (fault: string, stage: string) => `${fault}, at ${stage}`,
    severity: { refused: "refused", warning: "warning" },
    resolved: { approved: "approved", declined: "declined", "set-aside": "set aside, still unknown" } satisfies Record<
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
    youAreCustomer: "You are the customer",
    rackHint: "Every terminal that an order has named, by name.",
    searchHint: "Terminal",
    onlyFaults: "Only with faults",
    noMatch: "No terminals match.",
    count: (n: string) => `${n} shown`,
    groups: { approves: "Approves", refuses: "Refuses", odd: "Odd" },
    cards: "Test cards",
    cardsHint: "Select one, then insert, tap or swipe it.",
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
    done: "The cardholder is set.",
    scriptSet: "The script plays from the next payment on.",
    resetDone: "The terminal is reset.",
    presets: {
      approves: "Approve all",
      decide: "I decide",
      third: "Every third declines",
      loses: "Lose the answer"
    },
    presetSet: (preset: string) => `Set: ${preset}.`,
    faultSet: (fault: string) => `Fault set: ${fault}.`,
    faultCleared: (fault: string) => `Fault cleared: ${fault}.`,
    stages: {
      "before-accept": "before the connection",
      "after-request": "after the request",
      "after-wake": "after waking up",
      "after-connect": "after the connection",
      authorising: "at the bank",
      "after-approval": "after the approval",
      "mid-answer": "in the middle of the answer",
      "after-answer": "after the answer"
    } as Readonly<Record<string, string>>
  },
  mock: {
    none: "Nothing yet.",
    reference: "Reference",
    order: "Order",
    status: "Status",
    amount: "Amount",
    currency: "Currency",
    terminal: "Terminal",
    history: "History",
    authorization: "Authorization",
    transactionsHint: "Transactions as HiPay’s back office would show them.",
    collect: "Run the collection",
    collectHint: "Captures authorized transactions, as the terminals’ nightly collection does.",
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
    tries: "Deliveries",
    response: "Response",
    retrying: (tries: number) => `retrying (${tries})`,
    nextTry: (time: string) => `next try ${time}`,
    payment: "Open the payment",
    replay: "Send again",
    replayed: (response: string) => `Delivered: ${response}.`,
    notReplayed: (response: string) => `Not delivered: ${response}.`,
    emptyFields: "Empty fields:",
    raw: "As it is sent",
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
    findingsNone:
      "No problems found. Try one: send an order to cut.terminal.test, then the same order id again. HiPay’s service would charge the customer twice.",
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
  ...shop
}

export type Words = typeof words
