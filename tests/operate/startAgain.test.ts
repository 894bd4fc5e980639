/**
 * The starts that a service manager should retry: those that may succeed later with the same settings end with 75. And the
 * warning of a start about variables that have no effect.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { freePort } from "../freePort.ts"
import { folder, runGateway, startGatewayProcess } from "../gatewayProcess.ts"
import { listenTcp } from "../listen.ts"

const dial = ["--dial", "192.0.2.1"]

let stores = 0
const newStore = () => join(folder, `again-${++stores}.db`)

/** A port that is in use. */
const takenPort = async () => {
  const server = await listenTcp(() => {})
  return { ...server, port: String(server.port) }
}

/** Checks that a start ends with 75, and gives the reason in its last line. */
const isTriedAgain = async (args: ReadonlyArray<string>, words: RegExp | string) => {
  const { code, stdout, stderr } = await runGateway([...dial, ...args])
  assert.deepStrictEqual({ code, stdout }, { code: 75, stdout: "" }, stderr)
  const last = stderr.trimEnd().split("\n").at(-1) ?? ""
  if (typeof words === "string") assert.include(last, words)
  else assert.match(last, words)
}

describe("a start with a variable that has no effect", () => {
  it("warns of it", async () => {
    const gateway = await startGatewayProcess([...dial, "--store", newStore()], {
      env: {
        HIPAY_POS_GATEWAY_STOER: "attempts.db",
        HIPAY_POS_GATEWAY_MIGRATE_STORE: "postgres://gateway@db1/payments",
        HIPAY_POS_GATEWAY_SERVICE_HOST: "10.0.0.1"
      }
    })
    gateway.stop()
    assert.strictEqual(await gateway.ended, 0)
    assert.match(
      gateway.log(),
      /"level":"WARN","settings":"no flag is set by HIPAY_POS_GATEWAY_STOER; check the spelling against --help"/
    )
  })
})

describe("a start that may succeed later", () => {
  it("is one while somebody reads the store that the last gateway has left", async () => {
    const store = newStore()
    const first = await startGatewayProcess([...dial, "--store", store])
    first.stop()
    assert.strictEqual(await first.ended, 0)
    const { DatabaseSync } = process.getBuiltinModule("node:sqlite")
    const reader = new DatabaseSync(store, { readOnly: true })
    reader.exec("BEGIN; SELECT count(*) FROM attempts")
    await isTriedAgain(["--port", "0", "--store", store], `the store ${store} is in use by another process`)
    reader.close()
    const next = await startGatewayProcess([...dial, "--store", store])
    next.stop()
    assert.strictEqual(await next.ended, 0)
  })

  it("is one on a port that another program has", async () => {
    await using taken = await takenPort()
    await isTriedAgain(["--port", taken.port, "--store", newStore()], `port ${taken.port} on 127.0.0.1 is in use`)
    const metrics = ["--port", "0", "--metrics-port", taken.port, "--store", newStore()]
    await isTriedAgain(metrics, `--metrics-port: port ${taken.port} on 127.0.0.1 is in use`)
  })

  it("is one at an address that this machine does not have yet, or by a name that is not known yet", async () => {
    for (const host of ["192.0.2.7", "gateway.invalid"]) {
      const words = `cannot listen on ${host}:0: E(ADDRNOTAVAIL|AI_AGAIN|NOTFOUND)$`
      const at = ["--host", host, "--port", "0", "--store", newStore()]
      await isTriedAgain(at, new RegExp(words))
      await isTriedAgain([...at, "--metrics-port", "0"], new RegExp(`--metrics-port: ${words}`))
    }
  })

  it("is one with an unavailable database", async () => {
    const store = `postgres://gateway@127.0.0.1:${await freePort()}/payments`
    await isTriedAgain(["--port", "0", "--store", store], "the database refuses connections")
  })

  it("is one beside a gateway that has the spool", async () => {
    const spool = join(folder, "again.jsonl")
    const first = await startGatewayProcess([...dial, "--store", newStore(), "--spool", spool])
    await isTriedAgain(["--port", "0", "--store", newStore(), "--spool", spool], `the spool ${spool} is in use`)
    first.stop()
    assert.strictEqual(await first.ended, 0)
  })

  it("is tried by systemd for as long as it takes", () => {
    const unit = readFileSync(new URL("../../deploy/systemd/hipay-pos-gateway.service", import.meta.url), "utf8")
    const lines = unit.split("\n")
    assert.include(lines, "Restart=on-failure")
    assert.include(lines, "RestartPreventExitStatus=2")
    // As a reload before the gateway handles the signal.
    assert.include(lines, "RestartForceExitStatus=SIGHUP")
    assert.include(lines, "StartLimitIntervalSec=0")
  })
})
