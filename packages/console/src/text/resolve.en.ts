/** What the terminal said about an unknown payment, and how a person resolves it. */
import type { ReadingStop } from "@hipay-pos/core/TerminalEvidence"
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import type { ResolvedAs } from "@hipay-pos/core/wire/Resolution"

export interface ResolveTexts {
  readonly title: string
  readonly approved: string
  readonly declined: string
  /** More than was asked for. */
  readonly over: (moved: string, asked: string) => string
}

const byType: Readonly<Record<TransactionType, ResolveTexts>> = {
  Debit: {
    title: "Resolve this payment",
    approved: "The customer has paid",
    declined: "The customer has not paid",
    over: (moved, asked) => `${moved} was charged, more than the ${asked} of the order`
  },
  Credit: {
    title: "Resolve this refund",
    approved: "The customer was refunded",
    declined: "The customer was not refunded",
    over: (moved, asked) => `${moved} was refunded, more than the ${asked} of the order`
  },
  Cancel: {
    title: "Resolve this cancellation",
    approved: "The sale was cancelled",
    declined: "The sale was not cancelled",
    over: (moved, asked) => `${moved} was cancelled, more than the ${asked} of the order`
  }
}

export const resolve = {
  byType,
  intro:
    "Check the terminal’s journal, the receipt or the bank first. Your resolution is recorded with your name and cannot be undone.",
  setAside: "Still unknown; let the terminal take the next order",
  paid: "Amount on the receipt",
  notAmount: (example: string) => `This is not an amount. Enter one such as ${example}.`,
  authorization: "Authorization number, if the receipt has one",
  lastFour: "Last four digits of the card",
  by: "Your name",
  evidence: "Evidence",
  evidenceHint: "Receipt number, terminal journal, bank …",
  submit: "Record the resolution",
  ask: "Ask the terminal",
  notProved: "The outcome is not proved. Look at the terminal’s receipt or journal, then record what you saw.",
  /** The reason; as the server wrote it if there is no text for it. */
  whyNotProved: (_why: string): string | undefined => undefined,
  notAllowed: "Only a login with the role “resolve” can resolve this attempt.",
  answerPending: (time: string | undefined) =>
    `The terminal may still answer this attempt${time === undefined ? "" : ` for ${time}`}, so this resolution may be wrong. Look at the terminal and wait.`,
  override: "Record it although the terminal may still answer",
  outcome: "Outcome",
  damaged: "An attempt that cannot be read",
  damagedTitle: "Resolve this attempt",
  /** The type of transaction is not known. */
  damagedOutcomes: { approved: "The terminal carried it out", declined: "The terminal did not carry it out" },
  damagedIntro:
    "The record of this attempt is damaged, so its amount and its terminal are not known, and lists and totals leave it out. Money may have moved. Look at the terminals’ own journals.",
  damagedHint: "What was paid or refunded, and where: receipt number, terminal journal, bank …",
  damagedOverride: "Record it although it is not known whether the terminal may still answer",
  damagedStays: "Its record stays unreadable, and lists and totals leave it out.",
  recordedBy: (outcome: ResolvedAs, by: string, time: string, evidence: string) =>
    `${outcome === "set-aside" ? "Set aside" : "Resolved"} by ${by}, ${time}: ${evidence}`,
  notRecorded: "The outcome of this payment has been recorded in the meantime. What you typed was not recorded.",
  contrary: "Find out which of the two is true before anything more is charged or refunded.",
  close: "Close",
  recorded: (state: string) => `Recorded: ${state}.`
}

export const evidence = {
  title: "What the terminal said",
  nothing: "Nothing came from the terminal.",
  amount: "Amount",
  status: "Payment",
  statuses: { done: "done", "not-done": "not done" } as Readonly<Record<string, string>>,
  authorization: "Authorization number",
  card: "Card",
  contradictions: "Contradictions",
  stopped: "Where it stops",
  /** Why the outcome is unknown, by kind; a kind without a text here is shown as the server wrote it. */
  kinds: {} as Readonly<Record<string, string>>,
  detail: "Technical detail",
  /** Where the reading stopped; as the server wrote it by default. */
  stop: ({ problem }: ReadingStop): string => problem,
  /** By kind; a kind without a text here is shown as the server wrote it. */
  contradiction: {} as Readonly<Record<string, (told: string, asked: string) => string>>
}
