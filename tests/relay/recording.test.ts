/** What a relay records, and a mock that answers from it. */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { makeLog } from "@hipay-pos/server/bin"
import { startServer } from "@hipay-pos/server-mock/node"
import { assert, describe, it } from "vitest"
import { folder, runGateway, startGatewayProcess } from "../gatewayProcess.ts"
import { startMockProcess } from "../mockProcess.ts"
import { account, basic, order, startRelay, startService, success } from "./relay.ts"

const PAN = "5555341244441115"
const env = { HIPAY_POS_RELAY_USERNAME: account.username, HIPAY_POS_RELAY_PASSWORD: account.password }
let files = 0

/** A relay that records into a file; its service answers with a card number and a code of its own. */
const record = async (path: string, ids: ReadonlyArray<string>) => {
  await using service = await startService(({ body }, response) => {
    response.setHeader("content-type", "application/json; charset=utf-8")
    response.end(JSON.stringify({ ...success(body), receipt: btoa(`CARD ${PAN}`), note: `was ${PAN}` }))
  })
  const store = join(folder, `recording-${++files}.db`)
  const relay = await startGatewayProcess(["--relay", service.url, "--store", store, "--record", path], { env })
  const answers: Array<string> = []
  for (const id of ids) {
    const sent = { ...order(id), custom_data: { note: `card ${PAN}` } }
    answers.push(await (await relay.request("POST", "/v1/connector/order", sent)).text())
  }
  relay.stop()
  assert.strictEqual(await relay.ended, 0)
  return answers
}

const pay = (url: string, body: unknown) =>
  fetch(`${url}/v1/connector/order`, {
    method: "POST",
    headers: { authorization: basic(account), "content-type": "application/json" },
    body: JSON.stringify(body)
  })

const exchange = (orderId: string, body: string, status = 200) => ({
  recorded: "2026-11-23T09:00:00.000Z",
  upstream: "stage",
  order: order(orderId),
  status,
  contentType: "application/json",
  body
})

describe("a relay with --record", () => {
  it("appends each order with its answer, masked, to a file that only its owner can read; a later run appends to it", async () => {
    const path = join(folder, "recorded.jsonl")
    await record(path, ["REC_1", "REC_2"])
    await record(path, ["REC_3"])
    const text = readFileSync(path, "utf8")
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as ReturnType<typeof exchange>)
    assert.deepStrictEqual(
      lines.map(({ order: { order: each }, status }) => [each.order_id, status]),
      [
        ["REC_1", 200],
        ["REC_2", 200],
        ["REC_3", 200]
      ]
    )
    assert.notInclude(text, PAN)
    assert.notInclude(text, btoa(`CARD ${PAN}`))
    for (const secret of [account.password, basic(account)]) assert.notInclude(text, secret)
    assert.strictEqual(statSync(path).mode & 0o777, 0o600)
  })

  it("starts later if the relay before it still has the file open while it ends", async () => {
    const path = join(folder, "in-use.jsonl")
    const to = ["--relay", "http://127.0.0.1:9", "--record", path]
    const first = await startGatewayProcess([...to, "--store", join(folder, "first.db")], { env })
    const { code, stderr } = await runGateway([...to, "--store", join(folder, "second.db")], {
      ...{ HIPAY_POS_USERNAME: "shop", HIPAY_POS_PASSWORD: "of its own" },
      ...env
    })
    assert.strictEqual(code, 75)
    assert.include(stderr, `--record: cannot open ${path}: another process has it open`)
    first.stop()
    assert.strictEqual(await first.ended, 0)
  })

  it("refuses the file of another program and leaves it as it is", async () => {
    const path = join(folder, "foreign.txt")
    writeFileSync(path, "a list of mine\n")
    const { code, stderr } = await runGateway(
      ["--relay", "http://127.0.0.1:9", "--store", join(folder, "never.db"), "--record", path],
      { HIPAY_POS_USERNAME: "shop", HIPAY_POS_PASSWORD: "of its own", ...env }
    )
    assert.strictEqual(code, 2)
    assert.include(stderr, `--record: cannot read ${path}`)
    assert.strictEqual(readFileSync(path, "utf8"), "a list of mine\n")
  })
})

describe("a relay whose record cannot be written", () => {
  it("answers the payment as the service did, keeps it, and warns each time without the order", async () => {
    await using service = await startService(({ body }, response) => {
      response.setHeader("content-type", "application/json")
      response.end(JSON.stringify(success(body)))
    })
    const warnings: Array<string> = []
    await using relay = await startRelay(service.url, {
      listener: (event) => {
        if (event._tag === "NotificationWarning") warnings.push(event.detail)
      },
      relay: {
        record: () => {
          throw new Error("no space left on the device")
        }
      }
    })
    for (const id of ["FULL_1", "FULL_2"]) {
      const answered = await relay.pay(order(id))
      assert.strictEqual(answered.status, 200)
      assert.deepStrictEqual(await answered.json(), success(JSON.stringify(order(id))))
      assert.deepStrictEqual(
        (await relay.attempt(id)).map(({ state, paid }) => [state, paid]),
        [["approved", 1245]]
      )
    }
    assert.lengthOf(service.asked, 2)
    assert.deepStrictEqual(
      warnings,
      Array.from({ length: 2 }, () => "an exchange was not recorded: no space left on the device")
    )
  })
})

describe("a mock with --replay", () => {
  it("applies a test's faults before the answers on record, each once", async () => {
    const replay = [exchange("FAULT_1", '{"n":1}', 418)]
    await using mock = await startServer({ port: 0, replay })
    const status = async () => (await pay(mock.url, order("FAULT_1"))).status
    await mock.mock.httpFault("error-after", { status: 503 })
    assert.deepStrictEqual([await status(), await status()], [503, 418])
    for (const fault of ["reset", "half-body"] as const) {
      await mock.mock.httpFault(fault)
      const answered = pay(mock.url, order("FAULT_1")).then((response) => response.text())
      assert.strictEqual(
        await answered.then(
          () => "answered",
          () => "cut"
        ),
        "cut",
        fault
      )
      assert.strictEqual(await status(), 418)
    }
    assert.deepStrictEqual(await mock.mock.findings(), [])
  })

  it("answers orders on record byte for byte, and simulates all other requests", async () => {
    const path = join(folder, "replayed.jsonl")
    await record(path, ["PLAY_1"])
    // As left by a process that was killed while it wrote.
    writeFileSync(path, `${readFileSync(path, "utf8")}{"recorded":"2026-11-`)
    const { body } = JSON.parse(readFileSync(path, "utf8").split("\n")[0] ?? "") as ReturnType<typeof exchange>
    const mock = await startMockProcess(["--replay", path])
    const replayed = await pay(mock.url, order("PLAY_1"))
    assert.strictEqual(replayed.headers.get("content-type"), "application/json; charset=utf-8")
    assert.strictEqual(await replayed.text(), body)
    assert.strictEqual(replayed.headers.get("x-hipay-pos-attempt"), null)
    for (const other of [order("PLAY_2"), { ...order("PLAY_1"), order: { order_id: "PLAY_1", price: { amount: 1 } } }])
      assert.notInclude(await (await pay(mock.url, other)).text(), '"note"')
    mock.stop()
    assert.strictEqual(await mock.ended, 0)
  })

  it("only reads its file, and answers the last exchange even if its line has no line break", async () => {
    const path = join(folder, "without-end.jsonl")
    const text = [exchange("END_1", '{"n":1}'), exchange("END_2", '{"n":2}')]
      .map((each) => JSON.stringify(each))
      .join("\n")
    writeFileSync(path, text, { mode: 0o400 })
    const mock = await startMockProcess(["--replay", path])
    assert.strictEqual(await (await pay(mock.url, order("END_2"))).text(), '{"n":2}')
    mock.stop()
    assert.strictEqual(await mock.ended, 0)
    assert.strictEqual(readFileSync(path, "utf8"), text)
    assert.isFalse(existsSync(`${path}.lock`))
  })

  it("says when an answer was recorded, in a header and in the log, and what the order asked for", async () => {
    const replay = [exchange("LOG_1", '{"paymentStatus":"Success"}'), exchange("LOG_2", "not JSON", 502)]
    const lines: Array<Record<string, unknown>> = []
    const { listener } = makeLog({ format: "json" }, (line) => void lines.push(JSON.parse(line)))
    await using mock = await startServer({ port: 0, replay, listener })
    const recorded = async (id: string) => (await pay(mock.url, order(id))).headers.get("x-hipay-pos-recorded")
    assert.strictEqual(await recorded("LOG_1"), "2026-11-23T09:00:00.000Z")
    assert.strictEqual(await recorded("LOG_2"), "2026-11-23T09:00:00.000Z")
    assert.strictEqual(await recorded("SIMULATED"), null)
    const asked = { amount: 1245, currency: "EUR", terminal: "192.168.1.20:8888" }
    assert.deepInclude(lines[0], { ...asked, level: "INFO", state: "recorded", outcome: "Success", order: "LOG_1" })
    assert.deepInclude(lines[1], { ...asked, level: "WARN", state: "recorded", status: 502, order: "LOG_2" })
    assert.deepInclude(lines[2], { state: "approved", order: "SIMULATED" })
    const written: Array<string> = []
    const words = makeLog({ format: "text" }, (line) => void written.push(line))
    await using other = await startServer({ port: 0, replay, listener: words.listener })
    await pay(other.url, order("LOG_1"))
    assert.match(written[0] ?? "", / {2}recorded {5}12\.45 EUR {2}LOG_1 {2}192\.168\.1\.20:8888 {2}/)
  })

  it("gives several answers to one order in sequence, and the last one from then on", async () => {
    const replay = [exchange("AGAIN_1", '{"n":1}', 500), exchange("AGAIN_1", '{"n":2}')]
    await using mock = await startServer({ port: 0, replay })
    const told = []
    for (let time = 0; time < 3; time++) {
      const answered = await pay(mock.url, order("AGAIN_1"))
      told.push(`${answered.status} ${await answered.text()}`)
    }
    assert.deepStrictEqual(told, ['500 {"n":1}', '200 {"n":2}', '200 {"n":2}'])
  })

  it.each([
    ["is not there", undefined, "there is no file"],
    ["is another program's", "a list of mine\n", "cannot read"],
    ["holds a line that is not an exchange", '{"recorded":"x"}\n', "cannot read"],
    [
      "holds a time that is none",
      `${JSON.stringify({ ...exchange("A", "{}"), recorded: "some day" })}\n`,
      "cannot read"
    ]
  ])("does not start with a file that %s", async (name, text, problem) => {
    const path = join(folder, `${name.replaceAll(" ", "-")}.jsonl`)
    if (text !== undefined) writeFileSync(path, text)
    const mock = startMockProcess(["--replay", path])
    const error = await mock.then(
      () => "",
      (failure: Error) => failure.message
    )
    assert.include(error, "ended with 2")
    assert.include(error, problem)
    if (text !== undefined) assert.strictEqual(readFileSync(path, "utf8"), text)
  })
})
