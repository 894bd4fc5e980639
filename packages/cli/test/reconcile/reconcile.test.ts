/** A settlement beside a day's payments, on the command line. */
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startServer } from "@hipay-pos/server-mock/node"
import { Fault } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { run } from "../process.ts"

describe("hipay-pos reconcile", () => {
  it("shows what a file proves and exits with 4; with --resolve it ends it, with the line as evidence", async () => {
    await using terminal = await startTerminal({ port: 0, faults: [Result.getOrThrow(Fault.fromText("answer-lost"))] })
    await using server = await startServer({
      port: 0,
      attach: [`127.0.0.1:${terminal.port}`],
      answerTimeout: "100 millis"
    })
    const pay = (orderId: string, port: number) =>
      fetch(`${server.url}/v1/connector/order`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" },
        body: JSON.stringify({
          order: { order_id: orderId, price: { amount: 100, currency: "EUR" } },
          pos_technical_info: {
            host_information: { host: "127.0.0.1", port },
            terminal_transaction_display: {
              protocol: "ConcertV3.2",
              contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }]
            }
          }
        })
      })
    assert.deepStrictEqual([(await pay("PAID", 9999)).status, (await pay("LOST", terminal.port)).status], [200, 504])
    const file = join(mkdtempSync(join(tmpdir(), "reconcile-")), "settlement.csv")
    writeFileSync(file, "order_id,amount,currency,authorization,type\nPAID,1.00,EUR,,sale\nLOST,1.00,EUR,A12345,sale\n")
    const at = ["--url", server.url, "--json"]
    const looked = await run(["reconcile", file, ...at])
    assert.strictEqual(looked.code, 4)
    assert.deepStrictEqual(
      Object.entries(JSON.parse(looked.stdout)).flatMap(([name, list]) =>
        Array.isArray(list) && list.length > 0 ? [name] : []
      ),
      ["matched", "proved"]
    )
    assert.strictEqual((await run(["reconcile", file, ...at, "--resolve"])).code, 2)
    const resolved = await run(["reconcile", file, ...at, "--resolve", "--by", "Ada"])
    assert.strictEqual(resolved.code, 0, resolved.stderr)
    const [{ state, resolution }] = JSON.parse((await run(["attempts", "--url", server.url, "--json"])).stdout).filter(
      ({ orderId }: { orderId: string }) => orderId === "LOST"
    )
    assert.strictEqual(state, "approved")
    assert.deepInclude(resolution, {
      by: "Ada",
      evidence: "settlement.csv, line 3: Debit, 1.00 EUR, order LOST, authorization A12345"
    })
    assert.strictEqual((await run(["reconcile", file, ...at])).code, 0)
  })
})
