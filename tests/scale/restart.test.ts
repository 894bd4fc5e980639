/** Gateways on a shared store are restarted one after the other, and their database is lost in the middle of payments. */
import { existsSync, mkdtempSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { startGateway } from "@hipay-pos/gateway/node"
import { assert, describe, it } from "vitest"
import { type GatewayProcess, orderAt } from "../gatewayProcess.ts"
import { type Cluster, clustersOfFile, LONG_LEASE } from "./cluster.ts"
import { skipped } from "./postgresServer.ts"

const startCluster = clustersOfFile()

const TILLS = Number(process.env.SCALE_TILLS ?? 12)
const PAYMENTS = Number(process.env.SCALE_PAYMENTS ?? 20)
const AWAY = Number(process.env.SCALE_AWAY ?? 4_000)

const ORDER = "/v1/connector/order"

/** Sends orders to gateways that are ready, as a load balancer does that checks every 200 ms. */
const makeBalancer = (gateways: ReadonlyArray<GatewayProcess>) => {
  const list = [...gateways]
  let ready: ReadonlyArray<GatewayProcess> = list
  let next = 0
  let isOver = false
  const asking = (async () => {
    while (!isOver) {
      const asked = await Promise.all(
        list.map(async (gateway) => {
          const { status } = await gateway.request("GET", "/readyz").catch(() => ({ status: 0 }))
          return status === 200
        })
      )
      ready = list.filter((_, i) => asked[i])
      await sleep(200)
    }
  })()
  return {
    send: (path: string, body: unknown) => {
      const gateway = ready[next++ % ready.length]
      if (gateway === undefined) throw new Error("no gateway is ready")
      return gateway.request("POST", path, body)
    },
    replace: (old: GatewayProcess, gateway: GatewayProcess) => void list.splice(list.indexOf(old), 1, gateway),
    stop: () => {
      isOver = true
      return asking
    }
  }
}

const undecided = (cluster: Cluster) =>
  cluster.sql("SELECT count(*) FROM hipay_pos.attempts WHERE state IN ('open', 'unknown')")

describe.skipIf(skipped !== "")(`gateways on a shared store${skipped}`, () => {
  it("are restarted one after the other while tills pay: each order is answered 200, none is reset", {
    timeout: 600_000
  }, async () => {
    await using cluster = await startCluster({
      terminals: TILLS,
      // Slow terminals: each till always has an order under way, and few orders are enough.
      pace: 400,
      lease: LONG_LEASE,
      // Long enough for the balancer of a slow machine to see that a gateway is not ready.
      drain: process.env.SCALE_DRAIN ?? "8s"
    })
    const gateways = await Promise.all(["a", "b", "c"].map((name) => cluster.start(name)))
    const balancer = makeBalancer(gateways)
    let isOver = false
    const answers: Array<number | string> = []
    const tills = cluster.terminals.map(async ({ port }, till) => {
      for (let sale = 0; !isOver; sale++) {
        const sent = await balancer
          .send(ORDER, orderAt(port, `ROLL_${till}_${sale}_`))
          .then(async (response) => {
            const { error } = (await response.json()) as { readonly error?: { readonly description: string } }
            return error?.description ?? response.status
          })
          .catch((error: Error) => `${error.message} ${(error.cause as Error | undefined)?.message}`)
        answers.push(sent)
      }
    })
    for (const [i, gateway] of gateways.entries()) {
      gateway.stop()
      assert.strictEqual(await gateway.ended, 0)
      const next = await cluster.start(["a", "b", "c"][i] ?? "")
      balancer.replace(gateway, next)
    }
    isOver = true
    await Promise.all(tills)
    await balancer.stop()
    assert.deepStrictEqual(
      answers.filter((answer) => answer !== 200),
      []
    )
    assert.isAtLeast(answers.length, 3 * TILLS)
    const charged = cluster.terminals.reduce((sum, { simulator }) => sum + simulator.ledger.entries().length, 0)
    assert.strictEqual(charged, answers.length)
    assert.strictEqual(undecided(cluster), "0")
  })

  it("return the terminal's answer although their database is unreachable, and have it on record when it is back", {
    timeout: 600_000
  }, async () => {
    await using cluster = await startCluster({ terminals: PAYMENTS, pace: 1_500 })
    const gateway = await cluster.start("one")
    const answers = Promise.all(
      cluster.terminals.map(({ port }, i) => gateway.request("POST", ORDER, orderAt(port, `AWAY_${i}_`)))
    )
    await cluster.until("SELECT count(*) FROM hipay_pos.attempts", PAYMENTS)
    cluster.server.stop("immediate")
    assert.deepStrictEqual(new Set((await answers).map(({ status }) => status)), new Set([200]))
    assert.strictEqual((await gateway.request("GET", "/readyz")).status, 503)
    await sleep(AWAY)
    cluster.server.start()
    const back = performance.now()
    await cluster.until("SELECT count(*) FROM hipay_pos.attempts WHERE state = 'approved'", PAYMENTS)
    assert.isBelow(performance.now() - back, 20_000, "the results are written")
    console.log(`on record ${((performance.now() - back) / 1000).toFixed(1)} s after the database came back`)
    assert.strictEqual(undecided(cluster), "0")
    assert.strictEqual(cluster.sql("SELECT count(*) FROM hipay_pos.terminal_guards"), "0")
  })

  it("leave results that cannot be written in the spool, which the next start writes", {
    timeout: 120_000
  }, async () => {
    await using cluster = await startCluster({ pace: 1_000 })
    const spool = ["--spool", join(mkdtempSync(join(tmpdir(), "spool-")), "spool.jsonl")]
    const gateway = await cluster.start("one", spool)
    const answer = gateway.request("POST", ORDER, orderAt(cluster.terminals[0]?.port ?? 0, "SPOOL_1_"))
    await cluster.until("SELECT count(*) FROM hipay_pos.attempts", 1)
    cluster.server.stop("immediate")
    assert.strictEqual((await answer).status, 200)
    gateway.stop()
    assert.strictEqual(await gateway.ended, 0)
    assert.strictEqual(statSync(spool[1] ?? "").mode & 0o777, 0o600)
    cluster.server.start()
    const next = await cluster.start("one", spool)
    assert.isFalse(existsSync(spool[1] ?? ""))
    const { attempts } = (await (await next.request("GET", "/attempts")).json()) as {
      readonly attempts: ReadonlyArray<{ readonly state: string }>
    }
    assert.deepStrictEqual(
      attempts.map(({ state }) => state),
      ["approved"]
    )
    assert.strictEqual(undecided(cluster), "0")
  })

  it("take other terminals while their database is unreachable, and tell the others once it is back", {
    timeout: 120_000
  }, async () => {
    await using cluster = await startCluster()
    const warnings: Array<string> = []
    const credentials = { username: "till", password: "a password" }
    const gateway = await startGateway({
      ...{ port: 0, store: cluster.store, instance: "one", lease: "4 seconds", drainDelay: 0, credentials },
      terminals: [{ host: "192.0.2.10" }],
      listener: (event) => {
        if (event._tag === "StoreWarning") warnings.push(event.detail)
      }
    })
    const before = cluster.sql("SELECT settings FROM hipay_pos.instances")
    cluster.server.stop("immediate")
    await gateway.reload({ terminals: [{ host: "192.0.2.11" }], credentials })
    assert.match(warnings.join("\n"), /the settings are in force, but the other gateways could not be told yet: /)
    cluster.server.start()
    await cluster.until(`SELECT count(*) FROM hipay_pos.instances WHERE settings <> '${before}'`, 1)
    await gateway.close()
  })

  it("say which settings differ between them, after a reload, too", { timeout: 120_000 }, async () => {
    await using cluster = await startCluster()
    const warnings: Array<string> = []
    const [bar, hall] = [
      { name: "bar", host: "192.0.2.10" },
      { name: "hall", host: "192.0.2.11" }
    ]
    const boss = { username: "boss", password: "the boss's own" }
    const till = { username: "till", password: "a password", terminals: ["bar"] }
    const start = (instance: string, terminals: ReadonlyArray<typeof bar>) =>
      startGateway({
        ...{
          port: 0,
          store: cluster.store,
          instance,
          lease: "30 seconds",
          drainDelay: 0,
          logins: [boss, till],
          terminals
        },
        listener: (event) => {
          if (event._tag === "StoreWarning" && event.detail.includes("settings")) warnings.push(event.detail)
        }
      })
    const one = await start("one", [bar, hall])
    const two = await start("two", [hall, bar])
    assert.deepStrictEqual(warnings, [])
    await one.reload({ terminals: [bar, hall], logins: [boss, { ...till, terminals: ["hall"] }] })
    assert.deepStrictEqual(warnings.splice(0), ["the instance two has other settings: logins"])
    const swapped = [
      { ...bar, name: "hall" },
      { ...hall, name: "bar" }
    ]
    await two.reload({ terminals: swapped, logins: [boss, till] })
    assert.deepStrictEqual(warnings.splice(0), ["the instance one has other settings: terminals, logins"])
    await one.reload({ terminals: swapped, logins: [till, { ...boss, password: "another" }] })
    assert.deepStrictEqual(warnings, [])
    await Promise.all([one.close(), two.close()])
  })
})
