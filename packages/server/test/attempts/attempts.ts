/** Attempts over one terminal with given payment results, and orders for it. */
import { assert } from "@effect/vitest"
import * as OrderRules from "@hipay-pos/core/OrderRules"
import type { Approved, PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import { NotStarted, OutcomeUnknown, TerminalError } from "@hipay-pos/core/Terminal"
import { type AttemptStore, Attempts, KeptOrder, MemoryStore } from "@hipay-pos/server"
import * as Effect from "effect/Effect"
import type { Alarm, Attempt } from "../../src/attempts/Attempt.ts"
import * as OwedEnds from "../../src/attempts/OwedEnds.ts"
import type { Answer } from "../../src/render/Answer.ts"
import { answerTo } from "../../src/render/Dialect.ts"
import type { PaymentEvent } from "../../src/terminals/PaymentEvent.ts"
import type { Chosen, Terminals } from "../../src/terminals/Terminals.ts"
import { frames } from "../frames.ts"
import { order } from "../order.ts"

/** An order that passed validation. */
export const submission = (
  changes: { readonly amount?: number; readonly customer?: object } & Partial<Attempts.Submission> = {}
): Attempts.Submission => {
  const { amount = 1250, customer, ...rest } = changes
  const root = customer === undefined ? {} : { customer }
  const { body, findings, request } = OrderRules.read(order({ order: { price: { amount } }, root }))
  assert.isDefined(request)
  return { login: "merchant", request, order: new KeptOrder(body), findings, ...rest }
}

export const approved = (): Approved => ({
  _tag: "Approved",
  amount: submission().request.order.amount,
  card: {},
  warnings: []
})
export const declined: PaymentOutcome = {
  _tag: "Declined",
  reason: "cancelled",
  label: "cancelled",
  card: {},
  warnings: []
}
export const notStarted = new TerminalError({
  reason: new NotStarted({ kind: "ConnectionRefused", detail: "refused" })
})
export const unknown = new TerminalError({
  reason: new OutcomeUnknown({ kind: "SilentAfterSend", detail: "silence" })
})

/** The answer to the order of an attempt. */
export const answerOf = (attempt: Attempt): Answer => {
  const answer = answerTo["pos-api"](attempt)
  assert.isDefined(answer)
  return answer
}

/** How long late answers are listened for, in milliseconds. */
export const LATE_ANSWER = 600_000

type Ending = Effect.Effect<PaymentOutcome, TerminalError>

/** Attempts over one terminal, with the results of its payments in order. */
export const setUp = Effect.fnUntraced(function* (
  endings: ReadonlyArray<Ending>,
  broken: Partial<AttemptStore.AttemptStore> = {},
  name?: string,
  elsewhere: Pick<Terminals, "answerableUntil"> = {},
  chosen: Pick<Chosen, "prepare" | "guarded"> = {}
) {
  const store = OwedEnds.over({ ...MemoryStore.make(), ...broken })
  const alarms: Array<Alarm> = []
  const told: Array<string> = []
  const changes: Array<string> = []
  const repeats: Array<string | undefined> = []
  const payments: Array<PaymentRequest> = []
  const listeners: Array<(event: PaymentEvent) => void> = []
  const attempts = yield* Attempts.make({
    store,
    terminals: {
      frames,
      ...elsewhere,
      choose: () =>
        Effect.succeed({
          kind: "dialled" as const,
          ...(name === undefined ? {} : { name }),
          ...chosen,
          findings: [],
          lateAnswer: LATE_ANSWER,
          perform: (payment: PaymentRequest, onEvent: (event: PaymentEvent) => void) => {
            listeners.push(onEvent)
            return endings[payments.push(payment) - 1] ?? Effect.die("performed once too often")
          }
        })
    },
    listener: {
      onChange: ({ state }) => changes.push(state),
      onEvent: (_, { kind }) => changes.push(kind),
      onRepeatWhileUndecided: (_, attempt) => repeats.push(attempt),
      onPaymentEvent: (_, event) => told.push(event._tag),
      onAlarm: (_, alarm) => {
        alarms.push(alarm)
        told.push(`alarm: ${alarm.code}`)
      },
      onDefect: (_, error) => told.push(`defect: ${String(error)}`)
    }
  })
  const states = Effect.map(store.list({ login: "merchant", limit: 10 }), (list) => list.map(({ state }) => state))
  return {
    attempts,
    store,
    told,
    alarms,
    /** The state of attempts after each change, and what happened at the terminal. */
    changes,
    /** The attempts with repeated orders. */
    repeats,
    /** The terminal's requests. */
    payments,
    states,
    performed: () => payments.length,
    /** Emits an event of the last payment performed, or of another one by index. */
    say: (event: PaymentEvent, place = -1) => listeners.at(place)?.(event)
  }
})
