/** A database that answers no write for longer than a lease, as one whose synchronous standby is away, and does again. */
import { setTimeout as sleep } from "node:timers/promises"
import { assert, describe, it } from "vitest"
import { orderAt } from "../gatewayProcess.ts"
import { type Cluster, clustersOfFile } from "./cluster.ts"
import { skipped } from "./postgresServer.ts"

const startCluster = clustersOfFile()

const require = ({ server }: Cluster, standby: string) => {
  server.psql(`ALTER SYSTEM SET synchronous_standby_names = '${standby}'`)
  server.psql("SELECT pg_reload_conf()")
}

describe.skipIf(skipped !== "")(`a gateway whose database stalls${skipped}`, () => {
  it("leaves no request in it for long, and takes orders again without waiting for a gateway that is not there", {
    timeout: 120_000
  }, async () => {
    await using cluster = await startCluster({ ownServer: true })
    const [terminal] = cluster.terminals
    const gateway = await cluster.start("d")
    require(cluster, "nobody")
    /** The connections whose request for a lease waits for a lock. */
    const waiting = () =>
      cluster
        .sql("SELECT pid FROM pg_stat_activity WHERE query LIKE '%register_v1%' AND wait_event_type = 'Lock'")
        .split("\n")
        .filter((pid) => pid !== "")
    // One request for a lease that its gateway gives up, and another one after it.
    const seen = new Set<string>()
    while (seen.size < 2) for (const pid of waiting()) seen.add(pid)
    const [first = ""] = seen
    while (waiting().includes(first)) await sleep(10)
    require(cluster, "")
    const reasons: Array<string> = []
    for (let response = await gateway.request("GET", "/readyz"); response.status !== 200; ) {
      reasons.push(await response.text())
      await sleep(10)
      response = await gateway.request("GET", "/readyz")
    }
    assert.notInclude(reasons.join(), "another gateway")
    const { status } = await gateway.request("POST", "/v1/connector/order", orderAt(terminal?.port ?? 0, "STALL_1_"))
    assert.strictEqual(status, 200)
  })
})
