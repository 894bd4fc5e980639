/**
 * A card number, passwords, a passphrase and a customer are planted in what a gateway and a relay get; none of them is in
 * what the people get who run them: the log at every level and in both formats, metrics, alarms, exports, and the names of
 * files.
 */
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setImmediate } from "node:timers/promises"
import { backupStore, exportStore } from "@hipay-pos/server/node"
import { frames } from "@hipay-pos/server/testing"
import { startServer } from "@hipay-pos/server-mock/node"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import { assert, describe, it } from "vitest"
import { type GatewayProcess, orderAt, folder as parent, startGatewayProcess } from "../gatewayProcess.ts"
import { shownOf } from "../plantedPan.ts"

const PAN = "4970101122334422"
const shown = shownOf(PAN)
const PASSPHRASE = "planted passphrase of the account"
const WRONG = "planted wrong password"
const SECRETS = [
  "of its own",
  WRONG,
  btoa(`shop:${WRONG}`),
  PASSPHRASE,
  "planted relay password",
  "planted alarm secret",
  "planted@example.org",
  "Plantedlastname",
  "+33655544433"
]

const order = (port: number, orderId: string) => {
  const { order, ...rest } = orderAt(port, orderId)
  return {
    order: { ...order, description: `card ${PAN}` },
    customer: { email: "planted@example.org", lastname: "Plantedlastname", phone: "+33655544433" },
    ...rest
  }
}

/** What shows of anything that was planted. */
const plantedIn = (text: string): ReadonlyArray<string> => [
  ...shown(text),
  ...SECRETS.filter((secret) => text.includes(secret))
]

/** Everything that a till, a stranger and a person do, right and wrong. */
const use = async (gateway: GatewayProcess, port: number) => {
  const call = (path: string, init: RequestInit) =>
    fetch(`${gateway.url}${path}`, { ...init, headers: { connection: "close", ...init.headers } })
  await gateway.request("POST", "/v1/connector/order", order(port, "A"))
  await gateway.request("POST", "/v1/connector/order", order(port, "A"))
  await gateway.request("POST", "/v1/connector/order", order(1, "B"))
  await gateway.request("POST", "/v1/connector/order", { ...order(port, "C"), order: { order_id: PAN } })
  await call("/v1/connector/order", { method: "POST", headers: { authorization: `Basic ${btoa(`shop:${WRONG}`)}` } })
  await call(`/attempts?q=${PAN}`, { headers: { authorization: `Basic ${btoa(`${PAN}:${WRONG}`)}` } })
  await gateway.request("POST", "/v1/connector/notification", { card: PAN, email: "planted@example.org" })
  await gateway.request("POST", "/attempts/none/resolve", { outcome: "approved", by: `planted@example.org ${PAN}` })
}

const env = {
  HIPAY_POS_PASSPHRASE: PASSPHRASE,
  HIPAY_POS_RELAY_USERNAME: "merchant",
  HIPAY_POS_RELAY_PASSWORD: "planted relay password",
  HIPAY_POS_ALARM_SECRET: "planted alarm secret"
}

describe("what the people get who run a gateway", () => {
  it("would say it, were it there", () => {
    for (const secret of [PAN, ...SECRETS]) assert.isNotEmpty(plantedIn(`a ${secret} b`), secret)
  })

  it("holds no card number, password, passphrase or customer: log, metrics, alarms, exports and names of files", async () => {
    const folder = mkdtempSync(join(parent, "planted-"))
    const alarms = join(folder, "alarms")
    const program = join(folder, "take-alarm")
    writeFileSync(program, `#!/bin/sh\ncat >> "${alarms}"\n`)
    chmodSync(program, 0o755)
    await using terminal = await startTerminal({ port: 0 })
    await using service = await startServer({
      port: 0,
      credentials: { username: "merchant", password: "planted relay password" }
    })
    const own = ["--dial", `127.0.0.1:${terminal.port}`, "--dial", "127.0.0.1:1"]
    const relayed = ["--relay", service.url, "--only-relay", "--notify-url", "https://pos.example"]
    for (const [name, args, format] of [
      ["dialled", own, "json"],
      ["relayed", relayed, "text"]
    ] as const) {
      const store = join(folder, `${name}.db`)
      const more = ["--alarm-command", program, "--alarm-unreachable-after", "1", "--metrics-port", "0"]
      const gateway = await startGatewayProcess(
        [...args, "--store", store, "--log-level", "debug", "--log-format", format, ...more],
        { env: name === "relayed" ? env : { HIPAY_POS_ALARM_SECRET: env.HIPAY_POS_ALARM_SECRET } }
      )
      await use(gateway, terminal.port)
      const metrics = await (await fetch(String(gateway.metrics))).text()
      if (name === "dialled") while (!existsSync(alarms)) await setImmediate()
      gateway.stop()
      assert.strictEqual(await gateway.ended, 0)
      assert.isAbove(gateway.log().split("\n").length, 5, name)
      assert.deepStrictEqual(plantedIn(gateway.log()), [], `the log of ${name}`)
      assert.include(metrics, "hipay_pos_orders_total")
      assert.deepStrictEqual(plantedIn(metrics), [], `the metrics of ${name}`)
      backupStore({ store, to: join(folder, `${name}-backup.db`), at: Date.now() })
      for (const format of ["jsonl", "csv"] as const) {
        const { file, attempts } = exportStore({ store, to: join(folder, `${name}.${format}`), format, frames })
        assert.isAbove(attempts, 0)
        assert.deepStrictEqual(plantedIn(readFileSync(file, "utf8")), [], file)
      }
    }
    assert.deepStrictEqual(plantedIn(readdirSync(folder).join("\n")), [])
    const told = readFileSync(alarms, "utf8")
    assert.include(told, "terminal.unreachable")
    assert.deepStrictEqual(plantedIn(told), [], "the alarms")
  })
})
