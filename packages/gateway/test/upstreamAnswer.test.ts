import { assert, describe, it } from "@effect/vitest"
import { toUpstreamAnswer } from "../src/relay/upstreamAnswer.ts"

const PAN = "4970101234567893"

/** What is kept of an answer whose body is a text. */
const kept = (text: string): string =>
  toUpstreamAnswer(
    {
      _tag: "Received",
      status: 200,
      headers: new Headers(),
      json: JSON.parse(text),
      bytes: new TextEncoder().encode(text)
    },
    {}
  ).received.body

/** The same of a text that is not JSON. */
const keptText = (text: string): string => keptBytes(new TextEncoder().encode(text))

const keptBytes = (bytes: Uint8Array<ArrayBuffer>): string =>
  toUpstreamAnswer({ _tag: "Received", status: 200, headers: new Headers(), bytes }, {}).received.body

describe("the answer of a service", () => {
  it.each([
    '{ "paymentStatus": "Success", "amount": 12.50 }',
    '{"order": {"order_id": "20261129-0042"}, "at": "2026-11-29T12:00:00Z"}'
  ])("is kept as it came: %s", (text) => {
    assert.strictEqual(kept(text), text)
  })

  it.each([
    `{"paymentStatus":"Success","seen":${PAN}}`,
    `{"paymentStatus":"Success","seen":${PAN}e-400}`,
    `{"paymentStatus":"Success","seen":${PAN}e400}`,
    `{"paymentStatus":"Success","seen":"${PAN}","seen":"no"}`,
    `{"paymentStatus":"Success","order":{"order_id":"A","note":"${PAN}","note":"no"}}`
  ])("is kept without its card number, even one that parsing has lost: %s", (text) => {
    assert.notInclude(kept(text), PAN)
    assert.deepInclude(JSON.parse(kept(text)), { paymentStatus: "Success" })
  })

  it("is kept with both values of a repeated name, which are why its outcome is unknown", () => {
    assert.strictEqual(
      kept('{"paymentStatus":"Success","order":{"price":1},"paymentStatus" : "Failure"}'),
      '{"paymentStatus":"Success","order":{"price":1},"paymentStatus (2)":"Failure"}'
    )
  })

  it.each([
    ["card number", Array.from(PAN, (digit) => `\\u003${digit}`).join(""), "seen"],
    ["receipt", btoa(`CARD ${PAN}`), "receipt"],
    ["secret", "of the shop", "password"]
  ])("is kept without a %s that parsing has lost because its name is repeated", (_, value, name) => {
    for (const text of [`{"${name}":"${value}","${name}":"no"}`, `{"in":{"${name}":"${value}"},"in" : [1]}`])
      assert.notInclude(kept(text), value)
  })

  it("is kept, if it is a text, without a card number that is cut by the end", () => {
    const body = keptText(`${"-".repeat(3_990)}${PAN}`)
    assert.lengthOf(body, 4_000)
    assert.notMatch(body, /\d{7}/)
  })

  it.each([
    ["in UTF-8", (text: string) => keptText(text)],
    ["in UTF-16", (text: string) => keptBytes(Buffer.from(`\ufeff${text}`, "utf16le"))]
  ])("is kept whole, if it is JSON %s that was cut, without the card number at its end", (_, keptOf) => {
    const begun = `{"order":{"description":"${"-".repeat(5_000)}"},"paymentStatus":"Success","note":"`
    const body = keptOf(`${begun}${PAN.replace(/(.{4})/g, "$1 ")}`)
    assert.include(body, `${begun}4970 10`)
    assert.notMatch(body.replaceAll(" ", ""), /\d{7}/)
  })

  const ticket = btoa(`CARTE BANCAIRE\r\nNO ${PAN}\r\nMONTANT 12.45 EUR\r\nA CONSERVER`)
  const wrapped = (lineBreak: string) => ticket.replace(/.{32}(?=.)/g, `$&${lineBreak}`)
  const endless = `{"paymentStatus":"Success","receipt":"${ticket}","order":{"order_id":"A"`

  it.each([
    ["JSON that is cut", endless],
    ["JSON with something behind it", `${endless}}}x`],
    ["JSON with line breaks in a text", `{"paymentStatus":"Success","receipt":"${wrapped("\n")}"}`],
    ["JSON that is cut, with escaped line breaks", `{"receipt":"${wrapped("\\r\\n")}","order":{`],
    ["a page", `<pre>${ticket}</pre>`]
  ])("is kept, if it is %s, without a card number in the base64 of a receipt", (_, text) => {
    const body = keptText(text)
    const base64 = body.replace(/\\[rn]|[\r\n]/g, "").match(/[A-Za-z0-9+/=]{60,}/g) ?? []
    assert.lengthOf(base64, 1)
    assert.include(atob(base64[0] ?? ""), "MONTANT 12.45 EUR")
    assert.notMatch(atob(base64[0] ?? ""), /\d{7}/)
  })

  it("is kept, if it is Latin-1, with its accents and without the card number between its spaces", () => {
    const bytes = Buffer.from(`<p>Carte refusée : 4970\xa01012\xa03456\xa07893</p>`, "latin1")
    assert.strictEqual(keptBytes(bytes), "<p>Carte refusée : 4970\xa010##\xa0####\xa07893</p>")
  })

  it.each(["", "é"])("is kept, if it is UTF-16 (%j), without card numbers", (letter) => {
    const body = keptBytes(Buffer.from(`\ufeff${letter}<pre>${ticket}</pre>`, "utf16le"))
    const [, base64 = ""] = /<pre>(.*)<.pre>/.exec(body) ?? []
    assert.include(atob(base64), "MONTANT 12.45 EUR")
    assert.notMatch(atob(base64), /\d{7}/)
  })

  it("is kept, if it was cut inside a letter, up to there", () => {
    const bytes = new TextEncoder().encode("<p>Refusé à")
    assert.strictEqual(keptBytes(bytes.slice(0, -1)), "<p>Refusé ")
  })

  it("is kept, wherever it was cut, without the part of a card number that has come", () => {
    for (let length = 1; length < endless.length; length++) {
      const body = keptText(endless.slice(0, length))
      for (let from = 0; from < 4; from++)
        for (const run of body.match(/[A-Za-z0-9+/]{8,}/g) ?? [])
          assert.notMatch(atob(run.slice(from, from + Math.floor((run.length - from) / 4) * 4)), /\d{7}/, body)
    }
    const plain = `the card ${PAN}`
    for (let length = 1; length < plain.length; length++) assert.notMatch(keptText(plain.slice(0, length)), /\d{7}/)
  })
})
