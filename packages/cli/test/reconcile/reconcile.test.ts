/** `hipay-pos reconcile`: a settlement compared with a day's payments. */
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { startServer } from "@hipay-pos/server-mock/node"
import { Fault } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { listenHttp } from "../../../../tests/listen.ts"
import { zonedTime } from "../../src/localTime.ts"
import { runInside as run } from "../inside.ts"
import { payAt } from "../payAt.ts"

/** A proxy that answers resolutions with these statuses in sequence; 200 passes the request on. */
const refusing = (url: string, statuses: Array<number>) =>
  listenHttp(async (request, response) => {
    const status = request.method === "POST" ? (statuses.shift() ?? 200) : 200
    response.setHeader("x-hipay-pos-mode", "simulated")
    if (status !== 200) {
      response.writeHead(status, { "content-type": "application/json" })
      response.end(JSON.stringify({ error: { code: "refused", description: `Refused with ${status}.` } }))
      return
    }
    const body = request.method === "POST" ? { body: await text(request) } : {}
    const { authorization = "" } = request.headers
    const headers = { authorization, "content-type": "application/json" }
    const answer = await fetch(`${url}${request.url}`, { method: request.method ?? "GET", headers, ...body })
    const type = answer.headers.get("content-type") ?? ""
    response.writeHead(answer.status, { "content-type": type }).end(await answer.text())
  })

describe("hipay-pos reconcile", () => {
  it("shows what a file proves and exits with 4; with --resolve it ends it, with the line as evidence", async () => {
    await using terminal = await startTerminal({ port: 0, faults: [Result.getOrThrow(Fault.fromText("answer-lost"))] })
    await using server = await startServer({
      port: 0,
      attach: [`127.0.0.1:${terminal.port}`],
      answerTimeout: "100 millis"
    })
    const pay = (orderId: string, port: number) => payAt(server.url, orderId, port)
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
      authorizationNumber: "A12345",
      evidence: "settlement.csv, line 3: Debit, 1.00 EUR, order LOST, authorization A12345"
    })
    assert.strictEqual((await run(["reconcile", file, ...at])).code, 0)
  })

  it("does not take a refused line for proof: warns of an unmapped status, and ends nothing by it", async () => {
    await using terminal = await startTerminal({ port: 0, faults: [Result.getOrThrow(Fault.fromText("answer-lost"))] })
    const attach = [`127.0.0.1:${terminal.port}`]
    await using server = await startServer({ port: 0, attach, answerTimeout: "100 millis" })
    assert.strictEqual((await payAt(server.url, "LOST", terminal.port)).status, 504)
    const folder = mkdtempSync(join(tmpdir(), "reconcile-"))
    const file = join(folder, "settlement.csv")
    writeFileSync(file, "order_id,amount,currency,status\nLOST,1.00,EUR,REFUSED\n,1.00,EUR,ACCEPTED\n")
    const columns = { orderId: "order_id", amount: "amount", currency: "currency" }
    const reconcile = (mapping: unknown, ...flags: ReadonlyArray<string>) => {
      writeFileSync(join(folder, "mapping.json"), JSON.stringify(mapping))
      return run(["reconcile", file, "--mapping", join(folder, "mapping.json"), "--url", server.url, ...flags])
    }
    const looked = await reconcile({ columns })
    assert.strictEqual(looked.code, 4)
    assert.match(looked.stderr, /settlement\.csv: the column "status" may say which lines were not paid\. Name it in/)
    const refused = await reconcile({ columns }, "--resolve", "--by", "Ada")
    assert.strictEqual(refused.code, 2)
    const named = { columns: { ...columns, status: "status" }, paid: ["ACCEPTED"] }
    const resolved = await reconcile(named, "--resolve", "--by", "Ada")
    assert.strictEqual(resolved.code, 4)
    assert.match(resolved.stdout, /Lines that were not paid by their status, left out: 1\n {2}"REFUSED"/)
    const stateNow = async () => JSON.parse((await run(["attempts", "--url", server.url, "--json"])).stdout)[0].state
    assert.strictEqual(await stateNow(), "unknown")
    const without = { columns: { ...columns, status: null, type: null } }
    const spoken = await reconcile(without, "--resolve", "--by", "Ada")
    assert.deepStrictEqual([spoken.code, spoken.stderr, await stateNow()], [4, "", "unknown"])
    assert.match(spoken.stdout, /perhaps reversed in the file: 1\n {2}line 2: .* \| {2}line 2: "REFUSED", order LOST\n/)
    writeFileSync(file, "order_id,amount,currency,status\nLOST,1.00,EUR,gold\n")
    const ended = await reconcile(without, "--resolve", "--by", "Ada")
    assert.deepStrictEqual([ended.code, ended.stderr, await stateNow()], [0, "", "approved"])
  })

  it("leaves a sale that the file may take back, and an amount other than the order's, to a person", async () => {
    await using terminal = await startTerminal({ port: 0, faults: [Result.getOrThrow(Fault.fromText("answer-lost"))] })
    const attach = [`127.0.0.1:${terminal.port}`]
    await using server = await startServer({ port: 0, attach, answerTimeout: "100 millis" })
    for (const id of ["BACK", "NET"]) assert.strictEqual((await payAt(server.url, id, terminal.port)).status, 504)
    const folder = mkdtempSync(join(tmpdir(), "reconcile-"))
    const file = join(folder, "settlement.csv")
    const lines = ["BACK,1.00,EUR,A1,sale", "BACK,1.00,EUR,A1,reversal", "NET,0.97,EUR,A2,sale"]
    writeFileSync(file, `order_id,amount,currency,authorization,type\n${lines.join("\n")}\n`)
    const resolve = ["--url", server.url, "--resolve", "--by", "Ada"]
    const { code, stdout } = await run(["reconcile", file, ...resolve])
    assert.strictEqual(code, 4)
    assert.match(
      stdout,
      /paid and perhaps reversed in the file: 1\n {2}line 2: Debit, 1\.00 EUR, order BACK, authorization A1 {2}\| .* \| {2}line 3: "reversal", order BACK, authorization A1\n/
    )
    assert.match(stdout, /paid in the file \(--resolve ends those whose amounts agree\): 1\n {2}line 4: /)
    const states = JSON.parse((await run(["attempts", "--url", server.url, "--json"])).stdout)
    assert.deepStrictEqual(
      states.map(({ state }: { state: string }) => state),
      ["unknown", "unknown"]
    )

    const mapping = join(folder, "mapping.json")
    const columns = { orderId: "order_id", amount: "amount" }
    writeFileSync(mapping, JSON.stringify({ columns }))
    const refused = await run(["reconcile", file, "--mapping", mapping, ...resolve])
    assert.strictEqual(refused.code, 2)
    assert.match(refused.stderr, /--resolve: \S+: the column "type" may say which lines are sales and which take money/)
    writeFileSync(mapping, JSON.stringify({ columns: { ...columns, type: "type" } }))
    const halved = await run(["reconcile", file, "--mapping", mapping, ...resolve])
    assert.match(halved.stderr, /expected "type" of "columns" and "types" together/)
  })

  it("does not take the line of another day's payment for proof", async () => {
    await using terminal = await startTerminal({ port: 0, faults: [Result.getOrThrow(Fault.fromText("answer-lost"))] })
    await using server = await startServer({
      port: 0,
      attach: [`127.0.0.1:${terminal.port}`],
      answerTimeout: "100 millis",
      logins: [
        { username: "merchant", password: "secret" },
        { username: "other-shop", password: "other-secret" }
      ]
    })
    assert.strictEqual((await payAt(server.url, "1001", 9999, { login: "other-shop:other-secret" })).status, 200)
    const list = async () => JSON.parse((await run(["attempts", "--url", server.url, "--json"])).stdout)
    const [{ card }] = await list()
    await server.mock.clock.advance("1 day")
    assert.strictEqual((await payAt(server.url, "1001", terminal.port)).status, 504)
    const file = join(mkdtempSync(join(tmpdir(), "reconcile-")), "settlement.csv")
    const header = "order_id,amount,currency,authorization,type"
    writeFileSync(file, `${header}\n1001,1.00,EUR,${card.authorizationNumber},sale\n`)
    const { code, stdout } = await run(["reconcile", file, "--url", server.url, "--resolve", "--by", "Ada"])
    assert.match(stdout, /^Matched: 1\nUnknown here, not in the file: 1\n {2}1001 {2}merchant {2}unknown [^\n]+\n$/)
    assert.strictEqual(code, 4)
  })

  it("ends an unknown payment that was opened before midnight by a line of the next day, and says when it was", async () => {
    await using terminal = await startTerminal({ port: 0, faults: [Result.getOrThrow(Fault.fromText("answer-lost"))] })
    const attach = [`127.0.0.1:${terminal.port}`]
    await using server = await startServer({ port: 0, attach, answerTimeout: "100 millis" })
    assert.strictEqual((await payAt(server.url, "LATE", terminal.port)).status, 504)
    const [{ openedAt }] = JSON.parse((await run(["attempts", "--url", server.url, "--json"])).stdout)
    await server.mock.clock.advance("1 day")
    const file = join(mkdtempSync(join(tmpdir(), "reconcile-")), "settlement.csv")
    writeFileSync(file, "order_id,amount,currency,authorization,type\nLATE,1.00,EUR,A12345,sale\n")
    const resolve = ["reconcile", file, "--url", server.url, "--resolve", "--by", "Ada"]
    const { code, stdout, stderr } = await run(resolve)
    assert.strictEqual(code, 0, stderr)
    assert.match(stdout, /^Matched: 0\nUnknown, now resolved as approved: 1\n {2}line 2: [^\n]+\n$/)
    assert.include(stdout, `Debit 1.00 EUR  ${zonedTime(openedAt)}  /attempts/`)
  })

  it("says of a refund that it is one", async () => {
    await using server = await startServer({ port: 0 })
    const folder = mkdtempSync(join(tmpdir(), "reconcile-"))
    const at = ["--url", server.url, "--terminal", "127.0.0.1:9999", "--journal", join(folder, "journal.db")]
    assert.strictEqual((await run(["refund", "5.00", ...at, "--order-id", "BACK"])).code, 0)
    assert.strictEqual((await run(["pay", "5.00", ...at, "--order-id", "PAID"])).code, 0)
    const file = join(folder, "settlement.csv")
    writeFileSync(file, "order_id,amount,currency,authorization,type\nPAID,5.00,EUR,,sale\n")
    const { code, stdout } = await run(["reconcile", file, "--url", server.url])
    assert.strictEqual(code, 1)
    assert.match(
      stdout,
      /^Matched: 1\nOnly here: 1\n {2}BACK {2}\S+ {2}approved {2}Credit 5\.00 EUR {2}\d{4}-[^\n]+ {2}\/attempts\/\S+\n$/
    )
  })

  it("lists a cancelled sale on its own, and ends with 0", async () => {
    await using server = await startServer({ port: 0 })
    assert.strictEqual((await payAt(server.url, "PAID", 9999)).status, 200)
    const folder = mkdtempSync(join(tmpdir(), "reconcile-"))
    const at = ["--url", server.url, "--terminal", "127.0.0.1:9999", "--order-id", "BACK"]
    for (const verb of ["pay", "cancel"]) {
      assert.strictEqual((await run([verb, "2.00", ...at, "--journal", join(folder, "journal.db")])).code, 0)
    }
    const file = join(folder, "settlement.csv")
    writeFileSync(file, "order_id,amount,currency,authorization,type\nPAID,1.00,EUR,,sale\n")
    const { code, stdout } = await run(["reconcile", file, "--url", server.url])
    assert.strictEqual(code, 0)
    assert.match(
      stdout,
      /^Matched: 1\nPaid and cancelled here, neither in the file: 1\n {2}BACK {2}\S+ {2}approved {2}Debit 2\.00 EUR {2}\d{4}-[^\n]+ {2}\/attempts\/\S+ {2}cancelled by \/attempts\/\S+\n$/
    )
  })

  it("says what it ended and what not if a server refuses in the middle, and goes on unless all would be refused", async () => {
    await using terminal = await startTerminal({ port: 0, faults: [Result.getOrThrow(Fault.fromText("answer-lost"))] })
    const attach = [`127.0.0.1:${terminal.port}`]
    await using server = await startServer({ port: 0, attach, answerTimeout: "100 millis" })
    const orders = ["A", "B", "C", "D"]
    for (const id of orders) assert.strictEqual((await payAt(server.url, id, terminal.port)).status, 504)
    const file = join(mkdtempSync(join(tmpdir(), "reconcile-")), "settlement.csv")
    const lines = [...orders.map((id) => `${id},1.00,EUR,,sale`), "E,1.00,EUR,,fee"]
    writeFileSync(file, `order_id,amount,currency,authorization,type\n${lines.join("\n")}\n`)
    const resolve = async (statuses: Array<number>, ...flags: ReadonlyArray<string>) => {
      await using proxy = await refusing(server.url, statuses)
      return await run(["reconcile", file, "--url", proxy.url, "--resolve", "--by", "Ada", ...flags])
    }

    const first = await resolve([200, 409, 403], "--json")
    assert.strictEqual(first.code, 2, first.stderr)
    assert.match(first.stderr, /lacks the role/)
    const { resolved, refused, leftOut, otherTypes } = JSON.parse(first.stdout)
    assert.lengthOf(resolved, 1)
    assert.deepStrictEqual(
      refused.map(({ kind, detail }: { kind: string; detail: string }) => [kind, detail]),
      [
        ["Rejected", "Refused with 409."],
        ["Forbidden", "Refused with 403."]
      ]
    )
    assert.deepStrictEqual([leftOut, otherTypes], [1, ["fee"]])

    const second = await resolve([409])
    assert.strictEqual(second.code, 4, second.stderr)
    assert.match(second.stdout, /now resolved as approved: 2\n/)
    assert.match(second.stdout, /Not resolved: 1\n {2}\S+ {2}\/attempts\/\S+ {2}Refused with 409\./)
    assert.match(second.stdout, /Lines of other types, left out: 1\n {2}"fee"/)
    assert.strictEqual((await resolve([])).code, 0)
  })
})
