/** What the mock shows of a space under `/_mock`. Times are ISO texts, amounts minor units. */
import { defined } from "@hipay-pos/core/Defined"
import type { HttpFault } from "../mock/HttpFault.ts"
import type { MockSpace, ReportedFinding } from "../mock/MockSpace.ts"
import type { SentNotification, SignedBody } from "../notifications/Notifications.ts"
import { messages, type Transaction } from "../transactions/ConsoleTransactions.ts"
import type * as Answers from "./controlAnswers.ts"

const time = (at: number): string => new Date(at).toISOString()

/** The clock of a space. */
export const clock = (of: MockSpace["clock"]): Answers.Clock => ({
  now: time(of.currentTimeMillisUnsafe()),
  frozen: of.isFrozen()
})

/** The fault that strikes next, or `null`. */
export const httpFault = (fault: HttpFault | undefined): typeof Answers.HttpFaultState.Type => ({
  fault: fault ?? null
})

/** Clock and faults that are set. Terminals with a fault in their reserved name always have it, and are left out. */
export const simulation = ({ clock: of, httpFault: armed, terminals }: MockSpace): Answers.SimulationState => ({
  clock: clock(of),
  httpFault: armed.get() ?? null,
  faulty: terminals
    .simulated()
    .filter(({ name, simulator }) => simulator.faults().length > 0 && !/\.terminal\.test(:\d+)?$/.test(name))
    .slice(0, MAX_LISTED)
    .map(({ name, simulator }) => ({ name, faults: simulator.faults().map((fault) => fault.name) }))
})

const MAX_LISTED = 100

/** A finding of the mock. */
export const finding = ({ at, code, detail, orderId, attempt }: ReportedFinding): Answers.MockFinding => ({
  at: time(at),
  code,
  detail,
  ...defined({ orderId, attempt })
})

/** What all simulated terminals of a space charged, in chronological order, and for which attempts. */
export const ledger = ({ terminals, transactions }: MockSpace): Answers.LedgerOfAll => {
  const simulated = terminals.simulated()
  const entries = simulated.flatMap(({ name, simulator }) =>
    simulator.ledger.entries().map((entry) => {
      const { id, orderId } = transactions.attemptOf(entry) ?? {}
      return { terminal: name, ...entry, at: time(entry.at), ...defined({ attempt: id, orderId }) }
    })
  )
  const totals = simulated.flatMap(({ name, simulator }) =>
    simulator.ledger.totals().map(({ net, ...total }) => ({ terminal: name, ...total, amount: net }))
  )
  return { entries: entries.sort((a, b) => a.at.localeCompare(b.at)), totals }
}

/** A transaction of the Console. */
export const transaction = ({
  reference,
  attempt,
  terminal,
  status,
  charge,
  createdAt,
  updatedAt,
  history
}: Transaction): Answers.Transaction => ({
  reference,
  terminal,
  status,
  message: messages[status],
  orderId: attempt.key.orderId,
  attempt: attempt.id,
  transactionType: attempt.key.transactionType,
  amount: charge.amount.minorUnits,
  currency: charge.amount.currency,
  ...defined({ authorizationNumber: charge.authorizationNumber }),
  createdAt: time(createdAt),
  updatedAt: time(updatedAt),
  history: history.map(({ status, at }) => ({ status, at: time(at) }))
})

/** A notification in a list. */
export const notification = ({
  body: _,
  at,
  tries,
  nextTry,
  ...shown
}: SentNotification): Answers.MockNotification => ({
  ...shown,
  at: time(at),
  ...defined({ nextTry: nextTry === undefined ? undefined : time(nextTry) }),
  tries: tries.map(({ at, status, error }) => ({ at: time(at), ...defined({ status, error }) }))
})

/** A notification with what was sent and how it was signed; the passphrase itself is not shown. */
export const signedNotification = (
  sent: SentNotification,
  { headers, algorithm, value }: SignedBody
): typeof Answers.SignedNotification.Type => ({
  ...notification(sent),
  body: sent.body,
  headers,
  signature: { algorithm, passphrase: MASKED, value, input: `${sent.body}${MASKED}` }
})

const MASKED = "••••••••"
