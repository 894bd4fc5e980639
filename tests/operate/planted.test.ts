/**
 * A card number, passwords, a passphrase and a customer are planted in the input of a gateway and a relay; none of them
 * reaches their operators: the log at every level and in both formats, metrics, traces, alarms, exports, and the
 * names of files.
 */
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setImmediate } from "node:timers/promises"
import { backupStore, exportStore } from "@hipay-pos/server/node"
import { frames } from "@hipay-pos/server/testing"
import { startServer } from "@hipay-pos/server-mock/node"
import { Cardholder, Fault, TestCard } from "@hipay-pos/terminal-simulator"
import { type StartedTerminal, startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { type GatewayProcess, orderAt, folder as parent, startGatewayProcess } from "../gatewayProcess.ts"
import { shownOf } from "../plantedPan.ts"
import { notify } from "../relay/relay.ts"
import { startCollector } from "./collector.ts"

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

/** Orders whose ids hold the card number: an export has an order's id as it came, and nothing else shows it. */
const [UNKNOWN, CONTRADICTED] = [`U ${PAN}`, `V ${PAN}`]

/** The planted values that show in a text. */
const plantedIn = (text: string): ReadonlyArray<string> => [
  ...shown(text),
  ...SECRETS.filter((secret) => text.includes(secret))
]

/** Everything that a till, a stranger and a person may do, right or wrong. */
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

/** A person's resolution of an attempt, with a card number in the evidence and the name. */
const decline = async (gateway: GatewayProcess, attempt: string) => {
  const word = { outcome: "declined", by: `Ada ${PAN}`, evidence: `card ${PAN}`, override: true }
  assert.strictEqual((await gateway.request("POST", `${attempt}/resolve`, word)).status, 200)
}

/** Makes an order with an unknown outcome; returns the path of its attempt. */
const payUnknown = async (gateway: GatewayProcess, body: ReturnType<typeof order>): Promise<string> => {
  const answer = await gateway.request("POST", "/v1/connector/order", body)
  assert.strictEqual(answer.status, 504)
  const { error } = (await answer.json()) as { readonly error: { readonly details: { readonly attempt: string } } }
  return error.details.attempt
}

/** One order stays unknown; another one's terminal contradicts a person. */
const loseDialled = async (gateway: GatewayProcess, silent: StartedTerminal, slow: StartedTerminal) => {
  await payUnknown(gateway, order(silent.port, UNKNOWN))
  const attempt = await payUnknown(gateway, order(slow.port, CONTRADICTED))
  await decline(gateway, attempt)
  assert.isTrue(slow.simulator.presentCard(TestCard.standard))
}

/** One order stays unknown; another one's notification contradicts a person. */
const loseRelayed = async (gateway: GatewayProcess) => {
  const lost = (orderId: string) => {
    const { pos_technical_info, ...rest } = order(1, orderId)
    const host_information = { host: "lost-after-approval.terminal.test", port: 8888 }
    return { ...rest, pos_technical_info: { ...pos_technical_info, host_information } }
  }
  await payUnknown(gateway, lost(UNKNOWN))
  const attempt = await payUnknown(gateway, lost(CONTRADICTED))
  await decline(gateway, attempt)
  const customer = {
    "order[customerEmail]": "planted@example.org",
    message: `card ${PAN}`,
    cardPan: "497010xxxxxx4422"
  }
  assert.strictEqual(await notify(gateway.url, PASSPHRASE, CONTRADICTED, customer), 204)
}

const secrets = {
  HIPAY_POS_PASSPHRASE: PASSPHRASE,
  HIPAY_POS_RELAY_USERNAME: "merchant",
  HIPAY_POS_RELAY_PASSWORD: "planted relay password",
  HIPAY_POS_ALARM_SECRET: "planted alarm secret"
}

describe("what the people get who run a gateway", () => {
  it("would say it, were it there", () => {
    for (const secret of [PAN, ...SECRETS]) assert.isNotEmpty(plantedIn(`a ${secret} b`), secret)
  })

  it("holds no card number, password, passphrase or customer: log, metrics, traces, alarms, exports and names of files", async () => {
    const folder = mkdtempSync(join(parent, "planted-"))
    await using terminal = await startTerminal({ port: 0 })
    const lost = Result.getOrThrow(Fault.fromText("answer-lost"))
    await using silent = await startTerminal({ port: 0, faults: [lost] })
    await using slow = await startTerminal({ port: 0, cardholder: Cardholder.manual })
    await using service = await startServer({
      port: 0,
      answerTimeout: "50 millis",
      credentials: { username: "merchant", password: "planted relay password" }
    })
    const own = [terminal.port, silent.port, slow.port, 1].flatMap((port) => ["--dial", `127.0.0.1:${port}`])
    const relayed = ["--relay", service.url, "--only-relay", "--notify-url", "https://pos.example"]
    for (const { name, args, format, env, lose, codes, later } of [
      {
        name: "dialled",
        args: [...own, "--answer-timeout", "1s"],
        format: "json",
        env: { HIPAY_POS_ALARM_SECRET: secrets.HIPAY_POS_ALARM_SECRET },
        lose: (gateway: GatewayProcess) => loseDialled(gateway, silent, slow),
        codes: ["terminal.unreachable", "attempt.resolution.contradicted", "attempt.unknown.old"],
        later: ["hipay_pos.resolution", "hipay_pos.late_answer"]
      },
      {
        name: "relayed",
        args: relayed,
        format: "text",
        env: secrets,
        lose: loseRelayed,
        codes: ["attempt.notification.contradicts", "attempt.unknown.old"],
        later: ["hipay_pos.resolution", "hipay_pos.notification"]
      }
    ]) {
      const store = join(folder, `${name}.db`)
      const alarms = join(folder, `${name}-alarms`)
      const program = join(folder, `take-alarm-${name}`)
      writeFileSync(program, `#!/bin/sh\ncat >> "${alarms}"\n`)
      chmodSync(program, 0o755)
      const collector = await startCollector()
      const more = ["--alarm-command", program, "--alarm-unreachable-after", "1", "--alarm-unknown-after", "1ms"]
      const start = () =>
        startGatewayProcess(
          [...args, "--store", store, "--log-level", "debug", "--log-format", format, "--metrics-port", "0", ...more],
          { env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } }
        )
      const told = () => (existsSync(alarms) ? readFileSync(alarms, "utf8") : "")
      const until = async (wanted: ReadonlyArray<string>) => {
        while (!wanted.every((code) => told().includes(code))) await setImmediate()
      }
      const end = async (gateway: GatewayProcess) => {
        gateway.stop()
        assert.strictEqual(await gateway.ended, 0)
        assert.deepStrictEqual(plantedIn(gateway.log()), [], `the log of ${name}`)
      }

      const gateway = await start()
      await use(gateway, terminal.port)
      await lose(gateway)
      await until(codes.filter((code) => code !== "attempt.unknown.old"))
      const metrics = await (await fetch(String(gateway.metrics))).text()
      assert.include(metrics, "hipay_pos_orders_total")
      assert.deepStrictEqual(plantedIn(metrics), [], `the metrics of ${name}`)
      await end(gateway)
      assert.isAbove(gateway.log().split("\n").length, 5, name)
      // A gateway checks for unknown attempts as soon as it starts.
      const next = await start()
      await until(codes)
      await end(next)
      assert.include(told(), UNKNOWN.replace(PAN, "497010######4422"))
      assert.deepStrictEqual(plantedIn(told()), [], `the alarms of ${name}`)

      await collector.close()
      assert.includeMembers(
        collector.spans().map((span) => span.name),
        later
      )
      const traced = collector.bodies.map(({ bytes }) => bytes.toString("latin1")).join("\n")
      assert.deepStrictEqual(plantedIn(traced), [], `the traces of ${name}`)
      backupStore({ store, to: join(folder, `${name}-backup.db`), at: Date.now() })
      for (const format of ["jsonl", "csv"] as const) {
        const { file, attempts } = exportStore({ store, to: join(folder, `${name}.${format}`), format, frames })
        assert.isAbove(attempts, 0)
        const exported = readFileSync(file, "utf8").replaceAll(UNKNOWN, "U").replaceAll(CONTRADICTED, "V")
        assert.deepStrictEqual(plantedIn(exported), [], file)
      }
    }
    assert.deepStrictEqual(plantedIn(readdirSync(folder).join("\n")), [])
  })
})
