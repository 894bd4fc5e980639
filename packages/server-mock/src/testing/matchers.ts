/**
 * Assertions about a mock: matchers for `expect.extend` of Vitest, Jest and Playwright Test, and functions that throw. A failure
 * shows the ledger, the orders, and the mock's findings.
 */
import { AssertionError } from "node:assert"
import * as Money from "@hipay-pos/core/Money"
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { Ledger } from "@hipay-pos/terminal-simulator"
import type { LedgerOfAll, MockFinding } from "../control/controlAnswers.ts"
import type { MockControl } from "../control/MockControl.ts"

/** A mock, or its control. */
export type Asked = MockControl | { readonly mock: MockControl }

/** The result of a matcher. */
export interface Verdict {
  readonly pass: boolean
  readonly message: () => string
}

/** For the declarations of a runner's matchers. */
export interface MockMatchers<R = Promise<void>> {
  /** The terminals charged exactly once, for one order or in total. A sale that was cancelled afterwards is not a charge. */
  readonly toHaveChargedOnce: (orderId?: string) => R
  /** The last attempt, of one order or of all, ended with an unknown outcome. */
  readonly toHaveEndedUnknown: (orderId?: string) => R
}

const chargedOnce = async (asked: Asked, orderId?: string): Promise<Verdict> => {
  const seen = await look(asked)
  const charges = chargesOf(seen, orderId)
  const doubt = whyCannotTell(seen, orderId)
  if (charges.length < 2 && doubt !== undefined) {
    throw new AssertionError({ message: `cannot tell how often was charged: ${doubt}` })
  }
  const pass = charges.length === 1
  const times = `${charges.length} ${charges.length === 1 ? "time" : "times"}`
  const what = orderId === undefined ? "the terminals" : `the order ${orderId}`
  const wanted = orderId === undefined ? "to charge" : "to be charged"
  return {
    pass,
    message: () =>
      pass
        ? `expected ${what} not ${wanted} exactly once, and that is what happened\n\n${show(seen)}`
        : `expected ${what} ${wanted} once, got ${times}\n\n${show(seen)}`
  }
}

const endedUnknown = async (asked: Asked, orderId?: string): Promise<Verdict> => {
  const seen = await look(asked)
  const last = seen.attempts.find((attempt) => orderId === undefined || attempt.orderId === orderId)
  const what = orderId === undefined ? "the last order" : `the order ${orderId}`
  const pass = last?.state === "unknown"
  const found =
    last === undefined
      ? "the mock got no such order"
      : last.state === "open"
        ? 'it is still under way; wait for it with waitFor({ state: "unknown" })'
        : `it ended ${last.state}`
  return {
    pass,
    message: () =>
      pass
        ? `expected ${what} not to end unknown, and it did\n\n${show(seen)}`
        : `expected ${what} to end unknown: ${found}\n\n${show(seen)}`
  }
}

/** For `expect.extend`. They are asynchronous: `await expect(mock).toHaveChargedOnce("ORDER_1")`. */
export const mockMatchers = { toHaveChargedOnce: chargedOnce, toHaveEndedUnknown: endedUnknown }

const asserted = (verdict: (asked: Asked, orderId?: string) => Promise<Verdict>) => {
  const assertion = async (asked: Asked, orderId?: string): Promise<void> => {
    const { pass, message } = await verdict(asked, orderId)
    if (!pass) throw new AssertionError({ message: message(), stackStartFn: assertion })
  }
  return assertion
}

/** Rejects with an `AssertionError` unless the terminals charged exactly once, for one order or in total. */
export const assertChargedOnce = asserted(chargedOnce)

/** Rejects with an `AssertionError` unless the last attempt, of one order or of all, ended with an unknown outcome. */
export const assertEndedUnknown = asserted(endedUnknown)

interface Seen {
  readonly ledger: LedgerOfAll["entries"]
  /** The terminals whose ledgers have forgotten entries. */
  readonly forgotten: ReadonlyArray<Forgotten>
  /** The newest first. */
  readonly attempts: ReadonlyArray<AttemptSummary>
  readonly findings: ReadonlyArray<MockFinding>
}

const look = async (asked: Asked): Promise<Seen> => {
  const mock = "mock" in asked ? asked.mock : asked
  const [ledger, attempts, findings] = await Promise.all([mock.ledger(), mock.attempts(), mock.findings()])
  return { ledger: ledger.entries, forgotten: forgottenIn(ledger), attempts, findings }
}

/** A terminal that approved more operations than its ledger still has. */
interface Forgotten {
  readonly terminal: string
  readonly approved: number
  readonly kept: number
}

const forgottenIn = ({ entries, totals }: LedgerOfAll): ReadonlyArray<Forgotten> =>
  [...new Set(totals.map(({ terminal }) => terminal))].flatMap((terminal) => {
    const approved = totals.reduce((sum, each) => sum + (each.terminal === terminal ? each.count : 0), 0)
    const kept = entries.filter((entry) => entry.terminal === terminal).length
    return approved > kept ? [{ terminal, approved, kept }] : []
  })

/** Why the ledger may lack charges; undefined if it is complete. */
const whyCannotTell = ({ forgotten, attempts }: Seen, orderId: string | undefined): string | undefined => {
  const [first] = forgotten
  if (first !== undefined) {
    return `the terminal ${first.terminal} approved ${first.approved} operations, and its ledger keeps the last ${first.kept}. Reset the mock between tests, or use a space for each.`
  }
  const elsewhere = attempts.find(
    ({ terminal, state, ...attempt }) =>
      terminal.kind === "dialled" &&
      state !== "declined" &&
      state !== "not-started" &&
      (orderId === undefined || attempt.orderId === orderId)
  )
  return (
    elsewhere && `the terminal ${elsewhere.terminal.name} is attached, and what it charged is in its own ledger alone.`
  )
}

type Entry = Seen["ledger"][number]

/** The sales that stand, of one order or of all. */
const chargesOf = ({ ledger, attempts }: Seen, orderId: string | undefined): ReadonlyArray<Entry> => {
  const isCancelled = ({ terminal, sequence }: Entry) =>
    ledger.some((entry) => entry.terminal === terminal && entry.cancels === sequence)
  const isOf = orderId === undefined ? () => true : makeIsOf(orderId, attempts)
  return ledger.filter((entry) => entry.operation === "debit" && !isCancelled(entry) && isOf(entry))
}

/** Whether an entry belongs to an order: by its attempt or, if that is no longer known, by the id that the terminal got. */
const makeIsOf = (orderId: string, attempts: Seen["attempts"]) => {
  const orderIds = new Map(attempts.map((attempt) => [attempt.id, attempt.orderId]))
  const written = Ledger.privateDataOf(orderId)
  return ({ attempt = "", privateData }: Entry): boolean => {
    const known = orderIds.get(attempt)
    return known === undefined ? privateData === written : known === orderId
  }
}

const show = ({ ledger, attempts, findings }: Seen): string =>
  [
    section("Ledger", "no terminal charged anything", ledger.map(entryLine)),
    section("Orders", "the mock got none", attempts.toReversed().map(attemptLine)),
    ...(findings.length === 0 ? [] : [section("Findings", "", findings.map(findingLine))])
  ].join("\n")

const section = (title: string, none: string, lines: ReadonlyArray<string>): string =>
  [`${title}:`, ...(lines.length === 0 ? [none] : lines).map((line) => `  ${line}`)].join("\n")

const entryLine = ({ at, terminal, operation, amount, currency, privateData = "", card }: Entry): string =>
  `${at} ${terminal} ${operation} ${Money.textOf(amount, currency)} ${privateData} (card ${card})`

const attemptLine = ({ openedAt, terminal, orderId, amount, currency, state, error }: AttemptSummary): string =>
  `${openedAt} ${terminal.name} ${orderId} ${Money.textOf(amount, currency)} ${state}${error === undefined ? "" : ` (${error.detail})`}`

const findingLine = ({ at, code, orderId = "", detail }: MockFinding): string => `${at} ${code} ${orderId}: ${detail}`
