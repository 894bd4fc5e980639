/**
 * Every fault of the mock's HTTP side and every fault of its terminals, with a relay between the mock and a till that repeats
 * as hard as it can: the same order five times at once, and five times more after that.
 *
 * The laws: no order is charged twice, and none that was charged is on record as declined or not started, nor the other way
 * round; the ledger of the mock's terminals is the judge. The table is docs/relay-matrix.md; it fails here when it changes.
 * Run with UPDATE=1 to write it anew.
 */
import { readFileSync, writeFileSync } from "node:fs"
import type { StartedMock } from "@hipay-pos/server-mock/node"
import { Fault } from "@hipay-pos/terminal-simulator"
import { assert, describe, it } from "vitest"
import { order, startMock, startRelay } from "./relay/relay.ts"

/** How long a terminal may take at the mock, and the mock at the relay, in seconds: as 180 s and longer, but shorter. */
const TERMINAL = 2
const SERVICE = 5

const TIMES = 5

/** One fault, and the order that meets it. */
interface Case {
  readonly fault: string
  readonly where: string
  readonly card: "cb" | "refused"
  readonly orderId: string
  readonly host: string
}

/** What came of it. */
interface Cell extends Case {
  /** What the till was told at first, and when it sent the order again. */
  readonly told: string
  readonly again: string
  /** The relay's attempts, in order. */
  readonly states: ReadonlyArray<string>
  /** How often the terminal charged it. */
  readonly charged: number
}

type Verdict = "right" | "unknown" | "CHARGED TWICE" | "WRONG"

const verdictOf = ({ states, charged }: Cell): Verdict => {
  if (charged > 1) return "CHARGED TWICE"
  if (states.includes("unknown")) return "unknown"
  return states.some((state) => state.startsWith("approved")) === charged > 0 ? "right" : "WRONG"
}

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

/** Those of five at once that came a moment too late are told 409, as all are that come after that. */
const ofFirst = (told: ReadonlyArray<string>): ReadonlyArray<string> => told.filter((each) => !each.startsWith("409"))

interface Body {
  readonly paymentStatus?: string
  readonly error?: { readonly code?: string }
}

const start = async () => {
  const cases: ReadonlyArray<Case> = terminalFaults.flatMap(({ name, stage }, number) =>
    (["cb", "refused"] as const).map((card): Case => {
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
    answerTimeout: `${TERMINAL} seconds`,
    terminals: cases.map(({ fault, where, card, host }) => ({
      name: host,
      host,
      port: 8888,
      cardholder: { card },
      faults: [{ fault, stage: where }]
    })) as never
  })
  const relay = await startRelay(mock.url, { answerTimeout: `${SERVICE} seconds` })
  const pay = async ({ orderId, host }: Case) => {
    const response = await relay.pay(order(orderId, host))
    const { paymentStatus, error } = (await response.json()) as Body
    return `${response.status} ${paymentStatus ?? error?.code}`
  }
  const repeat = async (each: Case): Promise<Omit<Cell, "charged">> => {
    const told = await Promise.all(Array.from({ length: TIMES }, () => pay(each)))
    const again: Array<string> = []
    for (let time = 0; time < TIMES; time++) again.push(await pay(each))
    const attempts = await relay.attempt(each.orderId)
    return {
      ...each,
      told: tally(ofFirst(told)),
      again: tally(again),
      states: attempts.map(({ state }) => state).reverse()
    }
  }
  return {
    cases,
    mock: mock.mock,
    repeat,
    [Symbol.asyncDispose]: async () => {
      await relay.close()
      await mock.close()
    }
  }
}

/** With what the ledger says of each order. */
const judge = async (
  mock: StartedMock["mock"],
  cells: ReadonlyArray<Omit<Cell, "charged">>
): Promise<ReadonlyArray<Cell>> => {
  const { entries } = await mock.ledger()
  return cells.map((cell) => ({
    ...cell,
    charged: entries.filter(({ privateData }) => privateData === cell.orderId).length
  }))
}

const row = (cell: Cell): string =>
  `| ${cell.fault} | ${cell.where} | ${cell.told} | ${cell.again} | ${tally(cell.states)} | ${cell.charged} | ${verdictOf(cell)} |`

const table = (cells: ReadonlyArray<Cell>): string =>
  [
    "| fault | where | five at once were told | five after that | on record | charged | verdict |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...cells.map(row)
  ].join("\n")

const page = (http: ReadonlyArray<Cell>, terminals: ReadonlyArray<Cell>): string => {
  const all = [...http, ...terminals]
  const count = (verdict: Verdict) => all.filter((cell) => verdictOf(cell) === verdict).length
  return `# Relay matrix

What a relay answers when the service behind it fails, and what it has on record, beside what the terminals' own ledger says. The
service is a mock with every HTTP fault and every fault of its terminals; the till sends the same order of 12.45 EUR ${TIMES} times at
once and ${TIMES} times after that. The page is written by \`tests/relay-matrix.test.ts\`, which fails when it changes; \`UPDATE=1 pnpm vitest
run tests/relay-matrix\` writes it anew.

| | |
| --- | --- |
| orders | ${all.length} |
| charged twice | ${count("CHARGED TWICE")} |
| charged and on record as declined or not started, or the other way round | ${count("WRONG")} |
| unknown, for a person or a late answer to end | ${count("unknown")} |

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
  it("charges no order twice, and never denies a payment that was charged", { timeout: 240_000 }, async () => {
    await using shop = await start()
    const { mock, cases, repeat } = shop
    const http: Array<Omit<Cell, "charged">> = []
    for (const [number, [fault, status]] of httpFaults.entries()) {
      await mock.httpFault(fault, { times: 1, ...(status === undefined ? {} : { status }) })
      const host = `http-${number}.test`
      const where = status === undefined ? "the connection" : `HTTP ${status}`
      http.push(await repeat({ fault, where, card: "cb", orderId: `RELAY_HTTP_${number}_`, host }))
      await mock.httpFault(undefined)
    }
    const judgedHttp = await judge(mock, http)
    const judged = await judge(mock, await Promise.all(cases.map(repeat)))
    for (const cell of [...judgedHttp, ...judged]) assert.include(["right", "unknown"], verdictOf(cell), row(cell))

    const document = new URL("../docs/relay-matrix.md", import.meta.url)
    const text = page(judgedHttp, judged)
    if (process.env.UPDATE !== undefined) writeFileSync(document, text)
    else assert.strictEqual(text, readFileSync(document, "utf8"))
  })
})
