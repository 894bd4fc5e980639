/** `hipay-pos resolve` without an outcome: asks the terminal if its profile declares that this proves something. */
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { FileJournal } from "@hipay-pos/client/node"
import { startGateway } from "@hipay-pos/gateway/node"
import { Cardholder, Fault } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import { listenHttp } from "../../../tests/listen.ts"
import { runInside as run } from "./inside.ts"
import { start, whenClosed } from "./process.ts"

const folder = mkdtempSync(join(tmpdir(), "resolve-asks-"))
let files = 0

const credentials = { username: "shop", password: "of its own" }
const env = { HIPAY_POS_USERNAME: "shop", HIPAY_POS_PASSWORD: "of its own" }
const answerLost = Result.getOrThrow(Fault.fromText("reset@after-approval"))
/** The terminal restarts at once, before the customer pays, and forgets the request. */
const forgotten: Fault.Fault = { ...Result.getOrThrow(Fault.fromText("reboot@after-request")), milliseconds: 0 }

/** A terminal, and the file that names it. */
const shop = async (duplicata: boolean, settings: object = {}) => {
  const terminal = await startTerminal({ port: 0, cardholder: Cardholder.auto() })
  const listed = { host: "127.0.0.1", port: terminal.port, ...settings, profile: { name: "own", duplicata } }
  const file = join(folder, `terminals-${++files}.json`)
  writeFileSync(file, JSON.stringify({ terminals: [listed] }))
  const journal = ["--journal", join(folder, `journal-${files}`)]
  const at = `127.0.0.1:${terminal.port}`
  return { terminal, listed, file, journal, at, [Symbol.asyncDispose]: () => terminal.close() }
}

type Shop = Awaited<ReturnType<typeof shop>>

describe("hipay-pos resolve ID", () => {
  /** Pays at the terminal, loses the answer, and returns the attempt's id. */
  const lose = async ({ terminal, file, at, journal }: Shop, fault: Fault.Fault = answerLost) => {
    terminal.simulator.setFault(fault)
    const args = ["--terminals", file, "--terminal", at, "--order-id", "SALE-1", "--json"]
    const lost = await run(["pay", "12.50", ...args, ...journal])
    assert.strictEqual(lost.code, 4)
    terminal.simulator.clearFault()
    return String(JSON.parse(lost.stdout).attempt)
  }

  /** The same through a gateway. */
  const loseAtGateway = async (
    { terminal, listed, at, journal }: Shop,
    { store = join(folder, `${++files}.db`) } = {}
  ) => {
    const gateway = await startGateway({ terminals: [listed], credentials, port: 0, store })
    terminal.simulator.setFault(answerLost)
    const args = ["--url", gateway.url, "--terminal", at, "--live", "--order-id", "SALE-1", "--json"]
    const lost = await run(["pay", "12.50", ...args, ...journal], { env })
    assert.strictEqual(lost.code, 4, lost.stderr + lost.stdout)
    terminal.simulator.clearFault()
    return { gateway, id: String(JSON.parse(lost.stdout).attempt) }
  }

  it("ends a payment of this machine that the terminal proves by its reference", async () => {
    await using at = await shop(true)
    const id = await lose(at)
    const resolved = await run(["resolve", id, "--terminals", at.file, ...at.journal])
    assert.strictEqual(resolved.code, 0)
    assert.match(resolved.stdout, /approved {2}Debit {2}12\.50 EUR {2}SALE-1/)
    assert.strictEqual(at.terminal.simulator.ledger.count(), 1)
  })

  it("finds its terminal in the file, whatever name the payment used", async () => {
    await using at = await shop(true)
    const id = await lose({ ...at, file: "", at: `LOCALHOST:${at.terminal.port}` })
    const resolved = await run(["resolve", id, "--terminals", at.file, ...at.journal])
    assert.strictEqual(resolved.code, 0, resolved.stdout)
  })

  it("says why the terminal proves nothing, and leaves the payment unknown: 4", async () => {
    for (const [at, why] of [
      [await shop(false), "its profile does not declare a duplicata to be trusted"],
      [await shop(true, { orderIdLength: 0 }), "the repeated transaction does not carry the order id"],
      [
        await shop(true, { ticket: "none" }),
        "the terminal does not say whether the transaction that it repeated is a debit: make sure that it was not cancelled there. Look at"
      ]
    ] as const) {
      const resolved = await run(["resolve", await lose(at), "--terminals", at.file, ...at.journal])
      assert.strictEqual(resolved.code, 4)
      assert.include(resolved.stdout, `The terminal proves nothing: ${why}`)
      assert.include(resolved.stdout, ` --journal ${at.journal[1]} --outcome approved|declined`)
      await at[Symbol.asyncDispose]()
    }
  })

  it("does not take an earlier attempt of the order for this one, whatever a person said about it: 4", async () => {
    await using at = await shop(true)
    const word = ["--outcome", "declined", "--by", "Ada", "--evidence", "no receipt"]
    assert.strictEqual((await run(["resolve", await lose(at), ...word, ...at.journal])).code, 0)
    const resolved = await run(["resolve", await lose(at, forgotten), "--terminals", at.file, ...at.journal])
    assert.strictEqual(resolved.code, 4)
    assert.include(resolved.stdout, "the repeated transaction may be another attempt of this order")
  })

  it("ignores an earlier attempt once its terminal has confirmed what a person said", async () => {
    await using at = await shop(true)
    const earlier = await lose(at, forgotten)
    const word = ["--outcome", "declined", "--by", "Ada", "--evidence", "no receipt"]
    assert.strictEqual((await run(["resolve", earlier, ...word, ...at.journal])).code, 0)
    const late = { id: earlier, state: "declined" as const, endedAt: Date.now(), paid: 0 }
    await Effect.runPromise(FileJournal.make(at.journal[1] ?? "").end(late))
    const resolved = await run(["resolve", await lose(at), "--terminals", at.file, ...at.journal])
    assert.strictEqual(resolved.code, 0, resolved.stdout)
  })

  it("makes the gateway ask its terminal if it has the attempt", async () => {
    await using at = await shop(true)
    const { gateway, id } = await loseAtGateway(at)
    const resolved = await run(["resolve", id, "--url", gateway.url, ...at.journal], { env })
    assert.strictEqual(resolved.code, 0, resolved.stderr + resolved.stdout)
    assert.match(resolved.stdout, /approved {2}Debit {2}12\.50 EUR {2}SALE-1/)
    await gateway.close()
  })

  it("informs a gateway later that could not be asked, so that its terminal takes the next order", async () => {
    await using at = await shop(false)
    const store = join(folder, `${++files}.db`)
    const before = await loseAtGateway(at, { store })
    const { port } = new URL(before.gateway.url)
    await before.gateway.close()
    const word = ["--outcome", "approved", "--by", "Ada", "--evidence", "receipt 1"]
    const here = await run(["resolve", before.id, ...word, ...at.journal], { env })
    assert.strictEqual(here.code, 0, here.stderr)
    assert.match(here.stderr, /^warning: the server could not be asked/m)
    const gateway = await startGateway({ terminals: [at.listed], credentials, port: Number(port), store })
    const next = [
      "pay",
      "3.00",
      "--url",
      gateway.url,
      "--terminal",
      at.at,
      "--live",
      "--order-id",
      "SALE-2",
      ...at.journal
    ]
    const refused = await run(next, { env })
    assert.strictEqual(refused.code, 3)
    const [, command = ""] =
      /^Then: hipay-pos (resolve \S+ .*) --outcome approved\|declined/m.exec(refused.stdout) ?? []
    // Asking is enough: the person's answer is in the journal.
    const told = await run(command.split(" "), { env })
    assert.strictEqual(told.code, 0, told.stderr + told.stdout)
    assert.strictEqual(told.stderr, "")
    const theirs = JSON.parse((await run(["attempts", "--url", gateway.url, "--json"], { env })).stdout)[0]
    assert.deepInclude(theirs, { state: "approved", paid: 1250 })
    assert.deepInclude(theirs.resolution, { by: "Ada", evidence: "receipt 1" })
    const paid = await run(next, { env })
    assert.strictEqual(paid.code, 0, paid.stderr + paid.stdout)
    await gateway.close()
  })

  it("shows what another person has said at the gateway meanwhile, and leaves both unchanged: 2", async () => {
    await using at = await shop(false)
    const store = join(folder, `${++files}.db`)
    const before = await loseAtGateway(at, { store })
    const { port } = new URL(before.gateway.url)
    await before.gateway.close()
    const saidBy = (by: string, outcome: string) => ["--outcome", outcome, "--by", by, "--evidence", `of ${by}`]
    assert.strictEqual(
      (await run(["resolve", before.id, ...saidBy("Ada", "approved"), ...at.journal], { env })).code,
      0
    )
    const gateway = await startGateway({ terminals: [at.listed], credentials, port: Number(port), store })
    const [{ id }] = JSON.parse((await run(["attempts", "--url", gateway.url, "--json"], { env })).stdout)
    const none = ["--journal", join(folder, `none-${files}`)]
    const declined = [...saidBy("Bob", "declined"), "--override"]
    assert.strictEqual((await run(["resolve", id, "--url", gateway.url, ...declined, ...none], { env })).code, 0)
    for (const [said, words] of [
      [[], ""],
      [saidBy("Carl", "declined"), "you say declined; "],
      [saidBy("Carl", "approved"), "you say approved; "]
    ] as const) {
      const asked = await run(["resolve", before.id, ...said, ...at.journal, "--json"], { env })
      assert.strictEqual(asked.code, 2)
      const line = `Bob has said declined (of Bob); ${words}this machine's journal has approved. Neither was changed`
      assert.include(asked.stdout + asked.stderr, line)
      assert.lengthOf(asked.stdout.trim().split("\n"), 1)
    }
    await gateway.close()
  })

  it("reports another amount that the gateway had proved by then, and what to do: 5", async () => {
    await using at = await shop(true)
    const { gateway, id: attempt } = await loseAtGateway(at)
    const [{ id }] = JSON.parse((await run(["attempts", "--url", gateway.url, "--json"], { env })).stdout)
    const none = ["--journal", join(folder, `none-${files}`)]
    assert.strictEqual((await run(["resolve", id, "--url", gateway.url, ...none], { env })).code, 0)
    const word = ["--outcome", "approved", "--paid", "10.00", "--by", "Ada", "--evidence", "slip"]
    const late = await run(["resolve", attempt, ...word, ...at.journal], { env })
    assert.strictEqual(late.code, 5, late.stdout)
    assert.include(late.stderr, "The person said that 10.00 EUR was charged, but 12.50 EUR was.")
    assert.include(late.stderr, "refund 2.50 EUR to the customer")
    await gateway.close()
  })

  it("shows the warning of a terminal that the gateway asked, and so does the attempt", async () => {
    await using at = await shop(true, { ticket: "none" })
    const { gateway, id: attempt } = await loseAtGateway(at)
    const resolved = await run(["resolve", attempt, "--url", gateway.url, ...at.journal], { env })
    assert.strictEqual(resolved.code, 0, resolved.stderr + resolved.stdout)
    const warning =
      "the terminal does not say whether the transaction that it repeated is a debit: make sure that it was not cancelled there"
    assert.include(resolved.stderr, `warning: ${warning}`)
    const [{ id }] = JSON.parse((await run(["attempts", "--url", gateway.url, "--json"], { env })).stdout)
    const shown = await run(["attempts", "show", id, "--url", gateway.url], { env })
    assert.include(shown.stdout, `warning         ${warning}`)
    await gateway.close()
  })

  it("makes the gateway ask for an attempt that only the gateway has", async () => {
    await using at = await shop(true)
    const { gateway } = await loseAtGateway(at)
    const [lost] = JSON.parse((await run(["attempts", "--url", gateway.url, "--open", "--json"], { env })).stdout)
    const none = ["--journal", join(folder, `none-${files}`)]
    const resolved = await run(["resolve", lost.id, "--url", gateway.url, ...none], { env })
    assert.strictEqual(resolved.code, 0, resolved.stderr + resolved.stdout)
    assert.include(resolved.stdout, "approved")
    await gateway.close()
  })

  it("ends an attempt whose record at the gateway cannot be read by a person's answer without an amount", async () => {
    await using at = await shop(false)
    const store = join(folder, `${++files}.db`)
    const settings = { terminals: [at.listed], credentials, port: 0, store }
    const before = await startGateway(settings)
    at.terminal.simulator.setFault(answerLost)
    const pay = ["pay", "12.50", "--terminal", at.at, "--live", "--order-id", "SALE-1", "--json", ...at.journal]
    await run([...pay, "--url", before.url], { env })
    at.terminal.simulator.clearFault()
    await before.close()
    const { DatabaseSync } = process.getBuiltinModule("node:sqlite")
    const database = new DatabaseSync(store)
    const id = String(database.prepare("SELECT id FROM attempts").get()?.id)
    database.exec("UPDATE attempts SET json = '{'")
    database.close()

    const gateway = await startGateway(settings)
    const none = ["--journal", join(folder, `none-${files}`)]
    const resolve = ["resolve", id, "--url", gateway.url, ...none]
    const asked = await run(resolve, { env })
    assert.strictEqual(asked.code, 2)
    assert.include(asked.stderr, "Check the terminal's own journal, then resolve the attempt by its id")
    const said = ["--outcome", "declined", "--by", "Ada", "--evidence", "not in the journal"]
    const priced = await run([...resolve, ...said, "--paid", "12.50"], { env })
    assert.include(priced.stderr, "--paid: expected none, because the attempt's record is damaged")
    const refused = await run([...resolve, ...said], { env })
    assert.strictEqual(refused.code, 2)
    assert.match(
      refused.stderr,
      /the terminal may still answer and prove that it charged: wait, or decline it with an override .* \(--override\)/
    )
    assert.notInclude(refused.stderr, '"override"')
    const resolved = await run([...resolve, ...said, "--override"], { env })
    assert.strictEqual(resolved.code, 0, resolved.stderr)
    assert.include(resolved.stdout, `${id} declined, order SALE-1. Its record is damaged`)
    const next = ["pay", "3.00", "--url", gateway.url, "--terminal", at.at, "--live", "--order-id", "SALE-2", ...none]
    const paid = await run(next, { env })
    assert.strictEqual(paid.code, 0, paid.stderr + paid.stdout)
    await gateway.close()
  })
})

describe("hipay-pos resolve ID when the server may have recorded a person's answer", () => {
  const code = (code: string, description = "why") =>
    JSON.stringify({ error: { status: 500, code, message: "No", description, details: {} } })

  it.each([
    [
      "that says so",
      500,
      code("resolution.unknown", "It is not known. Look at the attempt before you resolve it again.")
    ],
    ["behind a proxy that failed", 502, "<html>"],
    ["whose answer cannot be read", 200, "{}"]
  ])("never calls it unrecorded at a server %s", async (_, status, body) => {
    await using service = await listenHttp((request, response) => {
      const isRead = request.method === "GET"
      response.setHeader("x-hipay-pos-mode", "gateway")
      response.writeHead(isRead ? 500 : status).end(isRead ? code("attempt.damaged") : body)
    })
    const { url } = service
    const said = ["--outcome", "declined", "--by", "Ada", "--evidence", "no receipt"]
    const none = ["--journal", join(folder, `none-${++files}`)]
    const resolved = await run(["resolve", "7", "--url", url, ...said, ...none], { env })
    assert.strictEqual(resolved.code, 2)
    assert.notInclude(resolved.stderr, "was not resolved")
    assert.strictEqual(resolved.stderr.split("Look at the attempt before you resolve it again").length, 2)
  })
})

describe("hipay-pos resolve ID, while another process pays", () => {
  it("reports what was paid meanwhile, which stays: 5, and the order is not sent again", async () => {
    const [ordered, asked, paid] = [0, 1, 2].map(() => Promise.withResolvers<void>())
    let orders = 0
    // Like HiPay's own service, it has no attempts, and says so only once the payment has ended.
    await using service = await listenHttp(async (request, response) => {
      if (request.method === "POST") {
        orders++
        ordered?.resolve()
        request.resume()
        await asked?.promise
        response.setHeader("content-type", "application/json").end('{"paymentStatus":"Success"}')
      } else if (request.url?.startsWith("/attempts")) {
        asked?.resolve()
        await paid?.promise
        response.writeHead(404).end()
      } else response.end("ok")
    })
    const { url } = service
    const journal = ["--journal", join(folder, `journal-${++files}`)]
    const pay = [
      "pay",
      "12.50",
      "--url",
      url,
      "--terminal",
      "192.168.1.20",
      "--order-id",
      "SALE-1",
      "--live",
      ...journal
    ]
    const paying = whenClosed(start(pay, env))
    await ordered?.promise
    const [{ id }] = JSON.parse((await run(["attempts", "--json", ...journal])).stdout)
    const word = ["--outcome", "declined", "--by", "Ada", "--evidence", "the red key", "--override"]
    const resolving = whenClosed(start(["resolve", id, ...word, ...journal], env))
    assert.strictEqual((await paying).code, 0)
    paid?.resolve()
    const resolved = await resolving
    assert.strictEqual(resolved.code, 5, resolved.stderr)
    assert.match(resolved.stdout, /approved {2}Debit {2}12\.50 EUR {2}SALE-1/)
    assert.include(resolved.stderr, "The person said that nothing was charged, but 12.50 EUR was.")
    const again = await run([...pay, "--json"], { env })
    assert.strictEqual(again.code, 0)
    assert.deepInclude(JSON.parse(again.stdout), { outcome: "approved", already: true })
    assert.strictEqual(orders, 1)
  })

  /**
   * The result for a payment that Ada said was charged, or that a person says now was, if a server has it in this state,
   * without an amount.
   */
  const askedAfterAda = async (state: string, now: ReadonlyArray<string> = []) => {
    const attempt = { orderId: "SALE-1", transactionType: "Debit", amount: 1250, currency: "EUR", state }
    await using server = await listenHttp((_, response) => {
      response.writeHead(200, { "x-hipay-pos-mode": "gateway" }).end(JSON.stringify(attempt))
    })
    const path = join(folder, `journal-${++files}`)
    const journal = FileJournal.make(path)
    const { state: _, ...order } = { ...attempt, transactionType: "Debit", currency: "EUR" } as const
    const opening = { id: "a", ...order, terminal: "t", openedAt: 1, mode: "live", server: server.url } as const
    await Effect.runPromise(journal.open(opening))
    const word = { by: "Ada", evidence: "receipt 42", paid: 1250 }
    await Effect.runPromise(journal.end({ id: "a", state: "unknown", endedAt: 2, serverAttempt: "/attempts/7" }))
    if (now.length === 0) await Effect.runPromise(journal.end({ id: "a", state: "approved", endedAt: 3, ...word }))
    const resolved = await run(["resolve", "a", ...now, "--journal", path], { env })
    return resolved
  }

  it("says that a person may have seen another payment if the server sent nothing of this one: 5", async () => {
    const resolved = await askedAfterAda("not-started")
    assert.strictEqual(resolved.code, 5, resolved.stderr)
    assert.match(resolved.stdout, /approved {2}Debit {2}12\.50 EUR {2}SALE-1/)
    assert.include(resolved.stderr, "The person said that 12.50 EUR was charged, but nothing of this payment was sent")
    assert.notInclude(resolved.stderr, "Collect")
  })

  it("does not say to collect what a person says now was charged if the server sent nothing of this payment: 5", async () => {
    const word = ["--outcome", "approved", "--by", "Ada", "--evidence", "receipt 42"]
    const resolved = await askedAfterAda("not-started", word)
    assert.strictEqual(resolved.code, 5, resolved.stderr)
    assert.strictEqual(
      resolved.stderr.trim(),
      "The person said that 12.50 EUR was charged, but nothing of this payment was sent to the terminal. Find out which payment was seen before the order is sent again."
    )
    const denied = await askedAfterAda("not-started", word.with(1, "declined"))
    assert.deepInclude(denied, { code: 0, stderr: "" })
  })

  it("does not say to collect all of a payment that was charged in part, if it is not known how much: 5", async () => {
    const resolved = await askedAfterAda("approved-in-part")
    assert.strictEqual(resolved.code, 5, resolved.stderr)
    assert.include(resolved.stderr, "The person said that 12.50 EUR was charged, but only a part of the order was")
    assert.notInclude(resolved.stderr, "Collect")
  })
})
