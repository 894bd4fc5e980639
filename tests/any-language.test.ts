/**
 * The programs in examples/ that pay from the command line: the same sales in every language, over one mock. Each tells
 * paid, paid in part, declined, not started and unknown apart, and none ever charges twice.
 *
 * A language whose runtime is not installed is skipped. C# is not run anywhere.
 */
import { execFile, execFileSync, spawnSync } from "node:child_process"
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { makeClient } from "@hipay-pos/client"
import { type StartedMock, startServer } from "@hipay-pos/server-mock/node"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { bundledModule } from "./bundled.ts"
import { startScriptedServer } from "./ScriptedServer.ts"

const examples = fileURLToPath(new URL("../examples/", import.meta.url))
const at = (file: string) => join(examples, file)

const has = (program: string): boolean => {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

/** Debian's runtime, if there is one: a version manager's takes longer to start than the program. */
const PYTHON = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3"
const GSON = "/usr/share/java/gson.jar"
const node = async (file: string) =>
  [process.execPath, "--disable-warning=ExperimentalWarning", await bundledModule(at(file))] as const
const [pay, payInEffect] = await Promise.all([node("node/pay.mjs"), node("effect/pay.ts")])

/** Runs a program in a folder of its own, where it records the orders it has sent. */
interface Language {
  readonly name: string
  readonly isThere: boolean
  /** Whether each start is slow. */
  readonly isSlow?: boolean
  /** Whether it uses our client, whose own tests cover repeats. */
  readonly usesClient?: boolean
  /** Whether its JSON parser can refuse a duplicate name. */
  readonly refusesRepeats?: boolean
  /** Prepares it, and returns the command. */
  readonly prepare: () => readonly [program: string, ...args: ReadonlyArray<string>]
}

let java: readonly [program: string, ...args: ReadonlyArray<string>] | undefined

/** Compiles it, with an archive of the classes that a payment loads: each start takes two thirds of the time. */
const compileJava = () => {
  const folder = mkdtempSync(join(tmpdir(), "hipay-pos-java-"))
  const [jar, archive] = [join(folder, "pay.jar"), join(folder, "classes.jsa")]
  execFileSync("javac", ["-cp", GSON, "-d", join(folder, "classes"), at("java/Pay.java")])
  execFileSync("jar", ["--create", "--file", jar, "-C", join(folder, "classes"), "."])
  const flags = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", `${GSON}:${jar}`]
  spawnSync("java", [`-XX:ArchiveClassesAtExit=${archive}`, ...flags, "Pay", "SALE", "12.50", "terminal.test"], {
    cwd: folder,
    env: { ...process.env, HIPAY_POS_URL: "http://127.0.0.1:9" }
  })
  return ["java", `-XX:SharedArchiveFile=${archive}`, ...flags, "Pay"] as const
}

const languages: ReadonlyArray<Language> = [
  { name: "Node", isThere: true, usesClient: true, prepare: () => pay },
  { name: "Effect", isThere: true, usesClient: true, prepare: () => payInEffect },
  { name: "PHP", isThere: has("php"), prepare: () => ["php", at("php/pay.php")] },
  { name: "Python", isThere: has(PYTHON), refusesRepeats: true, prepare: () => [PYTHON, at("python/pay.py")] },
  {
    name: "Java",
    isThere: has("javac") && existsSync(GSON),
    isSlow: true,
    prepare: () => {
      java ??= compileJava()
      return java
    }
  }
]

interface Ended {
  readonly code: number
  readonly said: string
}

/** Runs a program in its folder, to its end. */
const runIn = (folder: string, [program, ...args]: readonly [string, ...ReadonlyArray<string>], settings: object) =>
  new Promise<Ended>((resolve) => {
    const env = { ...process.env, ...settings }
    const child = execFile(program, [...args], { cwd: folder, env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, said: `${out}${err}` })
    )
  })

const PAID = 0
const NOT_STARTED = 3
const UNKNOWN = 4
const DECLINED = 10
const IN_PART = 11
const USAGE = 2

const UNREACHABLE = "unavailable.terminal.bad.request"
const echoed = (orderId: string) => ({ order: { order_id: orderId, price: { amount: 1250, currency: "EUR" } } })
const problem = (code: unknown, details?: object) => ({ error: { code, description: "…", details } })
/** An error code in both places where one can be. */
const twice = (paymentStatus: string, nested: string, flat: string) => ({
  paymentStatus,
  error: { errorCode: nested },
  errorCode: flat
})
const already = (orderId: string) =>
  problem("attempt.already.approved", { paid: 1250, recorded: { paymentStatus: "Success", ...echoed(orderId) } })

declare global {
  interface JSON {
    rawJSON(text: string): unknown
  }
}

/** A success with this text as its amount. */
const withAmount = (amount: string) => ({
  paymentStatus: "Success",
  order: { order_id: "SALE", price: { amount: JSON.rawJSON(amount), currency: "EUR" } }
})

const refusal = problem("malformed.json")
const authorized = { authorization_number: "123456" }
const ofType = (transaction_type: string) => ({
  paymentStatus: "Success",
  order: { ...echoed("SALE").order, transaction_type }
})

/** Arguments by which nothing is sent: 1250 may be meant in cents. */
const wrongUsages = [
  ["SALE", "1250", "terminal.test"],
  ["SALE", "12.5", "terminal.test"],
  [],
  ["SALE", "12.50"],
  ["SA LE", "12.50", "terminal.test"],
  ["SALE", "12.50", "terminal.test", "8888"]
]

type Row = readonly [
  what: string,
  status: number,
  body: unknown,
  code: number,
  headers?: Readonly<Record<string, string>>
]

/** Answers that may come instead of one of our servers' own, and what they prove. */
const answers: ReadonlyArray<Row> = [
  ["more than the order, and nothing that says why", 200, withAmount("1350"), UNKNOWN],
  ["a tip", 200, withAmount("1350"), PAID, { "x-hipay-pos-tip": "100" }],
  ["more than the order and its tip", 200, withAmount("1350"), UNKNOWN, { "x-hipay-pos-tip": "50" }],
  ["a refusal that tells of a payment in other words", 400, { payment_status: "Success", ...refusal }, UNKNOWN],
  ["a refusal that tells of it in its error", 400, { error: { ...refusal.error, paymentStatus: "Success" } }, UNKNOWN],
  ["a refusal inside a list", 400, [{ paymentStatus: "Success" }], UNKNOWN],
  ["a refusal with anything beside its error", 403, { ...refusal, state: "done" }, UNKNOWN],
  ["a failure that was authorised", 200, { paymentStatus: "Failure", errorCode: "1006", ...authorized }, UNKNOWN],
  [
    "a failure with an authorization number that is not a text",
    200,
    { paymentStatus: "Failure", errorCode: "1006", authorization_number: 123456 },
    UNKNOWN
  ],
  [
    "a failure without an authorization number",
    200,
    { paymentStatus: "Failure", errorCode: "1006", authorization_number: 0, authorization_code: null },
    DECLINED
  ],
  [
    "a failure beside a success in another spelling",
    200,
    { paymentStatus: "Failure", errorCode: "1006", payment_status: "SUCCESS" },
    UNKNOWN
  ],
  ["a 502 of HiPay's own, after the payment began or before", 502, problem(UNREACHABLE, {}), UNKNOWN],
  ["a terminal that cannot be reached", 502, problem(UNREACHABLE, { attempt: "m3", kind: "refused" }), NOT_STARTED],
  ["a success with the status Created", 201, { paymentStatus: "Success", ...echoed("SALE") }, PAID],
  ["another order's success with the status Created", 201, { paymentStatus: "Success", ...echoed("OTHER") }, UNKNOWN],
  ["an amount with a decimal point and no fraction", 200, withAmount("1250.0"), PAID],
  ["an amount with an exponent", 200, withAmount("1.25e3"), PAID],
  ["an amount that is a text of digits", 200, withAmount('"1250"'), PAID],
  ["an amount with a fraction", 200, withAmount("1250.5"), UNKNOWN],
  ["an amount that is a text with a decimal point", 200, withAmount('"1250.0"'), UNKNOWN],
  ["a success that repeats no order", 200, { paymentStatus: "Success" }, PAID],
  ["a success that repeats no price", 200, { paymentStatus: "Success", order: { order_id: "SALE" } }, PAID],
  ["a refusal that tells of a payment", 400, { paymentStatus: "Success", ...problem("malformed.json") }, UNKNOWN],
  ["a refusal that tells of it in a list", 400, { paymentStatus: ["Success"], ...problem("malformed.json") }, UNKNOWN],
  [
    "a success beside a problem",
    200,
    { paymentStatus: "Success", ...problem(UNREACHABLE), ...echoed("SALE") },
    UNKNOWN
  ],
  [
    "a refusal whose order is a list",
    200,
    { paymentStatus: "Failure", error: { errorCode: "05" }, order: [{ order_id: "OTHER" }] },
    UNKNOWN
  ],
  ["a success beside an error", 200, { paymentStatus: "Success", error: "1006", ...echoed("SALE") }, UNKNOWN],
  [
    "a success beside an error with an empty code",
    200,
    { paymentStatus: "Success", ...problem(""), ...echoed("SALE") },
    PAID
  ],
  ["a success beside an error that is false", 200, { paymentStatus: "Success", error: false, ...echoed("SALE") }, PAID],
  [
    "a success beside a list",
    200,
    { paymentStatus: "Success", error: [{ errorCode: "1006" }], ...echoed("SALE") },
    UNKNOWN
  ],
  [
    "a refusal beside empty lists",
    200,
    { paymentStatus: "Failure", errorCode: "1006", error: [], order: [] },
    DECLINED
  ],
  ["a success with a refusal's code", 200, { paymentStatus: "Success", errorCode: "04", ...echoed("SALE") }, UNKNOWN],
  ["a refusal's code in both places", 200, { ...twice("Success", "04", "04"), ...echoed("SALE") }, UNKNOWN],
  ["a failure that is a refusal in both places", 200, twice("Failure", "1006", "04"), DECLINED],
  [
    "a success with a refusal's code in one place",
    200,
    { ...twice("Success", "10", "04"), ...echoed("SALE") },
    UNKNOWN
  ],
  ["a refusal with the status Created", 201, twice("Failure", "1006", "04"), DECLINED],
  ["a failure that is not a refusal in one place", 200, twice("Failure", "1006", "1001"), UNKNOWN],
  [
    "a failure beside a problem",
    200,
    { paymentStatus: "Failure", errorCode: "1006", ...problem("outcome.unknown") },
    UNKNOWN
  ],
  ["a failure beside an error", 200, { paymentStatus: "Failure", errorCode: "1006", error: "1005" }, UNKNOWN],
  [
    "a failure beside a list",
    200,
    { paymentStatus: "Failure", errorCode: "1006", error: [{ errorCode: "1005" }] },
    UNKNOWN
  ],
  ["a failure that is not a refusal in the other place", 200, twice("Failed", "01", "04"), UNKNOWN],
  ["a success with codes that agree", 200, { ...twice("Success", "10", "00"), ...echoed("SALE") }, PAID],
  ["a refusal by the code of an unknown outcome", 400, problem("outcome.unknown", { attempt: "m4" }), UNKNOWN],
  ["a proxy's 503", 503, problem(503), UNKNOWN],
  ["another order that was paid", 200, { paymentStatus: "Success", ...echoed("OTHER") }, UNKNOWN],
  ["a terminal whose last payment is unknown", 409, problem("terminal.unresolved", { attempt: "m1" }), NOT_STARTED],
  ["a sale that was reversed", 409, problem("attempt.reversed", { attempt: "m2", state: "approved" }), UNKNOWN],
  ["descriptions that are not strings", 400, { error: { code: 1, description: ["…"], details: "…" } }, NOT_STARTED],
  ["a list", 503, [], UNKNOWN],
  ["an order that is a string", 200, { paymentStatus: "Success", order: "x" }, UNKNOWN],
  ["a closing server", 503, problem("server.closing"), NOT_STARTED],
  ["an earlier payment of another order", 409, already("OTHER"), UNKNOWN],
  ["this order", 200, { paymentStatus: "Success", errorCode: "10", ...echoed("SALE") }, PAID],
  ["an order that did not arrive in time", 408, problem("request.too.slow"), NOT_STARTED],
  ["a proxy's 408", 408, problem("timeout"), UNKNOWN],
  ["an attempt that could not be recorded", 500, problem("attempt.not.recorded"), NOT_STARTED],
  ["any other 500", 500, problem("unexpected"), UNKNOWN],
  ["a sale that is not the terminal's last", 409, problem("cancel.not.the.last"), NOT_STARTED],
  ["a proxy's 502 with a code", 502, problem("BadGateway"), UNKNOWN],
  ["a closing server's code behind another status", 502, problem("server.closing"), UNKNOWN],
  ["a code that is not a string", 503, problem(["server.closing"]), UNKNOWN],
  ["a refusal by the code of an earlier attempt", 403, problem("attempt.unresolved"), UNKNOWN],
  ["a refusal with a receipt", 401, { receipt: btoa("CARTE BANCAIRE"), ...problem("unauthorized") }, UNKNOWN],
  ["a refusal with a terminal's code", 400, { errorCode: "05", ...problem("malformed.json") }, UNKNOWN],
  ["a refusal with a code beside its own", 400, { error: { code: "malformed.json", errorCode: 1001 } }, UNKNOWN],
  ["a text", 200, "up", UNKNOWN],
  ["null", 200, null, UNKNOWN],
  ["an error that is a text", 502, { error: "Bad Gateway" }, UNKNOWN],
  ["a price that is a text", 200, { paymentStatus: "Success", order: { price: "12.50" } }, UNKNOWN],
  ["nothing paid", 200, { paymentStatus: "Success", order: { price: { amount: 0, currency: "EUR" } } }, UNKNOWN],
  ["another currency", 200, { paymentStatus: "Success", order: { price: { amount: 1250, currency: "USD" } } }, UNKNOWN],
  [
    "another order that was declined",
    200,
    { paymentStatus: "Failure", error: { errorCode: "05" }, ...echoed("OTHER") },
    UNKNOWN
  ],
  [
    "a success that timed out",
    200,
    { paymentStatus: "Success", error: { errorCode: 1001 }, ...echoed("SALE") },
    UNKNOWN
  ],
  ["a success without a code", 200, { paymentStatus: "Success", ...echoed("SALE") }, PAID],
  ["more than the order that a person entered", 200, withAmount("1350"), PAID, { "x-hipay-pos-over": "100" }],
  ["a tip of a payment of the order's own amount", 200, withAmount("1250"), UNKNOWN, { "x-hipay-pos-tip": "100" }],
  ["a refusal with a payment beside its error", 400, { ...refusal, data: { paymentStatus: "Success" } }, UNKNOWN],
  ["a refusal with a plain receipt", 400, { ...refusal, receipt: "DEBIT 12,50 EUR" }, UNKNOWN],
  ["a refusal that was authorised", 400, { ...refusal, ...authorized }, UNKNOWN],
  ["a refusal of the terminal that was authorised", 409, { ...problem("terminal.unresolved"), ...authorized }, UNKNOWN],
  ["a firewall's refusal in words of its own", 403, { message: "Forbidden" }, UNKNOWN],
  ["a refusal that says nothing", 401, {}, NOT_STARTED],
  ["a payment of the order's type", 200, ofType("Debit"), PAID],
  ["a refund under the order's id", 200, ofType("Credit"), UNKNOWN],
  ["an earlier payment", 409, already("SALE"), PAID]
]

describe("an example program", () => {
  let server: StartedMock
  beforeAll(async () => {
    server = await startServer({ port: 0, tip: "20%" })
  })
  afterAll(() => server.close())

  for (const { name, isThere, usesClient, prepare } of languages) {
    it.skipIf(!isThere)(`in ${name} tells every end apart, and never charges twice`, { timeout: 300_000 }, async () => {
      const folder = mkdtempSync(join(tmpdir(), "hipay-pos-example-"))
      const [program, ...args] = prepare()
      const space = server.mock.space(name)
      const login = `merchant+${name}`
      const run = (orderId: string, host: string, url = server.url) =>
        runIn(folder, [program, ...args, orderId, "12.50", host], {
          HIPAY_POS_URL: url,
          HIPAY_POS_USERNAME: login,
          HIPAY_POS_PASSWORD: "secret"
        })
      const expect = async (orderId: string, host: string, code: number, words: RegExp, url?: string) => {
        const ended = await run(orderId, host, url)
        assert.strictEqual(ended.code, code, `${orderId}: ${ended.said}`)
        assert.match(ended.said, words)
      }
      const charged = async () => (await space.ledger()).entries.reduce((sum, { amount }) => sum + amount, 0)

      await expect("PAID", "approved.terminal.test", PAID, /^paid 12\.50/)
      await expect("PART", "partial.terminal.test", IN_PART, /^paid in part 6\.25/)
      await expect("TIP", "tip.terminal.test", PAID, /^paid 13\.75/)
      await expect("DECLINED", "declined.terminal.test", DECLINED, /^declined/)
      // The client says what to do, too, in a sentence of its own.
      const notStarted = usesClient
        ? /^not started: Unable to contact the terminal\. .*[^.]\. Nothing was paid\. /
        : /^not started/
      const unknown = usesClient
        ? /^unknown: the connection broke without an answer\. Look at the terminal /
        : /^unknown/
      await expect("AWAY", "unreachable.terminal.test", NOT_STARTED, notStarted)
      assert.strictEqual(await charged(), 1250 + 625 + 1375)

      // The terminal charges and its answer is lost: unknown, until a person checks.
      await expect("LOST", "reset-after-approval.terminal.test", UNKNOWN, unknown)
      assert.strictEqual(await charged(), 1250 + 625 + 1375 + 1250)
      if (usesClient) {
        writeFileSync(join(folder, "journal.db"), "damaged\n")
        await expect(
          "PAID",
          "approved.terminal.test",
          UNKNOWN,
          /^unknown: .*line 1 of journal\.db is not an entry of a journal.* Repair /
        )
        assert.strictEqual(await charged(), 1250 + 625 + 1375 + 1250)
        return
      }

      // The server's answer is cut: unknown. A repeat that is refused before the server reads it proves nothing about the
      // first request; the next one learns that it was paid.
      const away = "http://127.0.0.1:9"
      const noConnection = /^not started no connection to http:\/\/127\.0\.0\.1:9 was made: is the server started\?/
      await expect("NO_SERVER", "approved.terminal.test", NOT_STARTED, noConnection, away)
      for (const [orderId, url] of [
        ["NO_HOST", "http://gateway.invalid:9"],
        ["NO_ROUTE", "http://255.255.255.255:9"]
      ] as const) {
        await expect(orderId, "approved.terminal.test", NOT_STARTED, /^not started no connection to /, url)
      }

      await space.httpFault("half-body")
      const noAnswer = /^unknown no proof of how it ended: no answer$/m
      await expect("CUT", "approved.terminal.test", UNKNOWN, noAnswer)
      await expect("CUT", "approved.terminal.test", UNKNOWN, /^unknown/, away)
      await expect("CUT", "approved.terminal.test", PAID, /^paid 12\.50/)
      await expect("LOST", "reset-after-approval.terminal.test", UNKNOWN, /^unknown/)
      assert.strictEqual(await charged(), 1250 + 625 + 1375 + 1250 + 1250)
    })
  }

  for (const { name, isThere, isSlow, usesClient, refusesRepeats, prepare } of languages) {
    if (usesClient) continue
    // Each needs a program's start; `pnpm any-language` runs them all.
    const given = process.env.EVERY_ANSWER === "1" ? answers : answers.slice(0, isSlow ? 43 : 50)
    it.skipIf(!isThere)(`in ${name} takes for proof only what is one`, { timeout: 300_000 }, async () => {
      const folder = mkdtempSync(join(tmpdir(), "hipay-pos-example-"))
      const program = prepare()
      await using scripted = await startScriptedServer()
      await using elsewhere = await startScriptedServer()
      const settings = { HIPAY_POS_URL: scripted.url, HIPAY_POS_USERNAME: "merchant", HIPAY_POS_PASSWORD: "a:b" }
      const pay = (...args: ReadonlyArray<string>) => runIn(folder, [...program, ...args], settings)
      const paid = { status: 200, body: JSON.stringify({ paymentStatus: "Success", ...echoed("SALE") }) }
      for (const [what, status, body, code, headers = {}] of given) {
        rmSync(join(folder, "orders"), { recursive: true, force: true })
        scripted.answer = { status, body: JSON.stringify(body), headers }
        const ended = await pay("SALE", "12.50", "terminal.test")
        assert.strictEqual(ended.code, code, `${what}: ${ended.said}`)
        assert.match(ended.said, /^(paid 1[23]\.50 EUR for an order of 12\.50|declined|not started|unknown)/, what)
        if (code === DECLINED) assert.match(ended.said, /^declined .*with the error code 1006/, what)
        assert.notMatch(ended.said, /warning|\bat .*:\d+|line \d/i, what)
      }
      const sent = { path: "/v1/connector/order", authorization: `Basic ${btoa("merchant:a:b")}` }
      assert.deepStrictEqual(
        scripted.requests,
        given.map(() => sent)
      )
      const order = { order_id: "MAJOR", price: { amount: 12, currency: "EUR" } }
      scripted.answer = { status: 200, body: JSON.stringify({ paymentStatus: "Success", order }) }
      assert.strictEqual((await pay("MAJOR", "12.00", "terminal.test")).code, UNKNOWN, "the whole in major units")
      scripted.answer = { status: 409, body: JSON.stringify(problem("attempt.already.approved", { paid: 12 })) }
      assert.match(
        (await pay("MAJOR", "12.00", "terminal.test")).said,
        /^paid in part 0\.12/,
        "a part, by a server that says so"
      )

      for (const body of [
        '{"error":{"code":"malformed.json","mess',
        Buffer.from('{"error":{"message":"refus\xe9"}}', "latin1")
      ]) {
        scripted.answer = { status: 400, body }
        assert.strictEqual((await pay("UNREAD", "12.50", "terminal.test")).code, UNKNOWN, `${body}`)
        rmSync(join(folder, "orders/UNREAD.json"))
      }

      scripted.answer = { status: 202, body: "{}" }
      const accepted = await pay("ACCEPTED", "12.50", "terminal.test")
      assert.strictEqual(accepted.said.trim(), "unknown no proof of how it ended: 202")

      // The attempt at the terminal may be the first request's own, under another login.
      for (const [status, code] of [
        [504, "outcome.unknown"],
        [409, "terminal.unresolved"]
      ] as const) {
        scripted.answer = { status, body: JSON.stringify(problem(code, { attempt: "m1" })) }
        assert.strictEqual((await pay("AGAIN", "12.50", "terminal.test")).code, UNKNOWN, code)
      }

      // A state that this version does not know may mean a payment.
      const kept = join(folder, "orders/AGAIN.json")
      writeFileSync(kept, readFileSync(kept, "utf8").replace('"unknown"', '"authorised"'))
      assert.strictEqual((await pay("AGAIN", "12.50", "terminal.test")).code, UNKNOWN, "of a later version")

      // What an earlier run has sent cannot be known from half a record.
      const before = scripted.requests.length
      const record = { asked: 1250, host: "terminal.test" }
      const damages = [
        { state: ["paid"] },
        { state: "paid" },
        { state: "paid", paid: 0 },
        { state: "paid in part", paid: "all" }
      ]
      const records = damages.map((damage) => JSON.stringify({ ...record, ...damage }))
      for (const damaged of ["", "{}", ...records, ...(isSlow ? [] : ['{"asked":12', "[]", "null"])]) {
        writeFileSync(kept, damaged)
        const ended = await pay("AGAIN", "12.50", "terminal.test")
        const words = "unknown orders/AGAIN.json cannot be read: look at the terminal for how this order ended"
        assert.deepStrictEqual({ ...ended, said: ended.said.trim() }, { code: UNKNOWN, said: words }, damaged)
      }
      assert.lengthOf(scripted.requests, before)

      // The login must not go to another server, and its answer would prove nothing.
      rmSync(join(folder, "orders"), { recursive: true })
      elsewhere.answer = paid
      for (const status of isSlow ? [307] : [302, 307]) {
        scripted.answer = { status, body: "{}", headers: { location: `${elsewhere.url}/v1/connector/order` } }
        assert.strictEqual((await pay("SALE", "12.50", "terminal.test")).code, UNKNOWN)
      }
      assert.lengthOf(elsewhere.requests, 0)

      // Half an answer, although its JSON is whole.
      const announced = { "content-length": `${paid.body.length + 1}`, connection: "close" }
      scripted.answer = { ...paid, headers: announced }
      assert.strictEqual((await pay("SALE", "12.50", "terminal.test")).code, UNKNOWN, "less than was announced")

      if (refusesRepeats) {
        const nothing = '{"paymentStatus":"Success","paymentStatus":null,"error":{"code":"malformed.json"}}'
        scripted.answer = { status: 400, body: nothing }
        assert.strictEqual((await pay("REPEATED", "12.50", "terminal.test")).code, UNKNOWN, "a name twice")
      }

      const paidBefore = scripted.requests.length
      for (const wrong of wrongUsages.slice(0, isSlow ? 1 : undefined)) {
        const ended = await pay(...wrong)
        assert.strictEqual(ended.code, USAGE, wrong.join(" "))
        assert.match(ended.said, /^usage: .*ORDER_ID 12\.50 HOST/)
      }
      assert.lengthOf(scripted.requests, paidBefore)
      assert.strictEqual((await pay("SALE", "13.50", "terminal.test")).code, USAGE, "another amount")

      scripted.answer = { status: 200, body: JSON.stringify({ paymentStatus: "Success", ...echoed("NEXT") }) }
      const payAt = (url: string) =>
        runIn(folder, [...program, "NEXT", "12.50", "terminal.test"], { ...settings, HIPAY_POS_URL: url })
      const lacking = await payAt(scripted.url.replace("http://", ""))
      assert.strictEqual(lacking.code, USAGE, lacking.said)
      assert.match(lacking.said, /^HIPAY_POS_URL is 127\.0\.0\.1:\d+, and has to begin with http:\/\/ or https:\/\//)
      assert.strictEqual((await payAt(`${scripted.url}/`)).code, PAID)
      assert.strictEqual(scripted.requests.at(-1)?.path, "/v1/connector/order")
    })
  }

  for (const { name, usesClient, prepare } of languages) {
    if (!usesClient) continue
    it(`in ${name} pays real money where it is told to, under the whole password`, { timeout: 120_000 }, async () => {
      const folder = mkdtempSync(join(tmpdir(), "hipay-pos-example-"))
      await using scripted = await startScriptedServer()
      scripted.answer = { status: 200, body: JSON.stringify({ paymentStatus: "Success", ...echoed("SALE") }) }
      const pay = (settings: object, args: ReadonlyArray<string> = ["SALE", "12.50", "terminal.test"]) =>
        runIn(folder, [...prepare(), ...args], {
          HIPAY_POS_URL: scripted.url,
          HIPAY_POS_USERNAME: "merchant",
          HIPAY_POS_PASSWORD: "a:b",
          ...settings
        })
      const refused = await pay({})
      assert.strictEqual(refused.code, NOT_STARTED, refused.said)
      const ended = await pay({ HIPAY_POS_LIVE: "yes" })
      assert.strictEqual(ended.code, PAID, ended.said)
      const orders = scripted.requests.filter(({ path }) => path === "/v1/connector/order")
      assert.deepStrictEqual(orders, [{ path: "/v1/connector/order", authorization: `Basic ${btoa("merchant:a:b")}` }])

      const before = scripted.requests.length
      for (const wrong of wrongUsages) {
        const ended = await pay({ HIPAY_POS_LIVE: "yes" }, wrong)
        assert.strictEqual(ended.code, USAGE, `${wrong.join(" ")}: ${ended.said}`)
        assert.match(ended.said, /^usage: .*ORDER_ID 12\.50 HOST/)
      }
      const another = await pay({ HIPAY_POS_LIVE: "yes" }, ["SALE", "13.50", "terminal.test"])
      assert.strictEqual(another.code, USAGE, another.said)
      assert.lengthOf(scripted.requests, before)
    })

    it(`in ${name} needs no settings at a mock on its usual port`, { timeout: 120_000 }, async () => {
      const folder = mkdtempSync(join(tmpdir(), "hipay-pos-example-"))
      await using server = await startServer({ port: 0 })
      // The usual port may be taken here: connections to it are made to this mock.
      const elsewhere = `import { Socket } from "node:net"
        const { connect } = Socket.prototype
        Socket.prototype.connect = function (...args) {
          const [options] = args.flat()
          if (options.host === "127.0.0.1" && Number(options.port) === 8080) options.port = ${server.port}
          return connect.apply(this, args)
        }`
      const [command, ...args] = prepare()
      const program = [command, "--import", `data:text/javascript,${encodeURIComponent(elsewhere)}`, ...args] as const
      const ours = Object.keys(process.env).filter((name) => name.startsWith("HIPAY_POS_"))
      const unset = Object.fromEntries(ours.map((name) => [name, undefined]))
      const ended = await runIn(folder, [...program, "SALE", "12.50", "approved.terminal.test"], unset)
      assert.strictEqual(ended.code, PAID, ended.said)
      assert.deepStrictEqual(
        (await server.mock.attempts()).map(({ orderId }) => orderId),
        ["SALE"]
      )
    })
  }

  it("says paid or refused exactly if the client says so, and not started only if it does", async () => {
    for (const [what, status, body, code, headers = {}] of answers) {
      const client = makeClient({
        server: "http://gateway.test",
        username: "merchant",
        password: "secret",
        live: true,
        journal: "memory",
        fetch: async () => Response.json(body, { status, headers })
      })
      const order = { orderId: "SALE", amount: "12.50 EUR" }
      const result = await client.tryPay(order, { host: "terminal.test", contracts: [{ merchantContract: "1234567" }] })
      const isNotStarted = !result.ok && result.error.reason._tag === "NotStarted"
      assert.isTrue(isNotStarted || code !== NOT_STARTED, what)
      assert.strictEqual(result.ok && result.outcome._tag === "Declined", code === DECLINED, what)
      const isPaid = result.ok ? result.outcome._tag === "Approved" : result.error.reason._tag === "AlreadyApproved"
      assert.strictEqual(isPaid, code === PAID, what)
    }
  })

  it("is short: under 80 lines, because the client reads the answers", () => {
    const files = globSync("*/**/*.{mjs,ts,php,py,cs,java,js,jsx}", { cwd: examples, exclude: ["node_modules"] })
    assert.isAtLeast(files.length, 11)
    for (const file of files) {
      const lines = readFileSync(at(file), "utf8").split("\n").length - 1
      assert.isBelow(lines, /^(php|python|csharp|java)\b/.test(file) ? 110 : 80, file)
    }
  })
})
