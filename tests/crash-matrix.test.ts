/**
 * The gateway's process is killed at every stage of a payment, started again on the same store, and asked for the outcome.
 *
 * The laws: every order that reached the terminal is on record; a charge is never reported as declined or not
 * started; and an order that a till sends again is never charged twice. One kill per stage runs with the other
 * tests; `pnpm crash` runs the whole loop and writes docs/crash-matrix.md.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { type StartedTerminal, startTerminal } from "@hipay-pos/terminal-simulator/node"
import { assert, describe, it } from "vitest"
import {
  type Crash,
  chargesOf,
  crash,
  hangingUp,
  isDenied,
  isInvented,
  isLost,
  isRepeated,
  type Moment,
  moments,
  tally,
  toldBy
} from "./crashes.ts"
import { folder, type GatewayProcess, orderAt, startGatewayProcess } from "./gatewayProcess.ts"

const KILLS = Number(process.env.CRASHES ?? 11)

const startShop = async () => {
  const terminal = await startTerminal(hangingUp)
  const args = ["--dial", `127.0.0.1:${terminal.port}`, "--store", join(folder, `crash-${terminal.port}.db`)]
  return { terminal, start: () => startGatewayProcess(args), [Symbol.asyncDispose]: terminal.close }
}

/** Asks a new process on the same store for the outcome, sends the order again, and resolves it as a person. */
const look = async (terminal: StartedTerminal, gateway: GatewayProcess, orderId: string, charged: number) => {
  const listed = await gateway.request("GET", `/attempts?q=${orderId}`)
  const { attempts } = (await listed.json()) as {
    readonly attempts: ReadonlyArray<{ readonly id: string; readonly state: string }>
  }
  assert.isAtMost(attempts.length, 1)
  const [attempt] = attempts
  const again = await gateway.request("POST", "/v1/connector/order", orderAt(terminal.port, orderId))
  const answer = await toldBy(again)
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
      const seen = await crash({
        terminal: shop.terminal,
        gateway,
        orderId,
        moment: how,
        share: (round + 0.5) / rounds
      })
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
