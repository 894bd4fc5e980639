import { assert, describe, it } from "@effect/vitest"
import * as Diagnosis from "@hipay-pos/concert-codec/Diagnosis"
import * as MessageParser from "@hipay-pos/concert-codec/MessageParser"
import * as Request from "@hipay-pos/concert-codec/Request"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const head = "CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978"
/** UTF-8 as a till sends it: one character per byte. */
const utf8 = (text: string) => String.fromCharCode(...new TextEncoder().encode(text))

describe("Diagnosis", () => {
  it("finds nothing wrong with whole fields", () => {
    assert.isUndefined(Diagnosis.ofText(head, "register"))
    assert.isUndefined(Diagnosis.ofText(`${head}\r\n`, "register"))
  })

  it("recognizes a length that counts UTF-8 characters before another field", () => {
    assert.deepStrictEqual<unknown>(Diagnosis.ofText(utf8(`${head}CF007Été 123CK003100`), "register"), {
      offset: 56,
      tag: "CF",
      announced: 7,
      found: 9,
      characters: 7,
      problem: "CF at byte 56 announces 7 bytes, 9 came (7 characters of UTF-8): lengths count bytes, not characters"
    })
  })

  it("recognizes it at the end of a request, too", () => {
    assert.deepInclude(Diagnosis.ofText(utf8(`${head}CF005Été 1`), "register"), {
      offset: 56,
      tag: "CF",
      announced: 5,
      found: 7,
      characters: 5
    })
  })

  it("counts the bytes of a value that is longer than its field announces", () => {
    assert.deepInclude(Diagnosis.ofText(`${head}CF005ORDER_12CK003100`, "register"), {
      tag: "CF",
      announced: 5,
      found: 8,
      problem: "CF at byte 56 announces 5 bytes, 8 came"
    })
  })

  it.each([
    ["CZ0040320CA0X201CB0041245", 9, "CA"],
    ["CZ0040320CB0041245CEO03978CF001A", 18, "CE"],
    ["CZ0040320CA00201CB 0041245CD0010", 16, "CB"]
  ])("blames the header that cannot be read, not the right value before it: %s", (text, offset, tag) => {
    const problem = `the length is not three digits (${tag} at byte ${offset})`
    assert.deepStrictEqual<unknown>(Diagnosis.ofText(text, "register"), { offset, tag, problem })
  })

  it("finds the field that a too long one has swallowed", () => {
    assert.deepStrictEqual<unknown>(Diagnosis.ofText(`${head}CF020ORDER_1CK003100`, "register"), {
      offset: 56,
      tag: "CF",
      announced: 20,
      found: 15,
      problem:
        "the text stops inside the field CF at byte 56: 20 bytes announced, 15 came; a field CK begins 7 bytes into it, so the length may be 7"
    })
  })

  const answer = Object.entries({
    ...{ CZ: "0320", CJ: "012345678901", CA: "01", CB: "1250", CD: "0", CE: "978", AE: "10", CC: "001", CI: "1" },
    ...{ AC: "123456", AA: "497010######4422", AB: "2712", AI: "A0000000421010", CG: "1234567", CF: "ORDER_12" }
  })
  // A `CC` of four takes part of `CI`, which leaves a field with another name and no stop.
  const wrong = answer
    .slice(0, -1)
    .flatMap(([tag, value]) => [-2, -1, 1, 2, 5].map((off) => [tag, off, value.length + off] as const))
    .filter(([tag, off, length]) => length >= 0 && !(tag === "CC" && off === 1))

  it.each(wrong)(
    "names the field whose length is wrong, and none that was never sent: %s, %d off",
    (tag, off, length) => {
      const text = answer
        .map((field) => field[0] + String(field[0] === tag ? length : field[1].length).padStart(3, "0") + field[1])
        .join("")
      const stop = Diagnosis.ofText(text, "terminal")
      assert.deepInclude(stop, { tag, announced: length, found: length - off, offset: text.indexOf(tag) })
      const parser = MessageParser.make()
      for (const byte of text) parser.push(byte)
      assert.deepStrictEqual(parser.diagnosis("terminal"), stop)
    }
  )

  it("says where the field begins that a slightly too long one has taken", () => {
    assert.strictEqual(
      Diagnosis.ofText("CZ0040320CJ012012345678901CA00301CB0041250CD0010", "terminal")?.problem,
      "CA at byte 26 announces 3 bytes; a field CB begins 2 bytes into it, so the length may be 2"
    )
  })

  it("says how much of a field was received", () => {
    assert.deepInclude(Diagnosis.ofText(`${head}CF010ORD`, "register"), { tag: "CF", announced: 10, found: 3 })
    assert.deepInclude(Diagnosis.ofText(`${head}C`, "register"), { offset: 56 })
  })

  it.each([
    ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", /^this is HTTP: .*set the till to the address of the API$/],
    ["POST /v1/connector/order HTTP/1.1\r\n", /^this is HTTP: /],
    ["\x16\x03\x01\x02\x00\x01\x00", /^this is TLS: .*switch TLS off for this terminal$/],
    [`\x02${head}\x03A`, /^STX \(0x02\) .*set the till to Concert V3 over IP$/],
    ["\x05", /^ENQ \(0x05\) /]
  ])("recognizes what is sent in place of a request: %j", (text, problem) => {
    assert.match(Diagnosis.ofText(text, "register")?.problem ?? "", problem)
  })

  it("recognizes another protocol however its bytes are cut into chunks", () => {
    for (const text of ["HTTP/1.1 200 OK\r\n\r\n", "\x15\x03\x03\x00\x02", "\x15"]) {
      const parser = MessageParser.make()
      for (const byte of text) parser.push(byte)
      const whole = MessageParser.make()
      whole.push(text)
      assert.isDefined(parser.diagnosis("terminal"))
      assert.deepStrictEqual(parser.diagnosis("terminal"), whole.diagnosis("terminal"))
    }
  })

  it("does not take a message for the serial dialogue because of an ACK before it", () => {
    const parser = MessageParser.make()
    parser.push(`\x06${head}AE002`)
    assert.include(parser.diagnosis("terminal")?.problem, "the text stops inside the field AE")
  })

  it.prop(
    "never shows a value",
    [Schema.String.check(Schema.isPattern(/^[a-z]{6,20}$/)), Schema.Int],
    ([secret, at]) => {
      const text = `${head}CF${String(secret.length).padStart(3, "0")}${secret}`
      const cut = head.length + 5 + (Math.abs(at) % secret.length)
      for (const each of [text.slice(0, cut), `${text}?${secret}`, `${secret}${text}?`]) {
        const diagnosis = JSON.stringify(Diagnosis.ofText(each, "register")) ?? ""
        assert.notInclude(diagnosis, secret.slice(0, 6))
      }
    }
  )
})

describe("an end of the serial dialogue", () => {
  it.each(["\x03A", "\x03A\x04", "\x04"])("behind a message is skipped: %j", (end) => {
    const { fields, warnings } = Result.getOrThrow(Request.decode(head + end))
    assert.strictEqual(fields.length, 6)
    assert.deepStrictEqual([...new Set(warnings.map(({ code }) => code))], ["serial-framing"])
    const parser = MessageParser.make({ mark: "CD" })
    for (const byte of head + end) parser.push(byte)
    assert.strictEqual(parser.end()._tag, "Whole")
  })
})
