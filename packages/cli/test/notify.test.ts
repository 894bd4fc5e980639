/** Notifications on the command line: verified by their signature, or refused with the reason. */
import { createHash } from "node:crypto"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { run, start, whenClosed } from "./process.ts"

const folder = mkdtempSync(join(tmpdir(), "notify-"))

const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

const passphrase = "SecretPassphrase"
const env = { HIPAY_POS_PASSPHRASE: passphrase }
const sign = (text: string) =>
  createHash("sha256")
    .update(text + passphrase)
    .digest("hex")
const body = new URLSearchParams({
  transaction_reference: "800417743755",
  status: "118",
  message: "Captured",
  currency: "EUR",
  captured_amount: "15.00",
  "order[id]": "ORDER-1",
  test: "true"
}).toString()

const verify = async (args: ReadonlyArray<string>, options: Parameters<typeof run>[1] = { env }) => {
  const { code, stdout, stderr } = await run(["notify", "verify", ...args, "--json"], options)
  return { code, verdict: JSON.parse(stdout), stderr }
}

describe.concurrent("hipay-pos notify verify", () => {
  it("accepts the published signature of the published body", async () => {
    const published = '{"status":"118","transactionReference":"800451428387"}'
    const signature = "6663ee693fa0c63c8c8864a094203599cd675c7c4342e10e2e7e0da29e5f0d4e"
    const { code, verdict } = await verify(["-", "--signature", signature], { env, input: published })
    assert.deepInclude(verdict, { genuine: true, algorithm: "SHA-256" })
    assert.strictEqual(verdict.error.kind, "Unreadable")
    assert.strictEqual(code, 1)
  })

  it("waits for a body that comes slowly", async () => {
    const child = start(["notify", "verify", "-", "--signature", sign(body), "--json"], env)
    const closed = whenClosed(child)
    // The first half is sent before the process has started, the second after it has begun to read.
    child.stdin?.write(body.slice(0, 20), () => child.stdin?.end(body.slice(20)))
    assert.strictEqual(JSON.parse((await closed).stdout).genuine, true)
  })

  it("prints the content of a genuine one: 0", async () => {
    const path = file("body.txt", body)
    const { code, verdict } = await verify([path, "--signature", sign(body)])
    assert.strictEqual(code, 0)
    assert.strictEqual(verdict.dedupeKey, "800417743755:118:::1500:")
    assert.deepInclude(verdict.notification, { orderId: "ORDER-1", status: 118, test: true })
    const { stdout } = await run(["notify", "verify", path, "--signature", sign(body)], { env })
    assert.match(stdout, /^Genuine, signed with SHA-256\n/)
    assert.match(stdout, /captured +15\.00 EUR\n/)
  })

  it("reads one that is XML", async () => {
    const xml = `<?xml version="1.0"?><notification><status>118</status><test>true</test><transaction_reference>800417743755</transaction_reference><currency>EUR</currency><captured_amount>15.00</captured_amount></notification>`
    const { code, verdict } = await verify(["-", "--signature", sign(xml)], { env, input: xml })
    assert.deepInclude(verdict.notification, { status: 118, transactionReference: "800417743755", test: true })
    assert.strictEqual(code, 0)
  })

  it.each([
    ["lines", `POST /notify HTTP/1.1\r\nHost: shop\r\nX-ALLOPASS-SIGNATURE: ${sign(body)}\r\n`],
    ["json", JSON.stringify({ "X-Allopass-Signature": sign(body) })]
  ])("reads headers as %s, and the passphrase from a file", async (name, headers) => {
    const secret = file(`${name}.passphrase`, `${passphrase}\n`)
    const args = ["-", "--headers", file(`${name}.headers`, headers), "--passphrase-file", secret]
    const { code, verdict } = await verify(args, { input: body })
    assert.isTrue(verdict.genuine)
    assert.strictEqual(code, 0)
  })

  it("refuses a passphrase file whose first line is blank", async () => {
    const blank = file("blank.passphrase", " \n")
    const { code, stderr } = await run(
      ["notify", "verify", "-", "--signature", sign(body), "--passphrase-file", blank],
      {
        input: body
      }
    )
    assert.strictEqual(code, 2)
    assert.include(stderr, `the first line of ${blank} is empty, and should be the passphrase`)
  })

  it("refuses a changed body, and names the line end that an editor added: 1", async () => {
    const changed = await verify(["-", "--signature", sign(body)], { env, input: body.replace("15.00", "51.00") })
    assert.strictEqual(changed.code, 1)
    assert.deepInclude(changed.verdict, { genuine: false })
    assert.strictEqual(changed.verdict.error.kind, "SignatureMismatch")
    const edited = await verify(["-", "--signature", sign(body)], { env, input: `${body}\n` })
    assert.strictEqual(edited.verdict.error.kind, "Whitespace")
  })

  it.each([
    [["-"], env, "--signature"],
    [["-", "--signature", "00"], {}, "HIPAY_POS_PASSPHRASE"],
    [["/nowhere/at/all", "--signature", "00"], env, "cannot read"],
    [["-", "--headers", "/nowhere/at/all"], env, "cannot read"]
  ])("usage: 2, for %j", async (args, env, words) => {
    const { code, verdict, stderr } = await verify(args, { env })
    assert.strictEqual(code, 2)
    assert.strictEqual(verdict.error.kind, "usage")
    assert.include(stderr, words)
  })
})
