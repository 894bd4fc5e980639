/**
 * Every fault of the simulator, at every stage where it makes sense, against a gateway: HTTP on one side, TCP on the other,
 * a store on disk between them. The clock is real, so all terminals fail at the same time.
 *
 * The law: a charge is never reported as declined or not started, nor the other way round. The table is
 * docs/gateway-matrix.md; it fails here when it changes. Run with UPDATE=1 to write it anew.
 */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startGateway } from "@hipay-pos/gateway/node"
import type { Listener } from "@hipay-pos/server"
import { Cardholder, Fault } from "@hipay-pos/terminal-simulator"
import { type StartedTerminal, startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { orderFor } from "./order.ts"
import { testCard } from "./testCard.ts"

const folder = mkdtempSync(join(tmpdir(), "gateway-matrix-"))

/** The gateway's answer deadline, and how much longer it listens, in seconds: as 180 s and 10 min, but shorter. */
const ANSWER = 5
const LATE = 4

/** A fault's own time is shortened with the deadlines, if it depends on them. */
const milliseconds: Partial<Record<Fault.FaultName, number>> = { "late-answer": (ANSWER + LATE / 2) * 1000 }

/** Over sockets, bytes that are still in transit when the request is sent cannot be told from its answer. */
const inMemoryOnly: Fault.FaultName = "stale-answer"

const faults = Fault.names.flatMap((name) =>
  Fault.stages
    .filter((stage) => Fault.catalogue[name].stages.includes(stage) && name !== inMemoryOnly)
    .map((stage) => {
      const wait = milliseconds[name]
      return Result.getOrThrow(Fault.make(name, { stage, ...(wait === undefined ? {} : { milliseconds: wait }) }))
    })
)

/** One terminal with its fault. */
interface Bench {
  readonly fault: Fault.Fault
  readonly card: "cb" | "refused"
  readonly terminal: StartedTerminal
}

/** The result of the payment at it. */
interface Cell extends Omit<Bench, "terminal"> {
  readonly told: string
  /** The state of the attempt once its connection is closed. */
  readonly state: string
  /** Minor units. */
  readonly charged: number
  /** The amount on record as paid, in minor units. */
  readonly paid: number
}

type Verdict = "right" | "right, late" | "unknown" | "amount wrong" | "WRONG"

const verdictOf = ({ told, state, charged, paid }: Cell): Verdict => {
  if (state === "unknown") return "unknown"
  if (paid > 0 !== charged > 0) return "WRONG"
  if (paid !== charged) return "amount wrong"
  return told.startsWith("504") ? "right, late" : "right"
}

/** The end of a connection may be noticed before the request is sent or only then, depending on the network. */
const mayOvertake = ({ fault: { name, stage } }: Cell): boolean =>
  stage === "after-connect" && (name === "reset" || name === "close")

const row = (cell: Cell): string => {
  const { fault, told, state, charged } = cell
  if (mayOvertake(cell)) {
    const said = "400 unavailable.terminal.bad.request, or 504 outcome.unknown"
    return `| ${fault.name} | ${fault.stage} | ${said} | not-started, or unknown | nothing | right, or unknown |`
  }
  const amount = charged === 0 ? "nothing" : `${(charged / 100).toFixed(2)} EUR`
  return `| ${fault.name} | ${fault.stage} | ${told} | ${state} | ${amount} | ${verdictOf(cell)} |`
}

const table = (cells: ReadonlyArray<Cell>): string =>
  [
    "| fault | stage | HTTP said | on record in the end | the terminal's ledger | verdict |",
    "| --- | --- | --- | --- | --- | --- |",
    ...cells.map(row)
  ].join("\n")

const page = (cells: ReadonlyArray<Cell>): string => `# Gateway matrix

What a gateway answers over HTTP when a terminal fails, and what it has on record in the end, compared with what the terminal's own
ledger says: every fault of the simulator at every stage where it makes sense, but \`${inMemoryOnly}\`, whose bytes may
arrive after the request was sent. These are ${cells.length} payments of 12.45 EUR over real sockets, with deadlines of ${ANSWER} s for the answer and
${LATE} s more for a late one. \`tests/gateway-matrix.test.ts\` writes this page, and
fails when the results change; \`UPDATE=1 npx vitest run tests/gateway-matrix\` updates it. Then each terminal, without its fault, is asked for
the next payment: those with an unknown one refuse it, all others take it.

- **right**: HTTP said what happened.
- **right, late**: HTTP said *unknown* at the deadline, and the answer that came later ended the attempt by itself.
- **unknown**: no wrong statement is made; a person checks the terminal and resolves the attempt.
- **amount wrong**: the terminal itself named another amount than it charged; that cannot be seen from outside.
- **WRONG**: the opposite of what happened was reported. The test allows none.

## The issuer approves

${table(cells.filter(({ card }) => card === "cb"))}

## The issuer refuses

${table(cells.filter(({ card }) => card === "refused"))}
`

interface Body {
  readonly paymentStatus?: string
  readonly error?: { readonly code?: string; readonly details?: { readonly attempt?: string } }
}

const toldText = (status: number, { paymentStatus, error }: Body): string =>
  `${status} ${[paymentStatus, error?.code].filter((word) => word !== undefined).join(" ")}`

/** All terminals, and a gateway that knows them. */
const start = async () => {
  const benches = await Promise.all(
    faults.flatMap((fault) =>
      (["cb", "refused"] as const).map(async (card): Promise<Bench> => {
        const options = {
          port: 0,
          seed: "gateway matrix",
          faults: [fault],
          cardholder: Cardholder.auto(testCard(card))
        }
        return { fault, card, terminal: await startTerminal(options) }
      })
    )
  )
  const closed = new Map<string, () => void>()
  /** Orders whose terminal answered after all: their end is about to be recorded. */
  const answeredLate = new Set<string>()
  const listener: Listener = (event) => {
    if (event._tag !== "Terminal") return
    const { event: payment } = event
    if (payment._tag === "LateAnswer" && Result.isSuccess(payment.result)) answeredLate.add(payment.orderId)
    if (payment._tag === "Closed") closed.get(payment.orderId)?.()
  }
  const gateway = await startGateway({
    port: 0,
    credentials: { username: "shop", password: "of its own" },
    store: join(folder, "matrix.db"),
    terminals: benches.map(({ terminal }) => ({ host: "127.0.0.1", port: terminal.port, lateAnswer: `${LATE}s` })),
    answerTimeout: `${ANSWER} seconds`,
    listener
  })
  const headers = { authorization: `Basic ${btoa("shop:of its own")}`, "content-type": "application/json" }
  const pay = async (terminal: StartedTerminal, orderId: string) => {
    const body = JSON.stringify(orderFor(orderId, { host: "127.0.0.1", port: terminal.port }))
    const response = await fetch(`${gateway.url}/v1/connector/order`, { method: "POST", headers, body })
    return toldText(response.status, (await response.json()) as Body)
  }
  const find = async (orderId: string) => {
    const response = await fetch(`${gateway.url}/attempts?q=${orderId}`, { headers })
    const { attempts } = (await response.json()) as {
      readonly attempts: ReadonlyArray<{ readonly state: string; readonly paid?: number }>
    }
    assert.lengthOf(attempts, 1)
    return { state: attempts[0]?.state ?? "", paid: attempts[0]?.paid ?? 0 }
  }
  /** Pays an order; resolves when nothing more can come from the terminal. */
  const payToTheEnd = async ({ fault, card, terminal }: Bench, number: number): Promise<Cell> => {
    const orderId = `MATRIX_${number}_`
    const over = new Promise<void>((resolve) => closed.set(orderId, resolve))
    const told = await pay(terminal, orderId)
    if (told.startsWith("504")) await over
    let found = await find(orderId)
    while (answeredLate.has(orderId) && found.state === "unknown") found = await find(orderId)
    return { fault, card, told, charged: terminal.simulator.ledger.charged("EUR"), ...found }
  }
  const dispose = async () => {
    await gateway.close()
    await Promise.all(benches.map(({ terminal }) => terminal.close()))
  }
  return { benches, pay, payToTheEnd, [Symbol.asyncDispose]: dispose }
}

describe("the gateway matrix", () => {
  it("never denies a payment that was charged, nor claims one that was not", async () => {
    await using shop = await start()
    const cells = await Promise.all(shop.benches.map(shop.payToTheEnd))
    for (const cell of cells) {
      assert.notStrictEqual(verdictOf(cell), "WRONG", row(cell))
      if (mayOvertake(cell)) assert.include(["not-started", "unknown"], cell.state)
    }

    const next = shop.benches.map(async ({ fault, terminal }, number) => {
      terminal.simulator.clearFault()
      terminal.simulator.setCardholder(Cardholder.auto())
      const expected = cells[number]?.state === "unknown" ? "409 terminal.unresolved" : "200 Success"
      assert.strictEqual(await shop.pay(terminal, `NEXT_${number}`), expected, `after ${Fault.toText(fault)}`)
    })
    await Promise.all(next)

    const file = new URL("../docs/gateway-matrix.md", import.meta.url)
    const text = page(cells)
    if (process.env.UPDATE === "1") writeFileSync(file, text)
    assert.strictEqual(readFileSync(file, "utf8"), text)
  })
})
