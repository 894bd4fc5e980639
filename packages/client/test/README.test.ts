import { execFile, spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { ErrorCode } from "@hipay-pos/client"
import { makeFakeClient } from "@hipay-pos/client/testing"
import { encodeBase64 } from "@hipay-pos/core/Receipt"
import { assert, describe, it } from "vitest"
import { listenHttp } from "../../../tests/listen.ts"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
const here = fileURLToPath(new URL("..", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "readme-"))

/** Each example runs in its own process, which takes a while on a busy machine. */
const SLOW = 30_000

/** An example of the README, with some of its words replaced. */
const example = (name: string, replaced: Readonly<Record<string, string>> = {}): ReadonlyArray<string> => {
  let code = new RegExp(`\`\`\`ts ${name}\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1] ?? ""
  for (const [word, other] of Object.entries(replaced)) {
    assert.include(code, word)
    code = code.replace(word, other)
  }
  return ["--conditions=@hipay-pos/source", "--input-type=module-typescript", "--eval", code]
}

const run = async (flags: ReadonlyArray<string>): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: here })
  return stdout.trim()
}

/** Runs something against a simulated server that answers orders like this and has these attempts. */
const beside = async <A>(
  answer: unknown,
  attempts: ReadonlyArray<Readonly<Record<string, unknown>>>,
  work: (url: string) => Promise<A>
) => {
  await using server = await listenHttp((request, response) => {
    response.setHeader("X-Hipay-Pos-Mode", "simulated")
    if (request.method === "POST") return response.end(JSON.stringify(answer))
    const { url = "" } = request
    const one = attempts.find(({ id }) => url === `/attempts/${id}`)
    return response.end(url.startsWith("/attempts") ? JSON.stringify(one ?? { attempts }) : "up")
  })
  return await work(server.url)
}

const echo = (amount: number) => ({ order: { price: { amount, currency: "EUR" } } })

describe("the README's payment", () => {
  it.each([
    [
      "a paid order's receipt",
      { paymentStatus: "Success", receipt: encodeBase64("THANK YOU"), ...echo(1250) },
      /^paid THANK YOU$/
    ],
    ["what is still to collect", { paymentStatus: "Success", ...echo(1000) }, /^still to collect: 2\.50 EUR$/],
    ["why it was not paid", { paymentStatus: "Failure", error: { errorCode: "1006" } }, /^not paid: Cancelled/],
    ["that the outcome is unknown, and what to do", {}, /^payment outcome unknown: .* Look at the terminal/]
  ])(
    "prints %s",
    async (_, answer, expected) => {
      const printed = await beside(answer, [], (url) => run(example("pay", { "http://127.0.0.1:8080": url })))
      assert.match(printed, expected)
    },
    SLOW
  )
})

it.each([
  ["Approved", { paymentStatus: "Success", ...echo(1250) }],
  ["Declined", { paymentStatus: "Failure", error: { errorCode: "1006" } }]
])(
  "the README's payment with Effect prints %s",
  async (expected, answer) => {
    const printed = await beside(answer, [], (url) => run(example("effect", { "http://127.0.0.1:8080": url })))
    assert.strictEqual(printed, expected)
  },
  SLOW
)

it(
  "the README's payment with Effect says that cash may be taken if nothing was sent",
  async () => {
    const port = await beside({}, [], async (url) => new URL(url).port)
    const gone = { "http://127.0.0.1:8080": `http://127.0.0.1:${port}` }
    assert.strictEqual(await run(example("effect", gone)), "take cash")
  },
  SLOW
)

it(
  "the README's recovery after a crash settles what the server knows, and ends nothing that nobody looked at",
  async () => {
    const path = join(folder, "journal.db")
    const left = ["known", "lost"].map((id) => ({
      id,
      orderId: `ORDER_${id}`,
      transactionType: "Debit",
      amount: 1250,
      currency: "EUR",
      terminal: "192.168.1.20:8888",
      openedAt: 1,
      mode: "simulated"
    }))
    writeFileSync(path, left.map((opening) => `${JSON.stringify(opening)}\n`).join(""))
    const replaced = (url: string) => ({ "journal.db": path, "http://127.0.0.1:8080": url })
    const printed = await beside({}, [{ ...left[0], id: "known", state: "approved" }], (url) =>
      run(example("settle", replaced(url)))
    )
    assert.match(printed, /^ORDER_known approved\nORDER_lost The server cannot say\. .*\nopen: 1$/)
  },
  SLOW
)

/** The README's notification server, with some of its words replaced, and its answers to these signed texts. */
const notified = async (
  sent: ReadonlyArray<readonly [body: string, signature: string]>,
  replaced: Readonly<Record<string, string>> = {}
) => {
  const port = await beside({}, [], async (url) => new URL(url).port)
  const child = spawn(process.execPath, example("notification", { "8090": port, ...replaced }), { cwd: here })
  const printed = text(child.stdout)
  const url = `http://127.0.0.1:${port}`
  while ((await fetch(url).catch(() => undefined)) === undefined) assert.isNull(child.exitCode)
  const statuses: Array<number> = []
  for (const [body, signature] of sent) {
    const headers = { "x-allopass-signature": signature }
    statuses.push((await fetch(url, { method: "POST", body, headers })).status)
  }
  child.kill()
  return { statuses, printed: await printed }
}

const sign = (text: string) => createHash("sha256").update(`${text}SecretPassphrase`).digest("hex")

/** With every amount, as the service and the mock send them. */
const change = (status: number, message: string, captured: string, refunded = "0.00", more = "") =>
  `state=completed&test=true&transaction_reference=1&status=${status}&message=${message}&authorized_amount=15.00&captured_amount=${captured}&refunded_amount=${refunded}&decimals=2&currency=EUR&order[id]=A${more}`

const captured = change(118, "Captured", "15.00")

it(
  "the README's server takes a notification once, both of two partial refunds, and refuses what is not signed",
  async () => {
    const refund = (operation: string, refunded: string) =>
      change(126, "Refunded", "15.00", refunded, `&operation[id]=${operation}`)
    const authorized = change(116, "Authorized", "0.00")
    const refunds = [refund("op-1", "10.00"), refund("op-2", "12.50")]
    const sent = [authorized, captured, captured, ...refunds, ...refunds].map((text) => [text, sign(text)] as const)
    const { statuses, printed } = await notified([...sent, [captured, "0".repeat(64)]])
    assert.deepStrictEqual(statuses, [204, 204, 204, 204, 204, 204, 204, 403])
    assert.match(
      printed,
      /^A Captured 15\.00 EUR\nA Refunded 10\.00 EUR\nA Refunded 12\.50 EUR\nnotification not taken: the signature belongs to another/
    )
  },
  SLOW
)

it(
  "the README's server loses no booking that failed: the service sends the notification again",
  async () => {
    const failing = `if (!globalThis.failed) { globalThis.failed = true; throw new Error("the books are away") }`
    const sent = [captured, captured, captured].map((text) => [text, sign(text)] as const)
    const { statuses, printed } = await notified(sent, {
      "if (amount !== undefined)": `${failing}\n    if (amount !== undefined)`
    })
    assert.deepStrictEqual(statuses, [500, 204, 204])
    assert.strictEqual(printed, "A Captured 15.00 EUR\n")
  },
  SLOW
)

it(
  "the README's test prints what its script says",
  async () => {
    assert.strictEqual(await run(example("test")), "A Declined\nB OutcomeUnknown\nC ApprovedInPart\nD Approved\n4")
  },
  SLOW
)

const effectPage = readFileSync(new URL("../../../docs/effect.md", import.meta.url), "utf8")

it.each([
  ["the README", readme],
  ["the page for Effect users", effectPage]
])("%s calls what is imported by names that it has", async (_, page) => {
  const entries = await Promise.all([import("@hipay-pos/client/effect"), import("@hipay-pos/client/node")])
  const imported = new Map<string, object>(entries.flatMap((entry) => Object.entries<object>({ ...entry })))
  const names = [...page.matchAll(/\b([A-Z]\w+)\.(\w+)/g)].filter(([, from = ""]) => imported.has(from))
  assert.isAbove(names.length, 4)
  for (const [name, from = "", member = ""] of names) assert.property(imported.get(from), member, name)
})

/** The fields of an interface in a source. */
const fieldsOf = (path: string, name: string): ReadonlyArray<string> => {
  const source = readFileSync(new URL(path, import.meta.url), "utf8")
  const [, body = ""] = new RegExp(`interface ${name} [^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(source) ?? []
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, field = ""]) => field)
}

it.each([
  ["a client", "../src/Options.ts", "Options"],
  ["its server", "../src/Server.ts", "ServerOptions"],
  ["one payment", "../src/Options.ts", "PayOptions"],
  ["one order", "../../core/src/OrderRequest.ts", "RequestOptions"]
])("the README has every option of %s", (_, path, name) => {
  const fields = fieldsOf(path, name)
  assert.isAbove(fields.length, 2)
  for (const field of fields) assert.match(readme, new RegExp(`\\b${field}\\b`), field)
})

it("the README pays at a terminal with HiPay's application for Nepting", async () => {
  const fake = makeFakeClient()
  const [, serialNumber = "", manufacturer = ""] =
    /`\{ serialNumber: "(\w+)", manufacturer: "(\w+)" \}`/.exec(readme) ?? []
  await fake.pay({ orderId: "A", amount: "12.50 EUR" }, { serialNumber, manufacturer })
  assert.deepInclude(fake.asked[0]?.body as object, {
    pos_technical_info: {
      device_information: { serial_number: "1850320198", manufacturer: "PAX" },
      terminal_transaction_display: { protocol: "AppNepting", push_to: "POS", force_authorization: false }
    }
  })
})

it("the README's table of error codes is the code's own", () => {
  const rows = readme.match(/^\| \w{2,4} \| (?:declined|not started|unknown) \| .* \|$/gm)
  assert.deepStrictEqual(
    rows?.map(String),
    [...ErrorCode.table].map(([code, { meaning, en }]) => `| ${code} | ${meaning.replace("-", " ")} | ${en} |`)
  )
})
