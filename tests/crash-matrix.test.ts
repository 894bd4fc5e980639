/**
 * The gateway's process is killed at every stage of a payment, started again on the same store, and asked what it knows.
 *
 * The laws: whatever reached the terminal is on record; what the terminal charged is never told as declined or not
 * started; and a till that sends the same order again is never charged twice. One kill per stage runs with the other
 * tests; `pnpm crash` runs the whole loop and writes docs/crash-matrix.md.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { SimulatorEvent } from "@hipay-pos/terminal-simulator"
import { type StartedTerminal, startTerminal } from "@hipay-pos/terminal-simulator/node"
import { assert, describe, it } from "vitest"
import { folder, type GatewayProcess, orderAt, startGatewayProcess } from "./gatewayProcess.ts"

const KILLS = Number(process.env.CRASHES ?? 11)

/** When the process is killed: at an event of the terminal, or some time after the order left or the answer did. */
type Moment =
  | { readonly on: "event"; readonly matches: (event: SimulatorEvent.SimulatorEvent) => boolean }
  | { readonly on: "time"; readonly from: "order" | "answer"; readonly within: number }
  | { readonly on: "reply" }

const stage = (name: SimulatorEvent.StageEvent["stage"]): Moment => ({
  on: "event",
  matches: (event) => event._tag === "Stage" && event.stage === name
})

const moments: Readonly<Record<string, Moment>> = {
  "0 to 60 ms after the order left the till": { on: "time", from: "order", within: 60 },
  "the terminal is connected": {
    on: "event",
    matches: (event) => event._tag === "Connection" && event.what === "opened"
  },
  "the terminal has the request": { on: "event", matches: (event) => event._tag === "Request" },
  "the amount is on the terminal's screen": stage("woken"),
  "the card is presented": stage("card-presented"),
  "the issuer is asked": stage("authorising"),
  "the issuer has approved": stage("approved"),
  "the ticket is printed": stage("printing"),
  "the terminal answers": { on: "event", matches: (event) => event._tag === "Answer" },
  "0 to 12 ms after the terminal answered": { on: "time", from: "answer", within: 12 },
  "the till has its answer": { on: "reply" }
}

/** One killed payment. */
interface Crash {
  readonly moment: string
  readonly orderId: string
  /** What the till was told before the line went dead, if anything. */
  readonly told: string
  /** What the gateway says of it after the restart; `none`: it has no attempt. */
  readonly recorded: string
  /** How often the terminal charged it by then, and after the till had sent it again. */
  readonly charged: number
  readonly chargedInTheEnd: number
  /** Whether the terminal got the request. */
  readonly asked: boolean
}

/** A terminal that takes a few milliseconds for each stage, and hangs up after its answer. */
const startShop = async () => {
  const terminal = await startTerminal({
    port: 0,
    closesAfterAnswer: true,
    pace: {
      woken: 4,
      cardPresented: 4,
      pin: 4,
      authorising: 4,
      printing: 4,
      inputTimeout: 60_000,
      walkAway: 0,
      jitter: 0
    }
  })
  const args = ["--dial", `127.0.0.1:${terminal.port}`, "--store", join(folder, `crash-${terminal.port}.db`)]
  return { terminal, start: () => startGatewayProcess(args), [Symbol.asyncDispose]: terminal.close }
}

const chargesOf = (terminal: StartedTerminal, orderId: string): number =>
  terminal.simulator.ledger.entries().filter(({ privateData }) => privateData === orderId).length

const whenIdle = async ({ simulator }: StartedTerminal) => {
  while (simulator.state().stage !== "idle") await turn()
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Kills the process `milliseconds` from now; timers of Node are too coarse. */
const killAfter = async (gateway: GatewayProcess, milliseconds: number) => {
  const end = performance.now() + milliseconds
  while (performance.now() < end) await turn()
  gateway.kill()
}

/** Sends an order and kills the gateway at a moment; `share` from 0 to 1 places kills within a stretch of time. */
const crash = async (
  { terminal }: { readonly terminal: StartedTerminal },
  gateway: GatewayProcess,
  orderId: string,
  moment: Moment,
  share: number
) => {
  let asked = false
  const unsubscribe = terminal.simulator.subscribe((event) => {
    asked ||= event._tag === "Request"
    if (moment.on === "event" && moment.matches(event)) gateway.kill()
    if (moment.on === "time" && moment.from === "answer" && event._tag === "Answer")
      void killAfter(gateway, share * moment.within)
  })
  const reply = gateway.request("POST", "/v1/connector/order", orderAt(terminal.port, orderId)).then(
    async (response) => told(response.status, (await response.json()) as Told),
    () => "nothing"
  )
  if (moment.on === "time" && moment.from === "order") void killAfter(gateway, share * moment.within)
  const heard = await reply.catch(() => "nothing")
  gateway.kill()
  assert.isNull(await gateway.ended)
  await whenIdle(terminal)
  unsubscribe()
  return { told: heard, asked, charged: chargesOf(terminal, orderId) }
}

interface Told {
  readonly paymentStatus?: string
  readonly error?: { readonly code?: string }
}

const told = (status: number, { paymentStatus, error }: Told): string => `${status} ${paymentStatus ?? error?.code}`

/** Asks a new process on the same store what it knows, sends the order again, and lets a person have the last word. */
const look = async (terminal: StartedTerminal, gateway: GatewayProcess, orderId: string, charged: number) => {
  const listed = await gateway.request("GET", `/attempts?q=${orderId}`)
  const { attempts } = (await listed.json()) as {
    readonly attempts: ReadonlyArray<{ readonly id: string; readonly state: string }>
  }
  assert.isAtMost(attempts.length, 1)
  const [attempt] = attempts
  const again = await gateway.request("POST", "/v1/connector/order", orderAt(terminal.port, orderId))
  const answer = told(again.status, (await again.json()) as Told)
  const chargedInTheEnd = chargesOf(terminal, orderId)
  if (attempt?.state === "unknown") {
    assert.include(["409 attempt.unresolved", "409 terminal.unresolved"], answer)
    const resolved = await gateway.request("POST", `/attempts/${attempt.id}/resolve`, {
      outcome: charged > 0 ? "approved" : "declined",
      by: "the test",
      evidence: "the terminal's ledger"
    })
    assert.strictEqual(resolved.status, 200)
  }
  return { recorded: attempt?.state ?? "none", chargedInTheEnd }
}

const isLost = ({ asked, charged, recorded }: Crash) => (asked || charged > 0) && recorded === "none"
const isRepeated = ({ chargedInTheEnd }: Crash) => chargedInTheEnd > 1
const isDenied = ({ charged, recorded, told }: Crash) =>
  charged > 0 && (["declined", "not-started"].includes(recorded) || !["nothing", "200 Success"].includes(told))
const isInvented = ({ charged, recorded, told }: Crash) =>
  charged === 0 && (recorded.startsWith("approved") || told === "200 Success")

const page = (crashes: ReadonlyArray<Crash>): string => `# Crash matrix

A gateway's process is killed (\`kill -9\`) at every stage of a payment of 12.45 EUR, over real sockets and a store on disk, then
started again on the same store. The same order is sent once more, and what the new process says of it is compared with what
the terminal charged. ${crashes.length} kills; \`pnpm crash\` runs them again and writes this page, and one of each kind is among the tests.

| | |
| --- | --- |
| lost: reached the terminal, and is not on record | ${crashes.filter(isLost).length} |
| repeated: charged twice after the till sent it again | ${crashes.filter(isRepeated).length} |
| charged, but told or recorded as declined or not started | ${crashes.filter(isDenied).length} |
| not charged, but told or recorded as approved | ${crashes.filter(isInvented).length} |

| killed when | kills | the till was told | on record after the restart | charged |
| --- | --- | --- | --- | --- |
${Object.keys(moments)
  .map((moment) => crashes.filter((each) => each.moment === moment))
  .map(
    (each) =>
      `| ${each[0]?.moment} | ${each.length} | ${tally(each.map(({ told }) => told))} | ${tally(each.map(({ recorded }) => recorded))} | ${
        each.filter(({ charged }) => charged > 0).length
      } |`
  )
  .join("\n")}

*none* on record: nothing was sent, and the order can be sent again. *unknown*: the terminal may have been asked; a repeated order is
refused, and so is any other at that terminal, until a person has looked. The terminal goes on with a payment when its line is cut,
so it charges most of these; the gateway claims neither.
`

const tally = (texts: ReadonlyArray<string>): string =>
  [...new Set(texts)]
    .sort()
    .map((text) => `${text} ${texts.filter((each) => each === text).length}`)
    .join(", ")

describe("a gateway that is killed", () => {
  it("loses no payment, repeats none, and never denies one that was charged", { timeout: 600_000 }, async () => {
    await using shop = await startShop()
    const { terminal } = shop
    const names = Object.keys(moments)
    const crashes: Array<Crash> = []
    let gateway = await shop.start()
    for (let kill = 0; kill < KILLS; kill++) {
      const moment = names[kill % names.length] ?? ""
      const round = Math.floor(kill / names.length)
      const rounds = Math.ceil(KILLS / names.length)
      const orderId = `CRASH_${kill + 1}_`
      const how = moments[moment] as Moment
      const seen = await crash(shop, gateway, orderId, how, (round + 0.5) / rounds)
      gateway = await shop.start()
      crashes.push({ moment, orderId, ...seen, ...(await look(terminal, gateway, orderId, seen.charged)) })
    }
    gateway.stop()
    assert.strictEqual(await gateway.ended, 0)

    for (const bad of [isLost, isRepeated, isDenied, isInvented]) assert.deepStrictEqual(crashes.filter(bad), [])
    assert.isAbove(crashes.filter(({ charged }) => charged > 0).length, 0)
    if (process.env.CRASHES !== undefined) {
      writeFileSync(new URL("../docs/crash-matrix.md", import.meta.url), page(crashes))
    }
  })
})
