/**
 * Masks an older version's attempt as today: its card numbers, and the values of a service's unknown fields. The order's id,
 * amounts, times and the outcome stay.
 */

import * as CardNumber from "@hipay-pos/core/CardNumber"
import { defined } from "@hipay-pos/core/Defined"
import * as JsonText from "@hipay-pos/core/JsonText"
import * as Receipt from "@hipay-pos/core/Receipt"
import type { RecordedAnswer } from "@hipay-pos/core/wire/Attempt"
import * as Result from "effect/Result"
import { maskOrder, maskTexts } from "../maskCardNumbers.ts"
import type { Frames } from "../terminals/Terminals.ts"
import type { Attempt } from "./Attempt.ts"
import type { AttemptEvent } from "./AttemptEvent.ts"
import * as IdempotencyKey from "./idempotencyKey.ts"
import { shownFinding } from "./shownFinding.ts"

type Redacting = Pick<Frames, "redact">

/** The attempt without card numbers. */
export const redactAttempt = async (attempt: Attempt, frames: Redacting): Promise<Attempt> => {
  const { idempotencyKey } = attempt
  return {
    ...maskAttempt(attempt, frames),
    ...defined({ idempotencyKey: idempotencyKey && (await IdempotencyKey.kept(idempotencyKey)) })
  }
}

/** {@link redactAttempt} without hashing the idempotency key. */
export const maskAttempt = <A extends Attempt>(attempt: A, frames: Redacting): A => {
  const { order, recorded, received, outcome, resolutions, findings, events } = attempt
  const request = requestIn(events)
  return {
    ...attempt,
    order: order.map((body) => maskOrder(body).json),
    findings: maskTexts(findings.map(shownFinding)) as Attempt["findings"],
    events: events.map((event) => redactEvent(event, frames, request)),
    ...defined({
      outcome: outcome && redactOutcome(outcome),
      resolutions: resolutions && (maskTexts(resolutions) as typeof resolutions),
      recorded: recorded && redactAnswer(recorded),
      received: received && { ...received, body: redactBody(received.body) }
    })
  }
}

const redactBody = (text: string): string => {
  const json = JsonText.parse(text)
  if (Result.isFailure(json)) return CardNumber.maskPrinted(text)
  const { body } = redactAnswer({ status: 0, body: json.success })
  const redacted = JSON.stringify(body)
  return redacted === JSON.stringify(json.success) ? text : redacted
}

const redactAnswer = (answer: RecordedAnswer): RecordedAnswer => {
  const body = maskOrder(answer.body).json
  if (typeof body !== "object" || body === null || !("receipt" in body) || typeof body.receipt !== "string")
    return { ...answer, body }
  return { ...answer, body: { ...body, receipt: redactReceipt(body.receipt) } }
}

const redactReceipt = (base64: string): string => {
  const text = Receipt.decodeBase64(base64)
  const masked = text === undefined ? undefined : CardNumber.maskPrinted(text)
  return masked === undefined || masked === text ? base64 : Receipt.encodeBase64(masked)
}

const redactOutcome = (outcome: NonNullable<Attempt["outcome"]>): typeof outcome => {
  const { receipt } = outcome
  if (receipt === undefined) return outcome
  const { customer, merchant } = receipt
  return {
    ...outcome,
    receipt: {
      ...receipt,
      ...defined({
        customer: customer && CardNumber.maskPrinted(customer),
        merchant: merchant && CardNumber.maskPrinted(merchant)
      })
    }
  }
}

const redactEvent = (event: AttemptEvent, frames: Redacting, request: string | undefined): AttemptEvent =>
  "frame" in event && typeof event.frame === "string" ? { ...event, frame: frames.redact(event.frame, request) } : event

/** The message that was sent to the terminal. */
export const requestIn = (events: ReadonlyArray<AttemptEvent>): string | undefined =>
  events.find((event) => event.kind === "terminal-request")?.frame
