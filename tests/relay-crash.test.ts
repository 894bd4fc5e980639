/**
 * The relay's process is killed at every stage of a payment, started again on the same store, and asked for the outcome. The
 * service behind it goes on, as HiPay's would, and from then on notifies each charge until it is answered with 204.
 *
 * The laws: whatever reached the service is on record; what was charged is never reported or recorded as declined or not
 * started; a till that sends the same order again is never charged twice; and a notification answered with 204 has ended its
 * attempt after the next start, with the right amount. One kill per stage runs with the other tests; CRASHES=1200 runs a
 * hundred of each and writes docs/relay-crash-matrix.md.
 */
import { createHash } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import type { Listener } from "@hipay-pos/server"
import { assert, describe, it } from "vitest"
import {
  type Crash,
  isDenied,
  isInvented,
  isLost,
  isRepeated,
  killAfter,
  someMilliseconds,
  tally,
  toldBy
} from "./crashes.ts"
import { folder, startGatewayProcess } from "./gatewayProcess.ts"
import { order, startMock } from "./relay/relay.ts"

type ServerEvent = Parameters<Listener>[0]

/** When the process is killed: at an event of the service, or some time after the service received or sent something. */
type Moment =
  | { readonly on: "event"; readonly matches: (event: ServerEvent) => boolean }
  | { readonly on: "time"; readonly from: "order" | "answer" | "notification"; readonly within: number }
  | { readonly on: "reply" | "taken" }

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
  "0 to 12 ms after the notification left the service": { on: "time", from: "notification", within: 12 },
  "the notification is answered with 204": { on: "taken" },
  "the service answers": { on: "event", matches: (event) => event._tag === "OrderAnswered" },
  "0 to 12 ms after the service answered": { on: "time", from: "answer", within: 12 },
  "the till has its answer": { on: "reply" }
}
const names = Object.keys(moments)
const KILLS = Number(process.env.CRASHES ?? names.length)

/** One killed payment. */
interface RelayCrash extends Omit<Crash, "orderId"> {
  /** Whether a notification was answered with 204 before the kill. */
  readonly taken: boolean
  /** The state that the relay reports in the end, without another order or a person. */
  readonly ended: string
}

const passphrase = "SecretPassphrase"

/** Notifies that an order was captured; returns whether the answer was 204. */
const notify = async (url: string, orderId: string): Promise<boolean> => {
  const id = encodeURIComponent(orderId)
  const body = `transaction_reference=T-${id}&status=118&test=true&currency=EUR&authorized_amount=12.45&captured_amount=12.45&order%5Bid%5D=${id}&order%5Bamount%5D=12.45&order%5Bcurrency%5D=EUR`
  const signature = createHash("sha256").update(body).update(passphrase).digest("hex")
  const headers = { "x-allopass-signature": signature, connection: "close" }
  return fetch(`${url}/notifications/hipay`, { method: "POST", body, headers }).then(
    ({ status }) => status === 204,
    () => false
  )
}

/** Whether a charge was notified, before or after the start, and its attempt is not approved. */
const isUnheard = ({ charged, recorded, ended }: RelayCrash) =>
  charged > 0 && recorded !== "none" && ended !== "approved 1245"

const page = (crashes: ReadonlyArray<RelayCrash>): string => `# Relay crash matrix

A relay's process is killed (\`kill -9\`) at every stage of a payment of 12.45 EUR, over real sockets and a store on disk, then started
again on the same store. The service behind it is a mock that keeps running; each charge is notified as soon as the issuer has approved,
and again after the start unless the notification was answered with 204. The same order is sent once more, and what the new process says of it is compared
with what was charged. ${crashes.length} kills; \`CRASHES=1200 npx vitest run tests/relay-crash\` runs them again and writes this page.

| | |
| --- | --- |
| lost: reached the service, and is not on record | ${crashes.filter(isLost).length} |
| repeated: charged twice after the till sent it again | ${crashes.filter(isRepeated).length} |
| charged, but told or recorded as declined or not started | ${crashes.filter(isDenied).length} |
| not charged, but told or recorded as approved | ${crashes.filter(isInvented).length} |
| charged and notified, but in the end not approved for its amount | ${crashes.filter(isUnheard).length} |
| of these, answered with 204 before the kill | ${crashes.filter((each) => each.taken && isUnheard(each)).length} of ${crashes.filter(({ taken }) => taken).length} |

| killed when | kills | the till was told | on record after the restart | charged | notified and 204 before the kill | in the end |
| --- | --- | --- | --- | --- | --- | --- |
${names
  .map((moment) => crashes.filter((each) => each.moment === moment))
  .map(
    (each) =>
      `| ${each[0]?.moment} | ${each.length} | ${tally(each.map(({ told }) => told))} | ${tally(each.map(({ recorded }) => recorded))} | ${each.filter(({ charged }) => charged > 0).length} | ${each.filter(({ taken }) => taken).length} | ${tally(each.map(({ ended }) => ended))} |`
  )
  .join("\n")}
`

describe("a relay that is killed", () => {
  it("loses no payment, repeats none, and never denies one that was charged", { timeout: 10_800_000 }, async () => {
    let onEvent: Listener = () => {}
    const mock = await startMock({
      listener: (event) => onEvent(event),
      pace: someMilliseconds
    })
    const args = ["--relay", mock.url, "--store", join(folder, "relay-crash.db")]
    const env = {
      HIPAY_POS_RELAY_USERNAME: "merchant",
      HIPAY_POS_RELAY_PASSWORD: "secret",
      HIPAY_POS_PASSPHRASE: passphrase
    }
    const start = () => startGatewayProcess(args, { env })
    const chargesOf = async (orderId: string) =>
      (await mock.mock.ledger()).entries.filter(({ privateData }) => privateData === orderId).length

    const crashes: Array<RelayCrash> = []
    let relay = await start()
    for (let kill = 0; kill < KILLS; kill++) {
      // The service gets slower with each order that it remembers.
      if (kill % names.length === 0) await mock.mock.reset()
      const name = names[kill % names.length] ?? ""
      const moment = moments[name] as Moment
      // Spreads the kills evenly over the time, however many there are.
      const share = (0.5 + Math.floor(kill / names.length) * 0.618_034) % 1
      const orderId = `CRASH_${kill + 1}_`
      const body = order(orderId, `crash-${kill % 7}.test`)
      let asked = false
      let taken = false
      const { url } = relay
      const notifyOnce = async () => {
        const answered = notify(url, orderId)
        if (moment.on === "time" && moment.from === "notification") void killAfter(relay, share * moment.within)
        taken = await answered
        if (taken && moment.on === "taken") relay.kill()
      }
      let notified = Promise.resolve()
      onEvent = (event) => {
        asked ||= event._tag === "OrderReceived"
        if (event._tag === "Terminal" && event.event._tag === "Stage" && event.event.stage === "approved")
          notified = notifyOnce()
        if (moment.on === "event" && moment.matches(event)) relay.kill()
        if (moment.on === "time" && moment.from === "answer" && event._tag === "OrderAnswered")
          void killAfter(relay, share * moment.within)
      }
      const reply = relay.request("POST", "/v1/connector/order", body).then(toldBy, () => "nothing")
      if (moment.on === "time" && moment.from === "order") void killAfter(relay, share * moment.within)
      const told = await reply.catch(() => "nothing")
      relay.kill()
      assert.isNull(await relay.ended)
      // Waits until the service has ended all orders.
      let open = await mock.mock.attempts()
      while (open.some(({ state }) => state === "open")) open = await mock.mock.attempts()
      onEvent = () => {}
      await notified
      const charged = await chargesOf(orderId)

      relay = await start()
      const attemptOf = async () => {
        const listed = await relay.request("GET", `/attempts?q=${orderId}`)
        const { attempts } = (await listed.json()) as {
          readonly attempts: ReadonlyArray<{ readonly state: string; readonly paid?: number }>
        }
        assert.isAtMost(attempts.length, 1)
        return attempts[0]
      }
      const recorded = (await attemptOf())?.state ?? "none"
      if (charged > 0 && !taken) assert.isTrue(await notify(relay.url, orderId))
      let last = await attemptOf()
      for (const since = Date.now(); last?.state === "unknown" && charged > 0 && Date.now() - since < 20_000; ) {
        await pause(5)
        last = await attemptOf()
      }
      const ended = last === undefined ? "none" : `${last.state} ${last.paid ?? ""}`.trim()
      const answer = await toldBy(await relay.request("POST", "/v1/connector/order", body))
      if (ended.startsWith("approved")) assert.strictEqual(answer, "409 attempt.already.approved")
      crashes.push({
        moment: name,
        told,
        asked,
        charged,
        taken,
        recorded,
        ended,
        chargedInTheEnd: await chargesOf(orderId)
      })
      if (process.env.CRASHES !== undefined && (kill + 1) % names.length === 0)
        writeFileSync(new URL("../docs/relay-crash-matrix.md", import.meta.url), page(crashes))
    }
    relay.stop()
    assert.strictEqual(await relay.ended, 0)
    await mock.close()

    for (const bad of [isLost, isRepeated, isDenied, isInvented, isUnheard])
      assert.deepStrictEqual(crashes.filter(bad), [])
    assert.isAbove(crashes.filter(({ charged }) => charged > 0).length, 0)
  })
})
