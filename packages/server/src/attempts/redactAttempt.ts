/**
 * An attempt that was kept by an older version, with the card numbers masked that are masked today. The order's id, amounts,
 * times and the outcome stay.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Receipt from "@hipay-pos/core/Receipt"
import { maskOrder, maskTexts } from "../maskCardNumbers.ts"
import type { Frames } from "../terminals/Terminals.ts"
import type { Answer, Attempt } from "./Attempt.ts"
import type { Moment } from "./AttemptEvent.ts"
import * as IdempotencyKey from "./idempotencyKey.ts"

type Redacting = Pick<Frames, "redact">

/** The attempt without card numbers. */
export const redactAttempt = async (attempt: Attempt, frames: Redacting): Promise<Attempt> => {
  const { order, answer, outcome, resolutions, findings, moments, idempotencyKey } = attempt
  const maskedOrder = maskOrder(order).json
  const request = requestIn(moments)
  return {
    ...attempt,
    order: maskedOrder,
    findings: maskTexts(findings) as Attempt["findings"],
    moments: moments.map((moment) => redactMoment(moment, frames, request)),
    ...(outcome === undefined ? {} : { outcome: redactOutcome(outcome) }),
    ...(resolutions === undefined ? {} : { resolutions: maskTexts(resolutions) as typeof resolutions }),
    ...(answer === undefined ? {} : { answer: redactAnswer(answer, order, maskedOrder) }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey: await IdempotencyKey.kept(idempotencyKey) })
  }
}

type Fields = Readonly<Record<string, unknown>>

/** What the answer echoes of its order stays the very same object. */
const redactAnswer = (answer: Answer, order: unknown, maskedOrder: unknown): Answer => {
  if (typeof answer.body !== "object" || answer.body === null) return answer
  const body: Record<string, unknown> = { ...(maskOrder(answer.body).json as Fields) }
  const original = answer.body as Fields
  for (const name of Object.keys(original)) {
    const echoed = (order as Fields | undefined)?.[name]
    if (echoed !== undefined && original[name] === echoed) body[name] = (maskedOrder as Fields)[name]
  }
  return {
    ...answer,
    body: typeof body.receipt === "string" ? { ...body, receipt: redactReceipt(body.receipt) } : body
  }
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
      ...(customer === undefined ? {} : { customer: CardNumber.maskPrinted(customer) }),
      ...(merchant === undefined ? {} : { merchant: CardNumber.maskPrinted(merchant) })
    }
  }
}

const redactMoment = (moment: Moment, frames: Redacting, request: string | undefined): Moment =>
  "frame" in moment && moment.frame !== undefined ? { ...moment, frame: frames.redact(moment.frame, request) } : moment

/** The message that the terminal was sent. */
export const requestIn = (moments: ReadonlyArray<Moment>): string | undefined =>
  moments.find((moment) => moment.kind === "terminal-request")?.frame
