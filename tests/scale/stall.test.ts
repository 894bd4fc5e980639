/**
 * A database that stops answering writes for longer than a lease, as if its synchronous standby was away, and then recovers.
 */
import { assert, describe, it } from "vitest"
import { orderAt } from "../gatewayProcess.ts"
import { until } from "../until.ts"
import { type Cluster, clustersOfFile } from "./cluster.ts"
import { skipped } from "./postgresServer.ts"

const startCluster = clustersOfFile()

const require = ({ server }: Cluster, standby: string) => {
  server.psql(`ALTER SYSTEM SET synchronous_standby_names = '${standby}'`)
  server.psql("SELECT pg_reload_conf()")
}

describe.skipIf(skipped !== "")(`a gateway whose database stalls${skipped}`, () => {
  it("leaves no request pending for long, and takes orders again without waiting for a gateway that does not exist", {
    timeout: 120_000
  }, async () => {
    await using cluster = await startCluster({ ownServer: true })
    const [terminal] = cluster.terminals
    const gateway = await cluster.start("d")
    require(cluster, "nobody")
    /** The connections with a lease request that waits for a lock. */
    const waiting = () =>
      cluster
        .sql("SELECT pid FROM pg_stat_activity WHERE query LIKE '%register_v1%' AND wait_event_type = 'Lock'")
        .split("\n")
        .filter((pid) => pid !== "")
    // One lease request that the gateway gives up, and the next one.
    const seen = new Set<string>()
    await until("two requests for a lease wait for a lock", () => {
      for (const pid of waiting()) seen.add(pid)
      return seen.size >= 2
    })
    const [first = ""] = seen
    await until("the gateway gives up its first request for a lease", () => !waiting().includes(first))
    require(cluster, "")
    const reasons: Array<string> = []
    await until("the gateway is ready again", async () => {
      const response = await gateway.request("GET", "/readyz")
      if (response.status === 200) return true
      reasons.push(await response.text())
      return false
    })
    assert.notInclude(reasons.join(), "another gateway")
    const { status } = await gateway.request("POST", "/v1/connector/order", orderAt(terminal?.port ?? 0, "STALL_1_"))
    assert.strictEqual(status, 200)
  })
})
