/**
 * A gateway process that gets a stop signal while orders wait for one terminal, signals that do not stop one, and processes that
 * end while their store has lost something.
 */
import { execFileSync } from "node:child_process"
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { open } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Cardholder, TestCard } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import { assert, describe, it } from "vitest"
import { folder, type GatewayProcess, orderAt, startGatewayProcess } from "../gatewayProcess.ts"
import { until } from "../until.ts"

const openOrders = async ({ request }: GatewayProcess): Promise<ReadonlyArray<string>> => {
  const response = await request("GET", "/attempts?state=open")
  assert.strictEqual(response.status, 200)
  const { attempts } = (await response.json()) as { readonly attempts: ReadonlyArray<{ readonly orderId: string }> }
  return attempts.map(({ orderId }) => orderId)
}

const waitingOrders = ["SECOND", "THIRD", "FOURTH"]

describe.skipIf(process.platform === "win32")("a gateway process that gets SIGTERM while orders wait in line", () => {
  it("answers those that wait at once that they were not started, lets the one at the terminal end, and exits with 0", async () => {
    await using terminal = await startTerminal({ port: 0, cardholder: Cardholder.manual })
    const store = ["--store", join(folder, "stopped-in-line.db")]
    const gateway = await startGatewayProcess([
      "--dial",
      `127.0.0.1:${terminal.port}`,
      "--queue-timeout",
      "60s",
      ...store
    ])
    const asked = new Promise<void>((resolve) => {
      terminal.simulator.subscribe((event) => {
        if (event._tag === "Stage" && event.stage === "woken") resolve()
      })
    })
    const send = (orderId: string) => gateway.request("POST", "/v1/connector/order", orderAt(terminal.port, orderId))
    const first = send("FIRST")
    await asked
    const waiting = waitingOrders.map(send)
    await until("all orders are open", async () => (await openOrders(gateway)).length === 1 + waiting.length)

    gateway.stop()
    for (const answer of await Promise.all(waiting)) {
      assert.strictEqual(answer.status, 400)
      assert.include(await answer.text(), "the server shut down before the terminal was free")
    }
    // The customer pays only now: queued orders did not wait for that.
    assert.isTrue(terminal.simulator.presentCard(TestCard.standard))
    const paid = await first
    assert.strictEqual(paid.status, 200)
    assert.strictEqual(((await paid.json()) as { paymentStatus: string }).paymentStatus, "Success")
    assert.strictEqual(await gateway.ended, 0)
    assert.strictEqual(terminal.simulator.journal().length, 1)
    assert.strictEqual(terminal.simulator.ledger.charged("EUR"), 1245)

    const again = await startGatewayProcess(["--dial", `127.0.0.1:${terminal.port}`, ...store])
    const kept = (await (await again.request("GET", "/attempts")).json()) as {
      readonly attempts: ReadonlyArray<{ readonly orderId: string; readonly state: string }>
    }
    assert.deepStrictEqual(Object.fromEntries(kept.attempts.map(({ orderId, state }) => [orderId, state])), {
      FIRST: "approved",
      SECOND: "not-started",
      THIRD: "not-started",
      FOURTH: "not-started"
    })
    again.stop()
    assert.strictEqual(await again.ended, 0)
  })
})

describe.skipIf(process.platform === "win32")("a gateway process that gets SIGHUP", () => {
  it("while it waits for a payment after SIGTERM lets the payment end, and exits with 0", async () => {
    await using terminal = await startTerminal({ port: 0, cardholder: Cardholder.manual })
    const gateway = await startGatewayProcess([
      "--dial",
      `127.0.0.1:${terminal.port}`,
      "--store",
      join(folder, "hung-up.db")
    ])
    const asked = new Promise<void>((resolve) => {
      terminal.simulator.subscribe((event) => {
        if (event._tag === "Stage" && event.stage === "woken") resolve()
      })
    })
    const order = gateway.request("POST", "/v1/connector/order", orderAt(terminal.port, "FIRST"))
    await asked
    gateway.stop()
    const ready = () => gateway.request("GET", "/readyz").catch(() => undefined)
    await until("the gateway is not ready", async () => (await ready())?.status !== 200)
    gateway.hangUp()
    assert.isTrue(terminal.simulator.presentCard(TestCard.standard))
    assert.strictEqual((await order).status, 200)
    assert.strictEqual(await gateway.ended, 0)
  })
  it("before it is ready starts all the same", async () => {
    const [terminals, pidFile] = [join(folder, "terminals.json"), join(folder, "starting.pid")]
    execFileSync("mkfifo", ["-m", "600", terminals])
    const starting = startGatewayProcess(["--terminals", terminals, "--store", join(folder, "starting.db")], {
      through: ["sh", "-c", `echo $$ > ${pidFile}; exec "$@"`, "sh"]
    })
    // Open once the gateway has it open: it waits for the text. What it reads again, if it does, is a file.
    const pipe = await open(terminals, "w")
    const text = JSON.stringify({ terminals: [{ host: "127.0.0.1", port: 9 }] })
    rmSync(terminals)
    writeFileSync(terminals, text)
    process.kill(Number(readFileSync(pidFile, "utf8")), "SIGHUP")
    await pipe.writeFile(text)
    await pipe.close()
    const gateway = await starting
    gateway.stop()
    assert.strictEqual(await gateway.ended, 0)
  }, 60_000)
})

/** A gateway with an order at a terminal whose customer has not paid yet. */
const startPaying = async (store: string, more: ReadonlyArray<string>) => {
  const terminal = await startTerminal({ port: 0, cardholder: Cardholder.manual })
  const args = ["--dial", `127.0.0.1:${terminal.port}`, "--store", store, ...more]
  const gateway = await startGatewayProcess(args)
  const asked = new Promise<void>((resolve) => {
    terminal.simulator.subscribe((event) => {
      if (event._tag === "Stage" && event.stage === "woken") resolve()
    })
  })
  const send = (orderId: string) => gateway.request("POST", "/v1/connector/order", orderAt(terminal.port, orderId))
  const order = send("FIRST")
  await asked
  return {
    args,
    gateway,
    send,
    pay: async () => {
      assert.isTrue(terminal.simulator.presentCard(TestCard.standard))
      assert.strictEqual((await order).status, 200)
    },
    [Symbol.asyncDispose]: () => terminal.close()
  }
}

describe.skipIf(process.platform === "win32")("a gateway process whose store has lost a payment under way", () => {
  it.each([
    ["4, and names it, where its result is nowhere else", [], 4],
    ["0 where its result is in the spool", ["--spool", join(folder, "lost.spool")], 0]
  ] as const)("ends with %s", async (_, spool, code) => {
    const store = join(folder, `lost-${code}.db`)
    await using payment = await startPaying(store, spool)
    const database = new DatabaseSync(store)
    database.exec("DELETE FROM attempts")
    database.close()
    await payment.pay()
    payment.gateway.stop()
    assert.strictEqual(await payment.gateway.ended, code)
    assert.include(payment.gateway.log(), "attempt.end.lost")
  })
})

/** Starts a gateway that finds the first order approved, and stops it. */
const assertApproved = async (args: ReadonlyArray<string>) => {
  const gateway = await startGatewayProcess(args)
  const { attempts } = (await (await gateway.request("GET", "/attempts")).json()) as {
    readonly attempts: ReadonlyArray<{ readonly orderId: string; readonly state: string }>
  }
  assert.deepStrictEqual(
    attempts.map(({ orderId, state }) => [orderId, state]),
    [["FIRST", "approved"]]
  )
  gateway.stop()
  assert.strictEqual(await gateway.ended, 0)
}

describe.skipIf(process.platform === "win32")("a gateway process whose store's file is moved", () => {
  it("takes no order, is not ready, and knows after a kill what its terminal has said meanwhile", async () => {
    const store = join(folder, "moved.db")
    await using payment = await startPaying(store, ["--spool", join(folder, "moved.spool")])
    const { gateway } = payment
    renameSync(store, `${store}.old`)
    const ready = await gateway.request("GET", "/readyz")
    assert.strictEqual(ready.status, 503)
    assert.include(await ready.text(), "the store's file was moved, removed or replaced")
    const refused = await payment.send("SECOND")
    assert.strictEqual(refused.status, 500)
    assert.include(await refused.text(), "attempt.not.recorded")
    await payment.pay()
    gateway.kill()
    await gateway.ended
    renameSync(`${store}.old`, store)
    await assertApproved(payment.args)
  })

  it("finds the result of its spool's payment in the moved file, under its new name", async () => {
    const store = join(folder, "moved-with-spool.db")
    const spool = ["--spool", join(folder, "moved-with-spool.spool")]
    await using payment = await startPaying(store, spool)
    const { gateway } = payment
    renameSync(store, `${store}.elsewhere`)
    await payment.pay()
    gateway.stop()
    assert.strictEqual(await gateway.ended, 0)
    assert.include(gateway.log(), "wherever it is now, it has everything that was written")
    await assertApproved(payment.args.map((arg) => (arg === store ? `${store}.elsewhere` : arg)))
  })

  it("writes what its terminal has said to the moved file if it has no spool, says so, and ends with 4", async () => {
    const store = join(folder, "moved-without-spool.db")
    await using payment = await startPaying(store, [])
    const { gateway } = payment
    renameSync(store, `${store}.old`)
    await payment.pay()
    gateway.stop()
    assert.strictEqual(await gateway.ended, 4)
    assert.include(gateway.log(), "It was written to the file that was moved")
    renameSync(`${store}.old`, store)
    await assertApproved(payment.args)
  })
})
