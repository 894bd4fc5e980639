/** The evidence of an unknown outcome: everything received, read as far as possible, and what contradicts it. */
import { type Contradiction, TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import * as Schema from "effect/Schema"
import * as Done from "../internal/done.ts"
import * as NotDone from "../internal/notDone.ts"
import * as Response from "../Response.ts"
import type { RequestContext } from "./Answer.ts"
import * as Outcome from "./Outcome.ts"
import type { ReceivedMessages } from "./ReceivedMessages.ts"

/** The evidence in what was received; `undefined` if nothing was. `found`: contradictions that are already known. */
export const evidenceOf = (
  { request, reading }: RequestContext,
  received: ReceivedMessages,
  found: ReadonlyArray<Contradiction>
): TerminalEvidence | undefined => {
  const text = received.text()
  if (text === "") return undefined
  const messages = received.all()
  const stopped = received.stopped()
  const decoded = messages.map(({ fields, warnings }) => Response.fromFields(fields, warnings, { ...reading, request }))
  // The most telling answer: done, else not done, else the last message.
  const telling = ["done", "not-done"].flatMap((status) => decoded.filter(({ response }) => response.status === status))
  const response: Response.Response = (telling[0] ?? decoded.at(-1))?.response ?? {}
  const amount = Done.saidAmount(response, request)
  const receipt = Outcome.toReceipt(response.tickets ?? [])
  const sign = response.status === undefined ? NotDone.ofUnfinished(response, request.action) : undefined
  const contradictions = unique([
    ...found,
    // What a cut message lacks may be in the part that did not come.
    ...decoded.flatMap((each, index) =>
      each.contradictions.filter(({ kind }) => !(stopped && index === decoded.length - 1 && kind === "amount-missing"))
    ),
    ...(stopped !== undefined && isTicket(stopped.tag)
      ? [{ kind: "cut-ticket", message: stopped.problem } satisfies Contradiction]
      : []),
    ...(sign === undefined ? [] : [sign])
  ])
  const evidence: Draft = {
    received: text,
    fields: messages.flatMap(({ fields }) => fields.map(({ offset, tag, value }) => ({ offset, tag, value }))),
    contradictions,
    card: Outcome.toCard(response)
  }
  if (stopped !== undefined) evidence.stopped = stopped
  const { status } = response
  if (isSettled(status)) evidence.status = status
  if (amount !== undefined) evidence.amount = amount
  if (receipt !== undefined) evidence.receipt = receipt
  return evidence
}

type Draft = { -readonly [Key in keyof TerminalEvidence]: TerminalEvidence[Key] }

const isSettled = Schema.is(TerminalEvidence.fields.status.schema)

const isTicket = (tag: string | undefined): boolean => tag === "ZT" || tag === "AK"

const unique = (contradictions: ReadonlyArray<Contradiction>): ReadonlyArray<Contradiction> => {
  const byMessage = new Map(contradictions.map((contradiction) => [contradiction.message, contradiction]))
  return [...byMessage.values()]
}
