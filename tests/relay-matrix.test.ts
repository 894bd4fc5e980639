/**
 * Every fault of the mock's HTTP side and of its terminals, with a relay between the mock and a till that repeats as much as
 * it can: the same order five times at once, and five times more after that.
 *
 * The laws: no order is charged twice, none that was charged is on record as declined or not started, and none that was not
 * charged is on record as approved; the ledger of the mock's terminals is the reference. Then the service notifies the
 * outcome of each order: an unknown attempt ends with the amount that was charged, and nothing else changes. The table is
 * docs/relay-matrix.md; the test fails if it changes. Run with UPDATE=1 to rewrite it.
 */
import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import type { StartedMock } from "@hipay-pos/server-mock/node"
import { Fault } from "@hipay-pos/terminal-simulator"
import { assert, describe, it } from "vitest"
import { folder, order, startMock, startRelay } from "./relay/relay.ts"

/** The mock's timeout for a terminal; its clock is advanced by the test. */
const ANSWER_TIMEOUT = "30 seconds"

/**
 * How long a fault lasts, in milliseconds of the mock's clock, if not as long as usual. A late terminal: past the timeout, or,
 * after its answer, long enough to meet the next order. A sleeping one: as long as possible, so that it does not fall asleep
 * again while a slow machine writes the next order to its disk.
 */
const lengthOf = (fault: Fault.FaultName, stage: Fault.FaultStage): { readonly milliseconds?: number } => {
  if (fault === "delay") return { milliseconds: stage === "after-answer" ? 3_000 : 60_000 }
  return fault === "sleep" ? { milliseconds: 3_600_000 } : {}
}

/**
 * The relay's timeout for the mock, in real time: for the fault where it never answers, and for all others, where it always
 * does, however slow the machine is.
 */
const SILENCE = "3 seconds"
const PATIENCE = "10 minutes"

/** How long the relay waits for a late answer. A refusal ends an attempt after both. */
const LATE = "3 seconds"

/** Both for a relay that starts when no answer can come any more: a refusal ends an attempt at once. */
const OVER = "1 millis"

const TIMES = 5

/** The amount of an order, in minor units. */
const AMOUNT = 1245

const passphrase = "SecretPassphrase"

/** One fault, and the order that is sent to it. */
interface Case {
  readonly fault: string
  readonly where: string
  readonly card: "cb" | "refused"
  readonly orderId: string
  readonly host: string
}

/** A fault of a terminal. */
interface TerminalCase extends Case {
  readonly fault: Fault.FaultName
  readonly where: Fault.FaultStage
}

/** The result of a fault. */
interface Cell extends Case {
  /** What the till was told at first, and when it sent the order again. */
  readonly told: string
  readonly again: string
  /** The relay's attempts, in order, and what each has charged. */
  readonly attempts: ReadonlyArray<string>
  /** How often the terminal charged it. */
  readonly charged: number
  /** What it charged in all, in minor units. */
  readonly amount: number
  /** The relay's attempts after the order's outcome was notified: the amount that was charged, or a refusal. */
  readonly ended: ReadonlyArray<string>
}

/** A cell before its notification is sent. */
type Unnotified = Omit<Cell, "ended">

/** A cell before it is compared with the ledger. */
type Unjudged = Omit<Unnotified, "charged" | "amount">

type Verdict = "right" | "unknown" | "CHARGED TWICE" | "WRONG"

const verdictOf = ({ attempts, charged }: Unnotified): Verdict => {
  if (charged > 1) return "CHARGED TWICE"
  if (attempts.includes("unknown")) return "unknown"
  return attempts.some((each) => /^approved/.test(each)) === charged > 0 ? "right" : "WRONG"
}

/** How an unknown attempt ends when the outcome of its order is notified. */
const endOf = (amount: number): string => {
  if (amount === 0) return "declined"
  return `${amount < AMOUNT ? "approved-in-part" : "approved"} ${amount}`
}

/** Whether unknown attempts ended as notified, and nothing else changed. */
const isEndedRightly = ({ attempts, ended, amount }: Cell): boolean =>
  ended.length === attempts.length &&
  attempts.every((before, number) => ended[number] === (before === "unknown" ? endOf(amount) : before))

const httpFaults = [
  ["reset", undefined],
  ["half-body", undefined],
  ["silent", undefined],
  ...([400, 404, 500, 503, 504] as const).map((status) => ["error-before", status] as const),
  ...([500, 502, 503, 504] as const).map((status) => ["error-after", status] as const)
] as const

const terminalFaults = Fault.names.flatMap((name) => Fault.catalogue[name].stages.map((stage) => ({ name, stage })))

const tally = (texts: ReadonlyArray<string>): string => {
  const kinds = [...new Set(texts)].sort()
  return kinds.length === 1
    ? `${kinds[0]}`
    : kinds.map((each) => `${each} ×${texts.filter((text) => text === each).length}`).join(", ")
}

/** Leaves out 409: orders of the five that arrived just too late get it, like all later ones. */
const ofFirst = (told: ReadonlyArray<string>): ReadonlyArray<string> => told.filter((each) => !each.startsWith("409"))

interface Body {
  readonly paymentStatus?: string
  readonly error?: { readonly code?: string }
}

const start = async () => {
  const cases = terminalFaults.flatMap(({ name, stage }, number) =>
    (["cb", "refused"] as const).map((card): TerminalCase => {
      const id = `${number}-${card}`
      return {
        fault: name,
        where: stage,
        card,
        orderId: `RELAY_${number}_${card.toUpperCase()}_`,
        host: `fault-${id}.test`
      }
    })
  )
  const mock = await startMock({
    seed: "relay matrix",
    clock: new Date("2026-03-02T10:00:00Z"),
    answerTimeout: ANSWER_TIMEOUT,
    terminals: cases.map(({ fault, where, card, host }) => ({
      name: host,
      host,
      port: 8888,
      cardholder: { card },
      faults: [{ fault, stage: where, ...lengthOf(fault, where) }]
    }))
  })
  const stopped = new AbortController()
  const passing = letTimePass(mock.mock, stopped.signal)
  const store = join(folder, "relay-matrix.db")
  const impatient = await through(mock.url, SILENCE)
  let patient = await through(mock.url, PATIENCE, LATE, store)
  return {
    cases,
    mock: mock.mock,
    impatient,
    patient,
    /** The patient relay, started again once no answer can come any more. */
    startAgain: async () => {
      await patient.close()
      patient = await through(mock.url, OVER, OVER, store)
      return patient
    },
    [Symbol.asyncDispose]: async () => {
      stopped.abort()
      await passing
      await Promise.all([impatient.close(), patient.close()])
      await mock.close()
    }
  }
}

/** Advances the mock's clock until stopped. */
const letTimePass = async ({ clock }: StartedMock["mock"], stopped: AbortSignal): Promise<void> => {
  while (!stopped.aborted) {
    await clock.advance("1s")
    await pause(10)
  }
}

/** A relay in front of the mock, and the till that repeats. */
const through = async (
  upstream: string,
  answerTimeout: typeof SILENCE | typeof PATIENCE | typeof OVER,
  lateAnswer: typeof LATE | typeof OVER = LATE,
  store?: string
) => {
  const relay = await startRelay(upstream, {
    answerTimeout,
    ...(store === undefined ? {} : { store }),
    relay: { lateAnswer, notifications: { passphrase } }
  })
  const pay = async ({ orderId, host }: Case) => {
    const response = await relay.pay(order(orderId, host))
    const { paymentStatus, error } = (await response.json()) as Body
    return `${response.status} ${paymentStatus ?? error?.code}`
  }
  const attemptsOf = async ({ orderId }: Case): Promise<ReadonlyArray<string>> => {
    const attempts = await relay.attempt(orderId)
    return attempts.map(({ state, paid = 0 }) => (paid === 0 ? state : `${state} ${paid}`)).reverse()
  }
  return {
    close: relay.close,
    /** Sends an order five times at once, and five times more after that. */
    repeat: async (each: Case): Promise<Unjudged> => {
      const told = await Promise.all(Array.from({ length: TIMES }, () => pay(each)))
      const again: Array<string> = []
      for (let time = 0; time < TIMES; time++) again.push(await pay(each))
      return { ...each, told: tally(ofFirst(told)), again: tally(again), attempts: await attemptsOf(each) }
    },
    /** Notifies the outcome of an order, as HiPay does, and waits until its unknown attempts have ended. */
    notify: async (each: Unnotified): Promise<Cell> => {
      const body = notificationOf(each)
      const signature = createHash("sha256").update(body).update(passphrase).digest("hex")
      const headers = { "x-allopass-signature": signature, connection: "close" }
      const { status } = await fetch(`${relay.url}/notifications/hipay`, { method: "POST", body, headers })
      assert.strictEqual(status, 204, each.orderId)
      for (const since = Date.now(); ; await pause(20)) {
        const ended = await attemptsOf(each)
        if (!ended.includes("unknown") || Date.now() - since > 180_000) return { ...each, ended }
      }
    }
  }
}

/** The notification of an order: captured for what was charged, or refused. */
const notificationOf = ({ orderId, amount }: Unnotified): string => {
  const money = (minorUnits: number) => (minorUnits / 100).toFixed(2)
  return new URLSearchParams({
    transaction_reference: `T-${orderId}`,
    status: amount > 0 ? "118" : "113",
    test: "true",
    currency: "EUR",
    authorized_amount: money(amount),
    captured_amount: money(amount),
    "order[id]": orderId,
    "order[amount]": money(AMOUNT),
    "order[currency]": "EUR"
  }).toString()
}

/** Adds the charges in the ledger to each cell. */
const judge = async (mock: StartedMock["mock"], cells: ReadonlyArray<Unjudged>): Promise<ReadonlyArray<Unnotified>> => {
  const { entries } = await mock.ledger()
  return cells.map((cell) => {
    const own = entries.filter(({ privateData }) => privateData === cell.orderId)
    return { ...cell, charged: own.length, amount: own.reduce((sum, { amount }) => sum + amount, 0) }
  })
}

const row = (cell: Cell): string =>
  `| ${cell.fault} | ${cell.where} | ${cell.told} | ${cell.again} | ${tally(cell.attempts.map(stateIn))} | ${cell.charged} | ${verdictOf(cell)} | ${cell.amount > 0 ? `captured ${cell.amount}` : "refused"} | ${tally(cell.ended)} |`

const stateIn = (attempt: string): string => attempt.split(" ")[0] ?? ""

const table = (cells: ReadonlyArray<Cell>): string =>
  [
    "| fault | where | five at once were told | five after that | on record | charged | verdict | notified | in the end |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...cells.map(row)
  ].join("\n")

const page = (http: ReadonlyArray<Cell>, terminals: ReadonlyArray<Cell>): string => {
  const all = [...http, ...terminals]
  const count = (verdict: Verdict) => all.filter((cell) => verdictOf(cell) === verdict).length
  return `# Relay matrix

What a relay answers when the service behind it fails, and what it has on record, compared with what the terminals' own ledger says. The
service is a mock with every HTTP fault and every fault of its terminals; the till sends the same order of 12.45 EUR ${TIMES} times at
once and ${TIMES} times after that. Then the service notifies what became of the order, the amount in cents that was captured or a
refusal: what was unknown ends by that, and what was known stays. \`tests/relay-matrix.test.ts\` writes this page, and fails
when the results change; \`UPDATE=1 npx vitest run tests/relay-matrix\` updates it.

| | |
| --- | --- |
| orders | ${all.length} |
| charged twice | ${count("CHARGED TWICE")} |
| charged and on record as declined or not started, or the other way round | ${count("WRONG")} |
| unknown, for a notification, a late answer or a person to end | ${count("unknown")} |
| of these, ended by the notification with the amount that was charged | ${all.filter((cell) => verdictOf(cell) === "unknown" && isEndedRightly(cell)).length} |
| known, and changed by the notification | ${all.filter((cell) => verdictOf(cell) !== "unknown" && !isEndedRightly(cell)).length} |

A refusal charges nothing, so the till may send its order again, and each time is on record.

## The service fails

${table(http)}

## The terminal fails, the issuer approves

${table(terminals.filter(({ card }) => card === "cb"))}

## The terminal fails, the issuer refuses

${table(terminals.filter(({ card }) => card === "refused"))}
`
}

describe("the relay matrix", () => {
  it("charges no order twice, never denies a charge, and learns the outcome of unknown ones", {
    timeout: 600_000
  }, async () => {
    await using shop = await start()
    const { mock, cases, impatient, patient } = shop
    const http: Array<Unjudged> = []
    for (const [number, [fault, status]] of httpFaults.entries()) {
      await mock.httpFault(fault, { times: 1, ...(status === undefined ? {} : { status }) })
      const host = `http-${number}.test`
      const where = status === undefined ? "the connection" : `HTTP ${status}`
      const relay = fault === "silent" ? impatient : patient
      http.push(await relay.repeat({ fault, where, card: "cb", orderId: `RELAY_HTTP_${number}_`, host }))
      await mock.httpFault(undefined)
    }
    const repeated = await Promise.all(cases.map(patient.repeat))
    // Longer than any terminal takes: all charges are made by now.
    await mock.clock.advance("5m")
    const again = await shop.startAgain()
    const endedHttp = await Promise.all(
      (await judge(mock, http)).map((each) => (each.fault === "silent" ? impatient : again).notify(each))
    )
    const ended = await Promise.all((await judge(mock, repeated)).map(again.notify))
    for (const cell of [...endedHttp, ...ended]) {
      assert.include(["right", "unknown"], verdictOf(cell), row(cell))
      assert.isTrue(isEndedRightly(cell), row(cell))
    }

    const document = new URL("../docs/relay-matrix.md", import.meta.url)
    const text = page(endedHttp, ended)
    if (process.env.UPDATE !== undefined) writeFileSync(document, text)
    else assert.strictEqual(text, readFileSync(document, "utf8"))
  })
})
