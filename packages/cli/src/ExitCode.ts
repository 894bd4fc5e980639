/** The exit codes of all verbs: one table for the code, the help and the README. */

/** An exit code, its meaning, and the verbs that may end with it (if none are named, every verb). */
export interface ExitCode {
  readonly code: number
  readonly means: string
  readonly verbs?: ReadonlyArray<string>
}

const payments = ["pay", "refund", "cancel", "trigger"]

/** By number. */
export const all: ReadonlyArray<ExitCode> = [
  { code: 0, means: "done" },
  { code: 0, means: "approved, now or earlier for the same order", verbs: payments },
  {
    code: 0,
    means: "stopped by a signal once it was ready, after what was under way had finished",
    verbs: ["mock", "gateway", "terminal", "listen", "tail"]
  },
  {
    code: 1,
    means: "checked, and something is wrong",
    verbs: [
      "order check",
      "notify verify",
      "doctor",
      "store check",
      "store export",
      "store import",
      "exam",
      "reconcile",
      "terminals card",
      "terminals key"
    ]
  },
  { code: 1, means: "the terminal gave no receipt of the payment", verbs: ["receipt"] },
  { code: 1, means: "the terminal does not accept a connection, or answers nothing", verbs: ["examine-terminal"] },
  { code: 2, means: "wrong usage or set-up, or input that is not what it should be" },
  {
    code: 2,
    means:
      "also: the order id was used before with another amount or currency, or for a sale that has been reversed since: nothing was sent",
    verbs: payments
  },
  {
    code: 2,
    means: "also: --live is missing: nothing was sent; or it was given for a mock: no money moved",
    verbs: ["pay", "refund", "cancel"]
  },
  { code: 2, means: "also: the server is not a mock: nothing was sent", verbs: ["trigger"] },
  {
    code: 3,
    means:
      "not started: nothing of this attempt left, and no earlier attempt of the order is open, unknown or approved; trying again is safe. Stopped by a signal, it has not looked for earlier ones: try again with the same order id",
    verbs: payments
  },
  { code: 3, means: "the message stops inside a field", verbs: ["decode"] },
  {
    code: 4,
    means:
      "outcome unknown, of this or of an earlier attempt of the order: look at the terminal; send it again under the same order id only, and never straight to HiPay's own service, or to a mock with --validation faithful",
    verbs: payments
  },
  { code: 4, means: "still unknown: a person has to say", verbs: ["resolve", "reconcile"] },
  { code: 4, means: "the payment is still under way", verbs: ["resolve"] },
  {
    code: 4,
    means:
      "stopped, and the result of a payment could not be written to the store. The log names it, says where it is, and what to do",
    verbs: ["gateway"]
  },
  {
    code: 5,
    means:
      "the payment came to another amount than a person had said, or nothing of it was sent: do what the message says",
    verbs: ["resolve"]
  },
  {
    code: 5,
    means: "broken off: by a signal, a person, or because the till cannot be run",
    verbs: ["exam", "examine-terminal"]
  },
  { code: 10, means: "declined", verbs: payments },
  {
    code: 11,
    means: "approved in part, now or earlier for the same order: the rest is still to be collected, or refunded",
    verbs: payments
  },
  { code: 70, means: "a bug of ours" },
  {
    code: 74,
    means: "done, but what it had to print could not be written; payments end with their own codes all the same"
  },
  {
    code: 75,
    means:
      "not just now: a file cannot be read, because the disk fails or too many files are open; no payment was sent, and the same command may succeed later"
  },
  {
    code: 75,
    means:
      "also: the store or the port is in use, the disk is full or fails, or the database is away; the same command may succeed later",
    verbs: [
      "mock",
      "gateway",
      "gateway migrate",
      "terminal",
      "listen",
      "exam",
      "store backup",
      "store check",
      "store export",
      "store import",
      "store prune",
      "store redact"
    ]
  },
  { code: 130, means: "stopped by Ctrl-C before it was done, where no other code says how" },
  { code: 143, means: "stopped by SIGTERM before it was done, where no other code says how" }
]

/** The codes that a verb may end with; all of them for `hipay-pos` itself. */
const ofVerb = (verb: string): ReadonlyArray<ExitCode> =>
  verb === "" ? all : all.filter(({ verbs }) => verbs === undefined || verbs.includes(verb))

/** A section of a verb's help. */
export const toHelp = (verb: string): string =>
  [
    "EXIT CODES",
    ...ofVerb(verb).map(({ code, means, verbs }) => {
      const who = verb === "" && verbs !== undefined ? `${verbs.join(", ")}: ` : ""
      return `  ${String(code).padEnd(4)} ${who}${means}`
    })
  ].join("\n")

/** The table of the README. */
export const toMarkdown = (): string =>
  [
    "| exit code | verb | means |",
    "|---|---|---|",
    ...all.map(({ code, means, verbs = ["all"] }) => `| ${code} | ${verbs.join(", ")} | ${means} |`)
  ].join("\n")
