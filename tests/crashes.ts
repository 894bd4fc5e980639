/** Gateways that are killed at every stage of a payment: the moments, the results, and the laws about them. */
import type { SimulatorEvent } from "@hipay-pos/terminal-simulator"
import type { StartedTerminal } from "@hipay-pos/terminal-simulator/node"
import { assert } from "vitest"
import { type GatewayProcess, orderAt } from "./gatewayProcess.ts"

/** When the process is killed: at an event of the terminal, or some time after the order left or the answer did. */
export type Moment =
  | { readonly on: "event"; readonly matches: (event: SimulatorEvent.SimulatorEvent) => boolean }
  | { readonly on: "time"; readonly from: "order" | "answer"; readonly within: number }
  | { readonly on: "reply" }

const stage = (name: SimulatorEvent.StageEvent["stage"]): Moment => ({
  on: "event",
  matches: (event) => event._tag === "Stage" && event.stage === name
})

export const moments: Readonly<Record<string, Moment>> = {
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
export interface Crash {
  readonly moment: string
  readonly orderId: string
  /** The till's answer before the line went dead, if any. */
  readonly told: string
  /** The state that the gateway reports after the restart; `none` if it has no attempt. */
  readonly recorded: string
  /** How often the terminal charged it by then, and after the till sent it again. */
  readonly charged: number
  readonly chargedInTheEnd: number
  /** Whether the terminal got the request. */
  readonly asked: boolean
}

/** A terminal that takes a few milliseconds for each stage, and hangs up after its answer. */
export const someMilliseconds = {
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
}

export const chargesOf = (terminal: StartedTerminal, orderId: string): number =>
  terminal.simulator.ledger.entries().filter(({ privateData }) => privateData === orderId).length

const whenIdle = async ({ simulator }: StartedTerminal) => {
  while (simulator.state().stage !== "idle") await turn()
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Kills the process `milliseconds` from now; Node's timers are too coarse. */
const killAfter = async (gateway: GatewayProcess, milliseconds: number) => {
  const end = performance.now() + milliseconds
  while (performance.now() < end) await turn()
  gateway.kill()
}

/** Sends an order and kills the gateway at a moment; `share` from 0 to 1 places kills within a stretch of time. */
export const crash = async (
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

export interface Told {
  readonly paymentStatus?: string
  readonly error?: { readonly code?: string }
}

export const told = (status: number, { paymentStatus, error }: Told): string =>
  `${status} ${paymentStatus ?? error?.code}`

export const isLost = ({ asked, charged, recorded }: Crash) => (asked || charged > 0) && recorded === "none"
export const isRepeated = ({ chargedInTheEnd }: Crash) => chargedInTheEnd > 1
export const isDenied = ({ charged, recorded, told }: Crash) =>
  charged > 0 && (["declined", "not-started"].includes(recorded) || !["nothing", "200 Success"].includes(told))
export const isInvented = ({ charged, recorded, told }: Crash) =>
  charged === 0 && (recorded.startsWith("approved") || told === "200 Success")

export const tally = (texts: ReadonlyArray<string>): string =>
  [...new Set(texts)]
    .sort()
    .map((text) => `${text} ${texts.filter((each) => each === text).length}`)
    .join(", ")
