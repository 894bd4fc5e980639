/** How an attempt has ended in the journal: as the payment itself proved, or as a person said. */
import { defined } from "@hipay-pos/core/Defined"
import { saidPaid } from "@hipay-pos/core/wire/Resolution"
import * as AttemptJournal from "./AttemptJournal.ts"
import { type Answerer, type End, readEnd } from "./askServer.ts"
import { NotUnsettled, type ResolveOptions, type Settlement } from "./Resolution.ts"

type Attempt = AttemptJournal.Attempt

export type Settled = Extract<Settlement, { readonly _tag: "Settled" }>

/** What ends an attempt without a person's answer. */
export type Source = "server" | "terminal"

/** How an attempt has ended in the journal: by a person's answer, else by `source`; undefined if it has not. */
export const settledAs = (attempt: Attempt, source: Source = sourceOf(attempt)): Settled | undefined => {
  const { by, evidence = "", warnings, ...last } = attempt.endings.at(-1) ?? {}
  const end = readEnd({ ...last, state: attempt.state }, attempt)
  if (end === undefined) return undefined
  return by === undefined
    ? defined({ _tag: "Settled" as const, by: source, ...end, warnings })
    : answeredBy({ by, evidence }, end)
}

/** What ended an attempt without a person's answer, as far as the journal can tell. */
export const sourceOf = ({ server }: Attempt) => (server === undefined ? "terminal" : "server")

export const answeredBy = ({ by, evidence }: Answerer, end: End): Settled => ({
  ...{ _tag: "Settled", by: "person" },
  ...end,
  answer: { by, evidence }
})

/** A person's answer, as the journal records it. */
export const fromPerson = (said: ResolveOptions, { amount }: Attempt): End => {
  const paid = saidPaid(said, amount)
  const state = said.outcome === "declined" ? "declined" : paid < amount ? "approved-in-part" : "approved"
  return { state, paid }
}

/** The person's answer that ended an attempt in the journal. */
export const answerIn = (attempt: Attempt): ResolveOptions | undefined => {
  const { answer, paid = 0 } = settledAs(attempt) ?? {}
  if (answer === undefined) return undefined
  const { authorizationNumber, lastFour } = attempt.endings.at(-1) ?? {}
  const over = paid > attempt.amount ? true : undefined
  const said = paid === 0 ? { outcome: "declined" as const } : { outcome: "approved" as const, paid, over }
  return defined({ ...said, ...answer, authorizationNumber, lastFour })
}

/**
 * The amount that a person here said was paid, and that was refused because another person had said otherwise at the
 * server.
 */
export const refusedBefore = (attempt: Attempt): number | undefined => {
  const { by, paid = 0 } = attempt.endings.at(-1) ?? {}
  return by !== undefined && AttemptJournal.isUnsettled(attempt) ? paid : undefined
}

/** Refuses a person's answer on what was paid if the payment itself proved something else. */
export const refuseAgainstProof = (attempt: Attempt, paid = 0): void => {
  const before = settledAs(attempt)
  if (before === undefined || before.answer !== undefined) return
  const { state, paid: proved = attempt.amount } = before
  if (proved !== paid) throw new NotUnsettled({ id: attempt.id, state })
}
