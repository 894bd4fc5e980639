/**
 * The relay's process is killed at every stage of a payment, started again on the same store, and asked what it knows. The
 * service behind it goes on, as HiPay's would.
 *
 * The laws: whatever reached the service is on record; what was charged is never told or recorded as declined or not started;
 * and a till that sends the same order again is never charged twice. One kill per stage runs with the other tests;
 * CRASHES=1000 runs a hundred of each and writes docs/relay-crash-matrix.md.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Listener } from "@hipay-pos/server"
import { assert, describe, it } from "vitest"
import { folder, type GatewayProcess, startGatewayProcess } from "./gatewayProcess.ts"
import { order, startMock } from "./relay/relay.ts"

type ServerEvent = Parameters<Listener>[0]

/** When the process is killed: at an event of the service, or some time after the order left or the service answered. */
type Moment =
  | { readonly on: "event"; readonly matches: (event: ServerEvent) => boolean }
  | { readonly on: "time"; readonly from: "order" | "answer"; readonly within: number }
  | { readonly on: "reply" }

const stage = (name: string): Moment => ({
  on: "event",
  matches: (event) => event._tag === "Terminal" && event.event._tag === "Stage" && event.event.stage === name
})

const moments: Readonly<Record<string, Moment>> = {
  "0 to 40 ms after the order left the till": { on: "time", from: "order", within: 40 },
  "the service has the order": { on: "event", matches: (event) => event._tag === "OrderReceived" },
  "the amount is on the terminal's screen": stage("woken"),
  "the card is presented": stage("card-presented"),
  "the issuer is asked": stage("authorising"),
  "the issuer has approved": stage("approved"),
  "the ticket is printed": stage("printing"),
  "the service answers": { on: "event", matches: (event) => event._tag === "OrderAnswered" },
  "0 to 12 ms after the service answered": { on: "time", from: "answer", within: 12 },
  "the till has its answer": { on: "reply" }
}
const names = Object.keys(moments)
const KILLS = Number(process.env.CRASHES ?? names.length)

/** One killed payment. */
interface Crash {
  readonly moment: string
  readonly told: string
  /** What the relay says of it after the restart; `none`: it has no attempt. */
  readonly recorded: string
  /** How often it was charged by then, and after the till had sent it again. */
  readonly charged: number
  readonly chargedInTheEnd: number
  /** Whether the service got it. */
  readonly asked: boolean
}

interface Told {
  readonly paymentStatus?: string
  readonly error?: { readonly code?: string }
}

const toldText = async (response: Response): Promise<string> => {
  const { paymentStatus, error } = (await response.json()) as Told
  return `${response.status} ${paymentStatus ?? error?.code}`
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

const killAfter = async (relay: GatewayProcess, milliseconds: number) => {
  const end = performance.now() + milliseconds
  while (performance.now() < end) await turn()
  relay.kill()
}

const isLost = ({ asked, charged, recorded }: Crash) => (asked || charged > 0) && recorded === "none"
const isRepeated = ({ chargedInTheEnd }: Crash) => chargedInTheEnd > 1
const isDenied = ({ charged, recorded, told }: Crash) =>
  charged > 0 && (["declined", "not-started"].includes(recorded) || !["nothing", "200 Success"].includes(told))
const isInvented = ({ charged, recorded, told }: Crash) =>
  charged === 0 && (recorded.startsWith("approved") || told === "200 Success")

const tally = (texts: ReadonlyArray<string>): string =>
  [...new Set(texts)]
    .sort()
    .map((text) => `${text} ${texts.filter((each) => each === text).length}`)
    .join(", ")

const page = (crashes: ReadonlyArray<Crash>): string => `# Relay crash matrix

A relay's process is killed (\`kill -9\`) at every stage of a payment of 12.45 EUR, over real sockets and a store on disk, then started
again on the same store. The service behind it, a mock, goes on. The same order is sent once more, and what the new process says of
it is compared with what was charged. ${crashes.length} kills; \`CRASHES=1000 pnpm vitest run tests/relay-crash\` runs them again and writes this page.

| | |
| --- | --- |
| lost: reached the service, and is not on record | ${crashes.filter(isLost).length} |
| repeated: charged twice after the till sent it again | ${crashes.filter(isRepeated).length} |
| charged, but told or recorded as declined or not started | ${crashes.filter(isDenied).length} |
| not charged, but told or recorded as approved | ${crashes.filter(isInvented).length} |

| killed when | kills | the till was told | on record after the restart | charged |
| --- | --- | --- | --- | --- |
${names
  .map((moment) => crashes.filter((each) => each.moment === moment))
  .map(
    (each) =>
      `| ${each[0]?.moment} | ${each.length} | ${tally(each.map(({ told }) => told))} | ${tally(each.map(({ recorded }) => recorded))} | ${each.filter(({ charged }) => charged > 0).length} |`
  )
  .join("\n")}
`

describe("a relay that is killed", () => {
  it("loses no payment, repeats none, and never denies one that was charged", { timeout: 3_600_000 }, async () => {
    let onEvent: Listener = () => {}
    const mock = await startMock({
      listener: (event) => onEvent(event),
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
    const args = ["--relay", mock.url, "--store", join(folder, "relay-crash.db")]
    const env = { HIPAY_POS_RELAY_USERNAME: "merchant", HIPAY_POS_RELAY_PASSWORD: "secret" }
    const start = () => startGatewayProcess(args, { env })
    const chargesOf = async (orderId: string) =>
      (await mock.mock.ledger()).entries.filter(({ privateData }) => privateData === orderId).length

    const crashes: Array<Crash> = []
    let relay = await start()
    for (let kill = 0; kill < KILLS; kill++) {
      const name = names[kill % names.length] ?? ""
      const moment = moments[name] as Moment
      const share = (Math.floor(kill / names.length) + 0.5) / Math.ceil(KILLS / names.length)
      const orderId = `CRASH_${kill + 1}_`
      const body = order(orderId, `crash-${kill % 7}.test`)
      let asked = false
      onEvent = (event) => {
        asked ||= event._tag === "OrderReceived"
        if (moment.on === "event" && moment.matches(event)) relay.kill()
        if (moment.on === "time" && moment.from === "answer" && event._tag === "OrderAnswered")
          void killAfter(relay, share * moment.within)
      }
      const reply = relay.request("POST", "/v1/connector/order", body).then(toldText, () => "nothing")
      if (moment.on === "time" && moment.from === "order") void killAfter(relay, share * moment.within)
      const told = await reply.catch(() => "nothing")
      relay.kill()
      assert.isNull(await relay.ended)
      // The service has ended whatever it was asked.
      let open = await mock.mock.attempts()
      while (open.some(({ state }) => state === "open")) open = await mock.mock.attempts()
      onEvent = () => {}
      const charged = await chargesOf(orderId)

      relay = await start()
      const listed = await relay.request("GET", `/attempts?q=${orderId}`)
      const { attempts } = (await listed.json()) as {
        readonly attempts: ReadonlyArray<{ readonly id: string; readonly state: string }>
      }
      assert.isAtMost(attempts.length, 1)
      const answer = await toldText(await relay.request("POST", "/v1/connector/order", body))
      const recorded = attempts[0]?.state ?? "none"
      if (recorded === "unknown") assert.strictEqual(answer, "409 attempt.unresolved")
      crashes.push({ moment: name, told, asked, charged, recorded, chargedInTheEnd: await chargesOf(orderId) })
    }
    relay.stop()
    assert.strictEqual(await relay.ended, 0)
    await mock.close()

    for (const bad of [isLost, isRepeated, isDenied, isInvented]) assert.deepStrictEqual(crashes.filter(bad), [])
    assert.isAbove(crashes.filter(({ charged }) => charged > 0).length, 0)
    if (process.env.CRASHES !== undefined) {
      writeFileSync(new URL("../docs/relay-crash-matrix.md", import.meta.url), page(crashes))
    }
  })
})
