/** The steps of a random life of a store's attempts, and what terminals, HiPay and people say in them. */
import type { PaymentOutcome } from "@hipay-pos/core/Payment"
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { ofBytes } from "@hipay-pos/core/TerminalEvidence"
import * as Schema from "effect/Schema"
import type { PerformedResult } from "../../src/attempts/Attempt.ts"
import type { KeptNotification } from "../../src/notifications/KeptNotification.ts"
import { eur } from "./day.ts"

const ASKED = 1250
const card = { card: {}, warnings: [] }

export const outcomes = {
  approved: { _tag: "Approved", amount: eur(ASKED), ...card },
  "with a tip": { _tag: "Approved", amount: eur(1500), tip: eur(250), ...card },
  "in part": { _tag: "ApprovedInPart", paid: eur(500), remaining: eur(750), ...card },
  declined: { _tag: "Declined", reason: "cancelled", label: "cancelled", ...card }
} as const satisfies Record<string, PaymentOutcome>

const signs = {
  done: { ...ofBytes("AE00210"), status: "done", amount: eur(1500) },
  authorization: { ...ofBytes("AE00211"), card: { authorizationNumber: "123456" } }
} as const

export const unknowns = {
  silence: new OutcomeUnknown({ kind: "SilentAfterSend", detail: "silence" }),
  "signs of another amount": new OutcomeUnknown({ kind: "Contradictory", detail: "15.00", evidence: signs.done }),
  "an authorization": new OutcomeUnknown({ kind: "Garbled", detail: "half", evidence: signs.authorization })
} as const

const unsent = new NotStarted({ kind: "ConnectionRefused", detail: "refused" })

/** What a terminal proves in time, late, or when asked again. */
const Proof = Schema.Literals(["approved", "with a tip", "in part", "declined"])
const Late = Schema.Literals([...Proof.literals, "silence", "signs of another amount", "an authorization"])
/** Mostly an unknown outcome, from which everything else can follow. */
const Answer = Schema.Literals([...Late.literals, "silence", "silence", "silence", "not started"])

export const resultOf = (said: typeof Answer.Type): PerformedResult => {
  if (said === "not started") return { _tag: "Error", reason: unsent }
  return said in outcomes
    ? { _tag: "Outcome", outcome: outcomes[said as keyof typeof outcomes] }
    : { _tag: "Error", reason: unknowns[said as keyof typeof unknowns] }
}

const authorizedAt = "2026-03-05T12:06:55.000Z"
const notification = (reference: string, status: number, authorized: number): Omit<KeptNotification, "at"> => ({
  ...{ reference, status, authorized, test: true, currency: "EUR" },
  ...(authorized > 0 && { authorizedAt })
})

export const notifications = {
  authorised: notification("800", 116, ASKED),
  captured: notification("800", 118, ASKED),
  "authorised for a part": notification("800", 116, 500),
  "authorised once more": notification("801", 116, ASKED),
  refused: notification("800", 113, 0),
  "another refused": notification("802", 113, 0),
  "cancelled before": notification("800", 115, 0),
  "of another environment": { ...notification("803", 116, ASKED), test: false },
  waiting: notification("800", 174, 0)
} as const

const Notice = Schema.Literals(Object.keys(notifications) as ReadonlyArray<keyof typeof notifications>)

const Of = Schema.Literals([0, 1, 2, 3])
const Process = Schema.Literals([0, 1])

const Order = Schema.Struct({
  do: Schema.Literal("order"),
  order: Schema.Literals(["A", "B"]),
  to: Schema.Literals(["bar", "bar by address", "HiPay"]),
  in: Process
})

/** The next step; `of` is an index among the attempts that it can happen to. */
const Step = Schema.Union([
  Order,
  Schema.Struct({ do: Schema.Literal("answer"), of: Of, says: Answer }),
  Schema.Struct({ do: Schema.Literal("answer"), of: Of, says: Answer }),
  Schema.Struct({ do: Schema.Literal("answer late"), of: Of, says: Late }),
  Schema.Struct({
    do: Schema.Literal("resolve"),
    of: Of,
    says: Schema.Literals(["approved", "approved 5.00", "declined", "declined", "set-aside"]),
    override: Schema.Boolean,
    in: Process
  }),
  Schema.Struct({ do: Schema.Literal("prove"), of: Of, says: Proof, in: Process }),
  Schema.Struct({ do: Schema.Literal("notify"), of: Of, says: Notice, in: Process }),
  Schema.Struct({ do: Schema.Literals(["wait", "prune", "restart", "break", "mend"]) })
])
export type Step = typeof Step.Type

/** The answers to two orders, one relayed and one dialled, and the steps that follow. */
export const Life = Schema.Struct({
  relayed: Answer,
  dialled: Answer,
  next: Schema.Array(Step).check(Schema.isMaxLength(20))
})
export type Life = typeof Life.Type

export const stepsOf = ({ relayed, dialled, next }: Life): ReadonlyArray<Step> => [
  { do: "order", order: "A", to: "HiPay", in: 0 },
  { do: "answer", of: 0, says: relayed },
  { do: "order", order: "B", to: "bar", in: 1 },
  { do: "answer", of: 0, says: dialled },
  ...next
]
