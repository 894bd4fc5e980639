import { assert, describe, it } from "@effect/vitest"
import * as ConcertTerminal from "@hipay-pos/concert-codec/ConcertTerminal"
import * as Explain from "@hipay-pos/concert-codec/Explain"
import * as MessageParser from "@hipay-pos/concert-codec/MessageParser"
import * as Request from "@hipay-pos/concert-codec/Request"
import * as Response from "@hipay-pos/concert-codec/Response"
import * as Tag from "@hipay-pos/concert-codec/Tag"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { payment } from "./session/payment.ts"
import { Scripted } from "./session/scripted.ts"

/** For properties that go through every length or every end with each number. */
const RUNS = 40

const Pan = Schema.String.check(Schema.isPattern(/^[3-6]\d{12,18}$/))

/** Everywhere a terminal could put a card number. */
const hidingPlaces: ReadonlyArray<readonly [where: string, hide: (pan: string) => ReadonlyArray<Tlv.RawField>]> = [
  ...[
    ...Tag.all.filter(({ format, code }) => format === "text" && code !== "CZ").map(({ code }) => code),
    "Q7",
    "CB"
  ].map((tag) => [tag, (pan: string) => [{ tag, value: pan }]] as const),
  ["text around it", (pan) => [{ tag: "AF", value: `04 CARTE ${pan} REFUSEE` }]],
  ["a cheque's line", (pan) => [{ tag: "AD", value: `1234567 ${pan} 123456789012` }]],
  ["a ticket", (pan) => ticket("100", `CARTE\n${pan}\nMERCI`)],
  ["an HTML ticket", (pan) => ticket("101", `<p>CARTE <b>${pan.slice(0, 8)}</b>${pan.slice(8)}</p>`)],
  ["a ticket at top level", (pan) => [{ tag: "AK", value: btoa(`CARTE ${pan}`) }]],
  ["base64 with line breaks", (pan) => [{ tag: "AK", value: btoa(`CARTE ${pan}`).replace(/.{9}/g, "$&\n") }]],
  ["a ticket that is not base64, though it could be", (pan) => [{ tag: "AK", value: `CARTE ${pan}` }]],
  ["a ticket of digits", (pan) => [{ tag: "AK", value: pan }]],
  ...["AA", "AD", "AI"].map(
    (tag) => [`base64 in ${tag}`, (pan: string) => [{ tag, value: btoa(`CARTE ${pan} FIN`) }]] as const
  ),
  ["damaged base64", (pan) => [{ tag: "AK", value: `%${btoa(`CARTE ${pan}`)}` }]],
  ["base64 in a private field", (pan) => [{ tag: "OD", value: btoa(`{"pan":"${pan}"}`) }]],
  ["base64 in an unknown field", (pan) => [{ tag: "Q7", value: btoa(`{"pan":"${pan}"}`) }]],
  ["a ticket that cannot be read", (pan) => [{ tag: "ZT", value: `CK003100AK900${btoa(`CARTE ${pan}`)}` }]],
  ["an unknown constructed field", (pan) => [{ tag: "ZX", value: `Q7${String(pan.length).padStart(3, "0")}${pan}` }]]
]

const ticket = (management: string, text: string): ReadonlyArray<Tlv.RawField> => [
  {
    tag: "ZT",
    value: Tlv.encode([
      { tag: "CK", value: management },
      { tag: "AK", value: btoa(text) }
    ])
  }
]

/**
 * Seven consecutive digits of the number, in the text itself or in any base64 in it. Those that surround the number anyway,
 * such as `0040320` of a `CZ`, do not count.
 */
const leak = (output: unknown, pan: string, around: string): string | undefined => {
  const text = typeof output === "string" ? output : JSON.stringify(output)
  const texts = [text, text.replace(/<[^>]*>/g, "")]
  for (const [part] of text.replace(/\\n|\s/g, "").matchAll(/[A-Za-z0-9+/]{8,}/g)) {
    for (let shift = 0; shift < 4; shift++) {
      const end = part.length - ((part.length - shift) % 4)
      texts.push(Buffer.from(part.slice(shift, end), "base64").toString("latin1"))
    }
  }
  for (const [run] of texts.join("\n").matchAll(/\d{7,}/g)) {
    for (let at = 0; at + 7 <= pan.length; at++) {
      const digits = pan.slice(at, at + 7)
      if (run.includes(digits) && !around.includes(digits)) return digits
    }
  }
  return undefined
}

/** Called a hundred thousand times: the assertion's text is made only where it fails. */
const assertClean = (output: unknown, pan: string, what: string, around = "") => {
  const found = leak(output, pan, around)
  if (found !== undefined) assert.fail(`${what}: ${found}`)
}

const masked = (pan: string): string => pan.slice(0, 6) + "#".repeat(pan.length - 10) + pan.slice(-4)

const head = [
  { tag: "CZ", value: "0320" },
  { tag: "CD", value: "0" },
  { tag: "AE", value: "10" }
]

/** The output of every reading function for a text. */
const outputs = (text: string): ReadonlyArray<readonly [name: string, output: unknown]> => {
  const explained = Explain.explainPrefix(text)
  const parser = MessageParser.make()
  const progress = parser.push(text)
  const decoded = Response.decode(text)
  return [
    ["Tlv.decode", Tlv.decode(text)],
    ["Tlv.decodePrefix", Tlv.decodePrefix(text)],
    ["Tlv.redact", Tlv.redact(text)],
    ["Request.decode", Request.decode(text)],
    ["Response.decode", decoded],
    ["Response.encode", Result.isSuccess(decoded) ? Response.encode(decoded.success.response) : ""],
    ["Explain.toJson", Explain.toJson(explained)],
    ["Explain.toText", Explain.toText(explained)],
    ["MessageParser.push", progress],
    ["MessageParser.received", parser.received()],
    ["MessageParser.end", parser.end()]
  ]
}

describe("a card number", () => {
  it.prop(
    "is in no output if a ticket's length ends in it",
    [Pan],
    ([pan]) => {
      for (const base64 of [btoa(`CARTE ${pan}\nMERCI`), btoa(`CARTE ${pan}\nMERCI`).replace(/.{9}/g, "$&\n")]) {
        for (let less = 1; less < base64.length; less++) {
          const inner = `CK003100AK${String(base64.length - less).padStart(3, "0")}${base64}`
          const text = `${Tlv.encode(head)}ZT${String(inner.length - less).padStart(3, "0")}${inner}`
          for (const [name, output] of outputs(text))
            assertClean(output, pan, `${name}, ${less} short`, text.slice(0, 45))
          assertClean(Tlv.redact(`${text.slice(0, text.length - less)};`), pan, `before a semicolon, ${less} short`)
        }
      }
    },
    { arbitrary: { runs: RUNS } }
  )

  describe.each(hidingPlaces)("in %s", (_, hide) => {
    it.prop("is in no output of any function, nor in any base64 part of it", [Pan], ([pan]) => {
      const frame = (number: string) => Tlv.encode([...head, ...hide(number), { tag: "CG", value: "1234567" }])
      for (const [name, output] of outputs(frame(pan))) assertClean(output, pan, name, frame(masked(pan)))
    })

    it.prop(
      "is in no output when the stream ends anywhere in it",
      [Pan],
      ([pan]) => {
        const text = Tlv.encode([...head, ...hide(pan)])
        const around = Tlv.encode([...head, ...hide(masked(pan))])
        for (let cut = Tlv.encode(head).length; cut < text.length; cut++) {
          const prefix = text.slice(0, cut)
          assertClean(Tlv.redact(prefix), pan, `redact, cut at ${cut}`, around)
          assertClean(Explain.toText(Explain.explainPrefix(prefix)), pan, `Explain, cut at ${cut}`, around)
          const parser = MessageParser.make()
          assertClean([parser.push(prefix), parser.end(), parser.received()], pan, `parser, cut at ${cut}`, around)
        }
      },
      { arbitrary: { runs: RUNS } }
    )

    it("keeps its length and its place, so that the frame stays decodable", () => {
      const text = Tlv.encode([...head, ...hide("4970108352961747"), { tag: "CG", value: "1234567" }])
      assert.strictEqual(Tlv.redact(text).length, text.length)
      assert.strictEqual(Tlv.redact(Tlv.redact(text)), Tlv.redact(text))
    })
  })

  it("is hidden in place of a field, whatever lengths its digits form", () => {
    for (const pan of ["4970108352961747", "4900541111122223", "5400312345678901", "6759649826438453123"]) {
      for (const text of [pan, `${Tlv.encode(head)}${pan}`, `${pan}${Tlv.encode(head)}`]) {
        for (const [name, output] of outputs(text)) assertClean(output, pan, `${name}, ${text}`)
      }
    }
  })

  const Index = (length: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: length - 1 }))

  /** An answer with the number in three places, and its fields in rotated order. */
  const answer = (pan: string, first: number): Array<Tlv.RawField> => {
    const fields = [
      { tag: "CJ", value: "012345678901" },
      { tag: "CB", value: "1245" },
      { tag: "AF", value: `01 CARTE ${pan} OK` },
      { tag: "CA", value: "01" },
      ...ticket("100", `CARTE\n${pan}\nDEBIT`),
      { tag: "AC", value: "983628" },
      { tag: "CG", value: "4242424" },
      { tag: "AA", value: pan },
      { tag: "CF", value: "ORDER-1" },
      { tag: "AK", value: btoa(`${pan}\nMERCI`) },
      { tag: "CI", value: "1" }
    ]
    return [...fields.slice(first), ...fields.slice(0, first)]
  }

  it.prop(
    "is in no output where a length before it, behind it or of its own is wrong",
    [Pan, Index(11), Index(11), Schema.Int.check(Schema.isBetween({ minimum: -20, maximum: 60 })), Index(400)],
    ([pan, first, wrong, off, end]) => {
      const lengthOf = (value: string, at: number) => Math.max(0, value.length + (at === wrong ? off : 0))
      const write = (number: string, count = 11) =>
        answer(number, first)
          .slice(0, count)
          .map(({ tag, value }, at) => `${tag}${String(lengthOf(value, at)).padStart(3, "0")}${value}`)
          .join("")
      // With its status it is not a request, whose order id is not masked.
      const text = `CZ0040320AE00210${write(pan)}`
      // There it ends according to the wrong length, and is a whole message.
      const announced = text.length - write(pan).length + write(pan, wrong).length + 5
      const whole = announced + lengthOf(answer(pan, first)[wrong]?.value ?? "", wrong)
      for (const part of [text, text.slice(0, end)].filter(({ length }) => length !== whole)) {
        for (const [name, output] of outputs(part)) assertClean(output, pan, `${name}, ${part}`, write(masked(pan)))
      }
    },
    { arbitrary: { runs: 500 } }
  )

  it("is masked however its message is cut into chunks", () => {
    const pan = "4970108352961747"
    const text = Tlv.encode([...head, { tag: "AA", value: pan }])
    for (let first = 0; first <= text.length; first++) {
      for (let second = first; second <= text.length; second += 3) {
        const parser = MessageParser.make()
        for (const chunk of [text.slice(0, first), text.slice(first, second), text.slice(second)]) {
          assertClean([parser.push(chunk), parser.received()], pan, `${first}, ${second}`)
        }
        assert.strictEqual(Tlv.find(parser.message().fields, "AA"), "497010######1747")
      }
    }
  })

  it.effect.each(hidingPlaces)("in %s of an answer is in no event and no outcome", ([_, hide]) =>
    Effect.gen(function* () {
      const pan = "4970108352961747"
      const said: Array<unknown> = []
      const terminal = new Scripted()
      const perform = ConcertTerminal.make({
        connector: terminal.connector,
        address: { host: "10.0.0.7", port: 8888 },
        onEvent: (event) => said.push(event)
      }).perform
      const answer = Tlv.encode([
        { tag: "CZ", value: "0320" },
        { tag: "CB", value: "1245" },
        { tag: "AE", value: "10" },
        ...hide(pan)
      ])
      for (const text of [answer, answer.slice(0, -3), `${answer}?${pan}`]) {
        terminal.onWrite = (it) => {
          it.send(text)
          it.end()
        }
        said.push(yield* Effect.result(perform(payment)))
        yield* TestClock.adjust("1 seconds")
      }
      assert.isAbove(said.length, 15)
      assertClean(said, pan, "events and outcomes")
    })
  )
})
