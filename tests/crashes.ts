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

/** A few milliseconds for each stage. */
export const someMilliseconds = {
  woken: 4,
  cardPresented: 4,
  pin: 4,
  authorising: 4,
  printing: 4,
  inputTimeout: 60_000,
  walkAway: 0,
  jitter: 0
}

/** A terminal of that pace that hangs up after its answer. */
export const hangingUp = { port: 0, closesAfterAnswer: true, pace: someMilliseconds }

export const chargesOf = (terminal: StartedTerminal, orderId: string): number =>
  terminal.simulator.ledger.entries().filter(({ privateData }) => privateData === orderId).length

const whenIdle = async ({ simulator }: StartedTerminal) => {
  while (simulator.state().stage !== "idle") await turn()
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Kills the process `milliseconds` from now; Node's timers are too coarse. */
export const killAfter = async (gateway: GatewayProcess, milliseconds: number) => {
  const end = performance.now() + milliseconds
  while (performance.now() < end) await turn()
  gateway.kill()
}

/** Sends an order and kills the gateway at a moment. */
export const crash = async ({
  terminal,
  gateway,
  orderId,
  moment,
  share
}: {
  readonly terminal: StartedTerminal
  readonly gateway: GatewayProcess
  readonly orderId: string
  readonly moment: Moment
  /** From 0 to 1: where the kill is within a stretch of time. */
  readonly share: number
}) => {
  let asked = false
  const unsubscribe = terminal.simulator.subscribe((event) => {
    asked ||= event._tag === "Request"
    if (moment.on === "event" && moment.matches(event)) gateway.kill()
    if (moment.on === "time" && moment.from === "answer" && event._tag === "Answer")
      void killAfter(gateway, share * moment.within)
  })
  const reply = gateway
    .request("POST", "/v1/connector/order", orderAt(terminal.port, orderId))
    .then(toldBy, () => "nothing")
  if (moment.on === "time" && moment.from === "order") void killAfter(gateway, share * moment.within)
  const told = await reply.catch(() => "nothing")
  gateway.kill()
  assert.isNull(await gateway.ended)
  await whenIdle(terminal)
  unsubscribe()
  return { told, asked, charged: chargesOf(terminal, orderId) }
}

/** What a till is told by an answer: its status, with the payment's status or the problem's code. */
export const toldBy = async (response: Response): Promise<string> => {
  const { paymentStatus, error } = (await response.json()) as {
    readonly paymentStatus?: string
    readonly error?: { readonly code?: string }
  }
  return `${response.status} ${paymentStatus ?? error?.code}`
}

type Seen = Omit<Crash, "orderId">

export const isLost = ({ asked, charged, recorded }: Seen) => (asked || charged > 0) && recorded === "none"
export const isRepeated = ({ chargedInTheEnd }: Seen) => chargedInTheEnd > 1
export const isDenied = ({ charged, recorded, told }: Seen) =>
  charged > 0 && (["declined", "not-started"].includes(recorded) || !["nothing", "200 Success"].includes(told))
export const isInvented = ({ charged, recorded, told }: Seen) =>
  charged === 0 && (recorded.startsWith("approved") || told === "200 Success")

/** The different texts with how often each occurs. */
export const tally = (texts: ReadonlyArray<string>): string =>
  [...new Set(texts)]
    .sort()
    .map((text) => `${text} ${texts.filter((each) => each === text).length}`)
    .join(", ")
