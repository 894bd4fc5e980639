/** What the terminal said of an unknown payment, and how a person resolves it. */
import type { ReadingStop } from "@hipay-pos/core/TerminalEvidence"
import type { ResolvedAs } from "@hipay-pos/core/wire/Resolution"

export const resolve = {
  title: "Resolve this payment",
  intro:
    "Check the terminal’s journal, the receipt or the bank first. Your resolution is recorded with your name and cannot be undone.",
  approved: "The customer has paid",
  declined: "The customer has not paid",
  "set-aside": "Still unknown; let the terminal take the next order",
  paid: "Amount on the receipt",
  over: (paid: string, asked: string) => `${paid} was charged, more than the ${asked} of the order`,
  notAmount: (example: string) => `This is not an amount. Enter one such as ${example}.`,
  authorization: "Authorization number, if the receipt has one",
  lastFour: "Last four digits of the card",
  by: "Your name",
  evidence: "Evidence",
  evidenceHint: "Receipt number, terminal journal, bank …",
  submit: "Record the resolution",
  ask: "Ask the terminal",
  notProved: "The terminal proves nothing. Look at its receipt or journal, then record what you saw.",
  notAllowed: "Only a login with the role “resolve” can resolve this payment.",
  lineOpen: (time: string) =>
    `The terminal may still answer this attempt for ${time}, so this resolution may be wrong. Look at the terminal and wait.`,
  override: "Record it although the terminal may still answer",
  outcome: "Outcome",
  damaged: "An attempt that cannot be read",
  damagedIntro:
    "The record of this attempt is damaged, so its amount and its terminal are not known, and lists and totals leave it out. It may have been paid. Look at the terminals’ own journals.",
  damagedHint: "What was paid and where: receipt number, terminal journal, bank …",
  damagedOverride: "Record it although it is not known whether the terminal may still answer",
  damagedStays: "Its record stays unreadable, and lists and totals leave it out.",
  recorded: (state: string) => `Recorded: ${state}.`
} satisfies Record<ResolvedAs, string> & Record<string, unknown>

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
  /** Why the outcome is unknown, by kind; a kind without words here is shown as the server wrote it. */
  kinds: {} as Readonly<Record<string, string>>,
  detail: "Technical detail",
  /** Where the reading stopped; as the server wrote it by default. */
  stop: ({ problem }: ReadingStop): string => problem,
  /** By kind; a kind without words here is shown as the server wrote it. */
  contradiction: {} as Readonly<Record<string, (told: string, asked: string) => string>>
}
