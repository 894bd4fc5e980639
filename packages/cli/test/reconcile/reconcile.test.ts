/** A settlement beside a day's payments: what agrees, what does not, and what it proves. */
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startServer } from "@hipay-pos/server-mock/node"
import { Fault } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { formats, type Line, read } from "../../src/reconcile/Line.ts"
import { type Known, reconcile } from "../../src/reconcile/reconcile.ts"
import { run } from "../process.ts"

const bytes = (text: string) => new TextEncoder().encode(text)

const line = (number: number, orderId: string | undefined, amount: number, authorization?: string): Line => ({
  number,
  amount,
  currency: "EUR",
  transactionType: "Debit",
  ...(orderId === undefined ? {} : { orderId }),
  ...(authorization === undefined ? {} : { authorization })
})

const known = (id: string, state: Known["state"], paid?: number, authorization?: string): Known => ({
  id,
  orderId: `ORDER_${id}`,
  transactionType: "Debit",
  state,
  amount: 1250,
  currency: "EUR",
  paid,
  authorization
})

describe("a settlement file", () => {
  it("is read by its mapping, and refused with line, expectation and value where it cannot be", () => {
    const header = "order_id,amount,currency,authorization,type\n"
    assert.deepStrictEqual(
      read(bytes(`${header}A,12.50,EUR,123456,sale\nB,1.00,EUR,,fee\n`), formats.settlement),
      Result.succeed([line(2, "A", 1250, "123456")])
    )
    assert.deepStrictEqual(
      read(bytes(`${header}A,12.505,EUR,,sale\n`), formats.settlement),
      Result.fail('line 2: expected an amount of EUR, got "12.505"')
    )
    assert.deepStrictEqual(
      read(bytes(`${header}A,12.50,XXY,,sale\n`), formats.settlement),
      Result.fail('line 2: expected a currency such as EUR, got "XXY"')
    )
    assert.deepStrictEqual(
      read(bytes("a;b\n1;2\n"), formats["batch-report"]),
      Result.fail('has no column "montant"; its columns are "a", "b"')
    )
  })

  it("may have decimal commas, and credits as negative amounts", () => {
    assert.deepStrictEqual(
      read(bytes("montant;autorisation\n1 234,50;A1\n-3,00;\n"), formats["batch-report"]),
      Result.succeed([line(2, undefined, 123450, "A1"), { ...line(3, undefined, 300), transactionType: "Credit" }])
    )
  })
})

describe("reconciliation", () => {
  it("tells apart what agrees, what is only here or there, and other amounts", () => {
    const attempts = [
      known("1", "approved", 1250),
      known("2", "approved", 1250),
      known("3", "approved", 1250),
      known("4", "declined")
    ]
    const found = reconcile(
      [line(2, "ORDER_1", 1250), line(3, "ORDER_2", 1000), line(4, "ORDER_4", 1250), line(5, "ORDER_5", 1250)],
      attempts
    )
    assert.deepStrictEqual(
      {
        matched: found.matched.map(({ attempt }) => attempt.id),
        otherAmount: found.otherAmount.map(({ attempt }) => attempt.id),
        contradicted: found.contradicted.map(({ attempt }) => attempt.id),
        onlyHere: found.onlyHere.map(({ id }) => id),
        onlyThere: found.onlyThere.map(({ number }) => number)
      },
      { matched: ["1"], otherAmount: ["2"], contradicted: ["4"], onlyHere: ["3"], onlyThere: [5] }
    )
  })

  it("takes an order id or an authorization number of one attempt alone for proof, and an amount for none", () => {
    const proofOf = (each: Line, attempts: ReadonlyArray<Known>) =>
      reconcile([each], attempts).proved.map(({ attempt }) => attempt.id)
    const unknown = known("1", "unknown", undefined, "A1")
    assert.deepStrictEqual(proofOf(line(2, "ORDER_1", 1250), [unknown]), ["1"])
    assert.deepStrictEqual(proofOf(line(2, undefined, 1250, "A1"), [unknown]), ["1"])
    assert.deepStrictEqual(
      proofOf(line(2, undefined, 1250, "A1"), [unknown, known("2", "unknown", undefined, "A1")]),
      []
    )
    assert.deepStrictEqual(proofOf(line(2, undefined, 1250), [unknown]), [])
    assert.deepStrictEqual(reconcile([], [unknown]).stillUnknown, [unknown])
  })

  it("counts a line that stands there twice as one too many", () => {
    const found = reconcile([line(2, "ORDER_1", 1250), line(3, "ORDER_1", 1250)], [known("1", "approved", 1250)])
    assert.deepStrictEqual([found.matched.length, found.onlyThere.length], [1, 1])
  })
})

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
