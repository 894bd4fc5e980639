/**
 * One of three gateways on a shared store is killed at every stage of a payment; then the others are asked for its outcome.
 *
 * The laws are those of a gateway on its own: whatever reached the terminal is on record, what was charged is never reported
 * as declined or not started, and a repeat is never charged twice, even one that was already waiting at another gateway. One
 * kill per stage runs with the other tests; `SCALE_CRASHES=220` runs the whole loop and writes docs/scale-crash-matrix.md.
 */
import { writeFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import {
  type Crash,
  chargesOf,
  crash,
  isDenied,
  isInvented,
  isLost,
  isRepeated,
  type Moment,
  moments,
  tally,
  toldBy
} from "../crashes.ts"
import { type GatewayProcess, orderAt } from "../gatewayProcess.ts"
import { until } from "../until.ts"
import { clustersOfFile } from "./cluster.ts"
import { skipped } from "./postgresServer.ts"

const startCluster = clustersOfFile()

const KILLS = Number(process.env.SCALE_CRASHES ?? Object.keys(moments).length)

interface SharedCrash extends Crash {
  /** The answer to a repeat that was waiting at another gateway; undefined if there was none. */
  readonly waiting: string | undefined
}

const send = async (gateway: GatewayProcess, port: number, orderId: string): Promise<string> =>
  toldBy(await gateway.request("POST", "/v1/connector/order", orderAt(port, orderId)))

const attemptOf = (gateway: GatewayProcess, orderId: string) =>
  until(`no attempt of ${orderId} is open`, async () => {
    const listed = await gateway.request("GET", `/attempts?q=${orderId}`)
    const { attempts } = (await listed.json()) as {
      readonly attempts: ReadonlyArray<{ readonly id: string; readonly state: string }>
    }
    const [attempt] = attempts
    assert.isAtMost(attempts.filter(({ state }) => state !== "not-started").length, 1)
    return attempt?.state !== "open" && { attempt }
  })

const isToldWrong = ({ waiting, charged }: SharedCrash) =>
  waiting !== undefined && (waiting === "200 Success" ? charged === 0 : /^[45]00/.test(waiting) && charged > 0)

const page = (crashes: ReadonlyArray<SharedCrash>): string => `# Crash matrix of a shared store

One of three gateways on one PostgreSQL is killed (\`kill -9\`) at every stage of a payment of 12.45 EUR. For a third of the kills
the same order is waiting at another gateway already. What the others say of the payment once the lease of the killed one is
over, and what a repeat leads to, is compared with what the terminal charged. ${crashes.length} kills; \`SCALE_CRASHES=220 npx vitest run tests/scale/crash\`
runs them again and writes this page.

| | |
| --- | --- |
| lost: reached the terminal, and is not on record | ${crashes.filter(isLost).length} |
| repeated: charged twice after the till sent it again | ${crashes.filter(isRepeated).length} |
| charged, but told or recorded as declined or not started | ${crashes.filter(isDenied).length} |
| not charged, but told or recorded as approved | ${crashes.filter(isInvented).length} |
| waiting at another gateway, and told what is not so | ${crashes.filter(isToldWrong).length} |

| killed when | kills | the till was told | waiting elsewhere was told | on record after the lease | charged |
| --- | --- | --- | --- | --- | --- |
${Object.keys(moments)
  .map((moment) => crashes.filter((each) => each.moment === moment))
  .map(
    (each) =>
      `| ${each[0]?.moment} | ${each.length} | ${tally(each.map(({ told }) => told))} | ${tally(
        each.flatMap(({ waiting }) => (waiting === undefined ? [] : [waiting]))
      )} | ${tally(each.map(({ recorded }) => recorded))} | ${each.filter(({ charged }) => charged > 0).length} |`
  )
  .join("\n")}

A waiting repeat joins the payment of the killed gateway, and is refused as unresolved once that gateway's lease is over. Where nothing was written yet, the
repeat is the payment.
`

describe.skipIf(skipped !== "")(`one of three gateways that is killed${skipped}`, () => {
  it("loses no payment, repeats none, and the others never deny one that was charged", {
    timeout: 3_600_000
  }, async () => {
    await using cluster = await startCluster({ pace: 4, stages: true, lease: "1500ms" })
    const [terminal] = cluster.terminals
    assert.isDefined(terminal)
    if (terminal === undefined) return
    const names = Object.keys(moments)
    const crashes: Array<SharedCrash> = []
    const gateways = await Promise.all([0, 1, 2].map((i) => cluster.start(`first-${i}`)))
    for (let kill = 0; kill < KILLS; kill++) {
      const moment = names[kill % names.length] ?? ""
      const share = (Math.floor(kill / names.length) + 0.5) / Math.ceil(KILLS / names.length)
      const orderId = `CRASH_${kill + 1}_`
      const at = kill % 3
      const victim = gateways[at] as GatewayProcess
      const other = gateways[(at + 1) % 3] as GatewayProcess
      let waiting: Promise<string> | undefined
      // Sends a repeat once the terminal has the request; it joins the order.
      const joins = kill % 3 === 0
      const stop = terminal.simulator.subscribe((event) => {
        if (joins && event._tag === "Request") waiting ??= send(other, terminal.port, orderId)
      })
      const seen = await crash({ terminal, gateway: victim, orderId, moment: moments[moment] as Moment, share })
      if (joins) waiting ??= send(other, terminal.port, orderId)
      const heard = await waiting
      stop()
      const { attempt } = await attemptOf(other, orderId)
      const charged = chargesOf(terminal, orderId)
      const again = await send(gateways[(at + 2) % 3] as GatewayProcess, terminal.port, orderId)
      const chargedInTheEnd = chargesOf(terminal, orderId)
      if (attempt?.state === "unknown") {
        assert.include(["409 attempt.unresolved", "409 terminal.unresolved"], again)
        const resolved = await other.request("POST", `/attempts/${attempt.id}/resolve`, {
          outcome: charged > 0 ? "approved" : "declined",
          by: "the test",
          evidence: "the terminal's ledger"
        })
        assert.strictEqual(resolved.status, 200)
      }
      crashes.push({
        moment,
        orderId,
        ...seen,
        charged,
        chargedInTheEnd,
        recorded: attempt?.state ?? "none",
        waiting: heard
      })
      gateways[at] = await cluster.start(`next-${kill}`)
    }
    for (const bad of [isLost, isRepeated, isDenied, isInvented, isToldWrong])
      assert.deepStrictEqual(crashes.filter(bad as (crash: SharedCrash) => boolean), [])
    assert.isAbove(crashes.filter(({ charged }) => charged > 0).length, 0)
    if (process.env.SCALE_CRASHES !== undefined)
      writeFileSync(new URL("../../docs/scale-crash-matrix.md", import.meta.url), page(crashes))
  })
})
