import { assert, describe, it } from "@effect/vitest"
import * as MessageParser from "@hipay-pos/concert-codec/MessageParser"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Result from "effect/Result"
import { frameOf } from "./vectors.ts"

const acknowledged = frameOf("ack-immediate")
const refused = frameOf("ko-minimal")

const tags = ({ fields }: MessageParser.Message) => fields.map(({ tag }) => tag).join(" ")

describe("MessageParser", () => {
  it("is empty before any input", () => {
    const parser = MessageParser.make()
    assert.isTrue(parser.isEmpty())
    assert.isFalse(parser.isInside())
    assert.strictEqual(parser.received(), "")
    assert.deepStrictEqual(parser.end(), { _tag: "Incomplete" })
    parser.push("C")
    assert.isFalse(parser.isEmpty())
  })

  it("ignores an empty chunk", () => {
    const parser = MessageParser.make()
    parser.push(refused)
    assert.strictEqual(parser.push("")._tag, "Candidate")
    assert.strictEqual(parser.push(new Uint8Array(0))._tag, "Candidate")
  })

  it("keeps a partial message until the rest arrives", () => {
    const parser = MessageParser.make()
    assert.strictEqual(parser.push("CZ0040300AE0")._tag, "Incomplete")
    assert.isFalse(parser.isEmpty())
    assert.isTrue(parser.isInside())
    assert.strictEqual(parser.received(), "CZ0040300AE0…")
    const progress = parser.push("0201")
    assert.strictEqual(progress._tag, "Candidate")
    assert.isFalse(parser.isInside())
    assert.strictEqual(parser.received(), "CZ0040300AE00201")
  })

  it("has no candidate on a boundary without an action status", () => {
    assert.strictEqual(MessageParser.make().push("CZ0040300CB0041245")._tag, "Incomplete")
    assert.strictEqual(MessageParser.make({ mark: "CB" }).push("CZ0040300CB0041245")._tag, "Candidate")
  })

  it("has a candidate that grows, since the status may come first", () => {
    const parser = MessageParser.make()
    const first = parser.push("CZ0040300AE00210")
    const second = parser.push("CB0041245")
    assert.strictEqual(second._tag, "Candidate")
    assert.strictEqual(first, second)
    if (second._tag === "Candidate") assert.strictEqual(tags(second.message), "CZ AE CB")
  })

  it("ends a message where the next one begins", () => {
    const parser = MessageParser.make()
    const progress = parser.push(acknowledged + refused.slice(0, 11))
    assert.strictEqual(progress._tag, "Whole")
    if (progress._tag !== "Whole") return
    assert.strictEqual(Tlv.encode(progress.message.fields), acknowledged)
    assert.strictEqual(progress.next._tag, "Incomplete")
    const last = parser.push(refused.slice(11))
    assert.strictEqual(last._tag, "Candidate")
    assert.strictEqual(parser.received(), refused)
  })

  it("separates any number of messages in one chunk", () => {
    const parser = MessageParser.make()
    let progress = parser.push(refused.repeat(20_000))
    let count = 0
    for (; progress._tag === "Whole"; progress = progress.next) count++
    assert.strictEqual(count, 19_999)
    assert.strictEqual(progress._tag, "Candidate")
  })

  it("gives the messages of one chunk in the order of their bytes", () => {
    const seen: Array<string | undefined> = []
    let progress = MessageParser.make().push(["01", "04", "05", "11"].map((code) => `CZ0040300AE002${code}`).join(""))
    for (; progress._tag === "Whole"; progress = progress.next) seen.push(Tlv.find(progress.message.fields, "AE"))
    if (progress._tag === "Candidate") seen.push(Tlv.find(progress.message.fields, "AE"))
    assert.deepStrictEqual(seen, ["01", "04", "05", "11"])
  })

  it("takes a version that is not the first field for the message's own", () => {
    const parser = MessageParser.make()
    assert.strictEqual(parser.push("AE00201CZ0040300AF00204")._tag, "Candidate")
    assert.strictEqual(parser.push("CZ0040300")._tag, "Whole")
  })

  it("gives each message only the warnings of its own bytes", () => {
    const parser = MessageParser.make()
    const progress = parser.push(`CZ0040300CF000AE00201${refused}CF000`)
    assert.strictEqual(progress._tag, "Whole")
    if (progress._tag !== "Whole") return
    assert.deepStrictEqual(
      progress.message.warnings.map(({ offset }) => offset),
      [9]
    )
    assert.deepStrictEqual(
      parser.message().warnings.map(({ offset }) => offset),
      [44]
    )
  })

  it("makes a candidate whole when the peer ends its side, and nothing else", () => {
    const whole = MessageParser.make()
    whole.push(refused)
    assert.strictEqual(whole.end()._tag, "Whole")
    const cut = MessageParser.make()
    cut.push(refused.slice(0, -1))
    assert.strictEqual(cut.end()._tag, "Incomplete")
  })

  it("reads nothing more after bytes that are not a field", () => {
    const parser = MessageParser.make()
    const progress = parser.push(`${refused}?`)
    assert.strictEqual(progress._tag, "Malformed")
    if (progress._tag === "Malformed") {
      assert.deepInclude(progress.error, { offset: refused.length, problem: "no field begins here" })
    }
    assert.strictEqual(parser.received(), `${refused}?`)
    assert.strictEqual(parser.push(refused)._tag, "Malformed")
    assert.strictEqual(parser.end()._tag, "Malformed")
  })

  it("waits for a message after bytes that are not Concert, and gives up at the end", () => {
    const parser = MessageParser.make()
    assert.strictEqual(parser.push("HELLO, TERMINAL")._tag, "Incomplete")
    assert.strictEqual(parser.push(` HERE: ${refused}`)._tag, "Candidate")
    const never = MessageParser.make()
    never.push("HELLO, TERMINAL")
    const end = never.end()
    assert.strictEqual(end._tag, "Malformed")
    if (end._tag === "Malformed") assert.deepInclude(end.error, { offset: 0, tag: "HE" })
  })

  describe("the limit", () => {
    it("allows a message of exactly that many bytes", () => {
      const parser = MessageParser.make({ maximumBytes: refused.length })
      assert.strictEqual(parser.push(refused)._tag, "Candidate")
      const longer = MessageParser.make({ maximumBytes: refused.length - 1 })
      const progress = longer.push(refused)
      assert.strictEqual(progress._tag, "Malformed")
      if (progress._tag === "Malformed") {
        assert.strictEqual(progress.error.problem, `longer than ${refused.length - 1} bytes`)
      }
    })

    it("counts a field that comes in pieces to the byte", () => {
      const parser = MessageParser.make({ maximumBytes: 20 })
      parser.push("CZ0040300AF900")
      assert.strictEqual(parser.push("123456")._tag, "Incomplete")
      assert.strictEqual(parser.push("7")._tag, "Malformed")
    })

    it("counts each message by itself", () => {
      const parser = MessageParser.make({ maximumBytes: refused.length })
      for (let i = 0; i < 5; i++) assert.notStrictEqual(parser.push(refused)._tag, "Malformed")
    })

    it("counts the bytes of a field that never ends, and bytes that are no field", () => {
      const cut = MessageParser.make({ maximumBytes: 100 })
      assert.strictEqual(cut.push(`CZ0040300AF900${"x".repeat(90)}`)._tag, "Malformed")
      const noise = MessageParser.make({ maximumBytes: 100 })
      assert.strictEqual(noise.push("?".repeat(101))._tag, "Malformed")
    })

    it("is 65536 bytes unless told otherwise", () => {
      const parser = MessageParser.make()
      const field = `YY994${"0".repeat(994)}`
      const progress = parser.push(`AE00210${field.repeat(65)}YY589${"0".repeat(589)}`)
      assert.strictEqual(parser.message().fields.length, 67)
      assert.strictEqual(progress._tag, "Candidate")
      assert.strictEqual(parser.push(`CI0011`)._tag, "Malformed")
    })
  })

  it("reads bytes as Latin-1", () => {
    const parser = MessageParser.make({ mark: "AF" })
    parser.push(Uint8Array.of(0x41, 0x46, 0x30, 0x30, 0x32, 0x80, 0xe9))
    assert.strictEqual(parser.message().fields[0]?.value, "\x80é")
    assert.strictEqual(MessageParser.toText(MessageParser.toBytes("\0\x80é\xff")), "\0\x80é\xff")
  })

  it("turns any number of bytes into text", () => {
    const bytes = new Uint8Array(300_000).fill(0x41)
    assert.strictEqual(MessageParser.toText(bytes), "A".repeat(300_000))
  })
})

describe("a ticket of the wrong length", () => {
  const inner = Tlv.encode([
    { tag: "CK", value: "100" },
    { tag: "AK", value: btoa("TICKET CLIENT") }
  ])

  it.each([-12, -7, -3, -1, 1, 2, 3, 4, 5, 8, 9, 12])(
    "%d bytes off, costs no other field in whatever pieces it comes",
    (off) => {
      const length = String(inner.length + off).padStart(3, "0")
      const text = `CZ0040320CB0041245AE00210ZT${length}${inner}CG0071234567CI0011`
      for (let cut = 0; cut <= text.length; cut++) {
        const parser = MessageParser.make()
        parser.push(text.slice(0, cut))
        assert.strictEqual(parser.push(text.slice(cut))._tag, "Candidate", `cut at ${cut}`)
        const message = parser.message()
        assert.strictEqual(tags(message), "CZ CB AE ZT CG CI", `cut at ${cut}`)
        for (const { tag, offset } of message.fields) assert.strictEqual(text.indexOf(tag), offset, `cut at ${cut}`)
        assert.strictEqual(message.fields[3]?.fields?.[1]?.value, btoa("TICKET CLIENT"), `cut at ${cut}`)
        const told = message.warnings.filter(({ code }) => code === "ticket-length")
        assert.deepStrictEqual(
          told.map(({ tag, message }) => [tag, message]),
          [["ZT", "the length of the ticket is wrong"]],
          `cut at ${cut}`
        )
      }
    }
  )
})

describe("a ticket that announces too little, as the last field", () => {
  const texts = [
    "CARTE BANCAIRE\nDEBIT\n  12,50 EUR\n",
    "TICKET CLIENT\nA CONSERVER",
    "CB\n23/11/26\n12,50 EUR",
    "A CONSERVER"
  ]

  it.each(texts.flatMap((text) => [1, 2, 3, 4].map((less) => [text, less] as const)))(
    "is an answer with its whole ticket: %j, %d bytes short",
    (text, less) => {
      const inner = Tlv.encode([{ tag: "AK", value: btoa(text) }])
      const answer = `CZ0040320CB0041245AE00210ZT${String(inner.length - less).padStart(3, "0")}${inner}`
      for (let cut = 0; cut <= answer.length; cut++) {
        const parser = MessageParser.make()
        parser.push(answer.slice(0, cut))
        assert.strictEqual(parser.push(answer.slice(cut))._tag, "Candidate", `cut at ${cut}`)
        assert.isFalse(parser.isInside())
        assert.isUndefined(parser.diagnosis("terminal"))
        assert.strictEqual(parser.message().fields[3]?.fields?.[0]?.value, btoa(text), `cut at ${cut}`)
        assert.strictEqual(parser.end()._tag, "Whole")
      }
    }
  )

  it("awaits the field whose tag follows it, and then stays as it was", () => {
    const parser = MessageParser.make()
    const inner = Tlv.encode([{ tag: "AK", value: "QUJDREVGR0hJSktM" }])
    assert.strictEqual(parser.push(`CZ0040320AE00210ZT0${inner.length}AK018${inner.slice(5)}`)._tag, "Candidate")
    assert.strictEqual(parser.push("A")._tag, "Incomplete")
    assert.strictEqual(parser.push("F")._tag, "Incomplete")
    assert.strictEqual(parser.end()._tag, "Incomplete")
    assert.strictEqual(parser.push("00201")._tag, "Candidate")
    assert.strictEqual(tags(parser.message()), "CZ AE ZT AF")
    assert.strictEqual(parser.message().fields[2]?.fields?.[0]?.value, "QUJDREVGR0hJSktM")
  })
})

describe("a ticket whose lengths leave out line ends of its text", () => {
  const whole = btoa("CARTE BANCAIRE, DEBIT\n".repeat(12))
  const lined = (end: string, width: number, last: boolean) =>
    (whole.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join(end) + (last ? end : "")
  const answer = (text: string, less: number) => {
    const inner = `CK003100AK${String(text.length - less).padStart(3, "0")}${text}`
    return `CZ0040320CB0041245AE00210ZT${String(inner.length - less).padStart(3, "0")}${inner}`
  }
  const plain = (text = "") => text.replace(/\s/g, "")
  const textOf = ({ fields }: MessageParser.Message) => fields.find(({ tag }) => tag === "ZT")?.fields?.[1]?.value

  it.each([
    ["all of them, LF", lined("\n", 40, false), 1],
    ["all of them, LF, one at the end", lined("\n", 40, true), 1],
    ["all of them, CR LF", lined("\r\n", 76, false), 2],
    ["all of them, CR LF, one at the end", lined("\r\n", 76, true), 2],
    ["every CR", lined("\r\n", 76, false), 1],
    ["every CR, one at the end", lined("\r\n", 64, true), 1]
  ] as const)("is an answer with its whole ticket: %s", (_, text, each) => {
    const count = text.split("\n").length - 1
    for (const behind of ["", "CI0011"]) {
      const sent = answer(text, each * count) + behind
      for (let cut = 0; cut <= sent.length; cut++) {
        const parser = MessageParser.make()
        parser.push(sent.slice(0, cut))
        assert.strictEqual(parser.push(sent.slice(cut))._tag, "Candidate", `cut at ${cut}`)
        assert.isFalse(parser.isInside())
        assert.isUndefined(parser.diagnosis("terminal"))
        assert.strictEqual(parser.end()._tag, "Whole")
        const { fields, warnings } = parser.message()
        assert.strictEqual(plain(textOf(parser.message())), whole, `cut at ${cut}`)
        assert.strictEqual(tags(parser.message()), behind === "" ? "CZ CB AE ZT" : "CZ CB AE ZT CI")
        assert.include(
          warnings.map(({ code }) => code),
          "ticket-length"
        )
        if (cut === 0) assert.deepStrictEqual(Result.getOrThrow(Tlv.decode(sent)), { fields, warnings })
      }
    }
  })

  it.each([
    ["XY003ABC", "XYABC"],
    ["XY003ABCAC006123456", "XYABC AC123456"],
    ["XY003ABCXQ004QUJDAC006123456", "XYABC XQQUJD AC123456"]
  ])("leaves fields of unknown tags after a complete text alone: %s", (behind, fields) => {
    const text = lined("\r\n", 64, false)
    const sent = answer(text, 0) + behind
    for (let cut = 0; cut <= sent.length; cut++) {
      const parser = MessageParser.make()
      parser.push(sent.slice(0, cut))
      parser.push(sent.slice(cut))
      assert.strictEqual(parser.end()._tag, "Whole")
      const message = parser.message()
      assert.strictEqual(textOf(message), text, `cut at ${cut}`)
      assert.strictEqual(
        message.fields
          .slice(4)
          .map(({ tag, value }) => tag + value)
          .join(" "),
        fields
      )
      assert.deepStrictEqual(message.warnings, [])
      if (cut === 0) assert.deepStrictEqual(Result.getOrThrow(Tlv.decode(sent)).fields, message.fields)
    }
  })

  it("takes no more after it than its line ends, only base64, and no field", () => {
    const text = lined("\n", 64, false)
    const count = text.split("\n").length - 1
    for (const behind of ["QUJDQUJDQUJD", "QU;D", "!"]) {
      const parser = MessageParser.make()
      assert.strictEqual(parser.push(answer(text, 0) + behind)._tag, "Malformed", behind)
      assert.strictEqual(textOf(parser.message()), text)
    }
    const one = MessageParser.make()
    assert.strictEqual(one.push(`${answer("QUJDREVG", 0)}QUJD`)._tag, "Malformed")
    const field = MessageParser.make()
    field.push(`${answer(text.slice(0, -count), 0)}AC006983628`)
    field.end()
    assert.strictEqual(tags(field.message()), "CZ CB AE ZT AC")
    assert.strictEqual(textOf(field.message()), text.slice(0, -count))
  })

  it.each(["AE00201", "AF00204", "AF00204AC006983628"])(
    "leaves a field alone behind a byte too much of its text: %s",
    (behind) => {
      const text = lined("\n", 20, false)
      // One character came twice, so that the lengths, which count it once, end before the last one.
      const inner = `CK003100AK${String(text.length).padStart(3, "0")}${text[0]}${text}`
      const sent = `CZ0040320CB0041245AE00210ZT${String(inner.length - 1).padStart(3, "0")}${inner}${behind}`
      for (let cut = 0; cut <= sent.length; cut++) {
        const parser = MessageParser.make()
        parser.push(sent.slice(0, cut))
        assert.strictEqual(parser.push(sent.slice(cut))._tag, "Malformed", `cut at ${cut}`)
      }
    }
  )
})

describe("a ticket that announces too much, as the last field", () => {
  const ak = btoa("CARTE BANCAIRE\nDEBIT\nMONTANT 12,45 EUR\n")
  const lines = `${ak.slice(0, 20)}\n${ak.slice(20)}\n`
  const answer = (length: number, text: string, more: number) => {
    const inner = `CK003100AK${String(length).padStart(3, "0")}${text}`
    return `CZ0040320CB0041245AE00210ZT${String(inner.length + more).padStart(3, "0")}${inner}`
  }

  it.each([
    ["1 byte", ak, answer(ak.length, ak, 1)],
    ["4 bytes", ak, answer(ak.length, ak, 4)],
    ["400 bytes", ak, answer(ak.length, ak, 400)],
    ["each line feed twice, as its text does", lines, answer(lines.length + 2, lines, 2)]
  ])("is an answer with its whole ticket: %s", (_, text, answer) => {
    for (let cut = 0; cut <= answer.length; cut++) {
      const parser = MessageParser.make()
      parser.push(answer.slice(0, cut))
      assert.strictEqual(parser.push(answer.slice(cut))._tag, "Candidate", `cut at ${cut}`)
      assert.isFalse(parser.isInside())
      assert.isUndefined(parser.diagnosis("terminal"))
      assert.strictEqual(parser.end()._tag, "Whole")
      const { fields, warnings } = parser.message()
      assert.strictEqual(fields[3]?.fields?.[1]?.value, text, `cut at ${cut}`)
      assert.deepStrictEqual(
        warnings.map(({ code, offset }) => [code, offset]),
        [["ticket-length", answer.indexOf("ZT")]]
      )
      assert.deepStrictEqual(Result.getOrThrow(Tlv.decode(answer)), { fields, warnings })
    }
  })

  it.each(Array.from({ length: 14 }, (_, index) => [index + 1] as const))(
    "is an answer where a terminal counts CR LF for each of its %d line feeds",
    (count) => {
      const whole = btoa("CARTE BANCAIRE, DEBIT\n".repeat(30)).slice(0, 40 * count + 20)
      const text = (whole.match(/.{1,40}/g) ?? []).join("\n")
      assert.lengthOf(text.split("\n"), count + 1)
      const sent = answer(text.length + count, text, count)
      for (const cut of [0, 40, sent.length - 60, sent.length - 30, sent.length - 1]) {
        const parser = MessageParser.make()
        parser.push(sent.slice(0, cut))
        assert.strictEqual(parser.push(sent.slice(cut))._tag, "Candidate", `cut at ${cut}`)
        assert.strictEqual(parser.end()._tag, "Whole")
        assert.strictEqual(parser.message().fields[3]?.fields?.[1]?.value, text)
      }
      const slow = MessageParser.make()
      for (const byte of sent) slow.push(byte)
      assert.strictEqual(slow.end()._tag, "Whole")
    }
  )

  it("goes on where it was not at its end", () => {
    const whole = `${answer(ak.length, ak, 1)}CI0011`
    const at = whole.indexOf("CI")
    const parser = MessageParser.make()
    assert.strictEqual(parser.push(whole.slice(0, at))._tag, "Candidate")
    assert.strictEqual(parser.push(whole.slice(at))._tag, "Candidate")
    assert.strictEqual(tags(parser.message()), "CZ CB AE ZT CI")
  })

  it("gives back the fields after it, and is one message whatever they say", () => {
    const parser = MessageParser.make()
    parser.push(`${answer(ak.length, ak, 30)}AC006983628`)
    assert.strictEqual(parser.end()._tag, "Whole")
    assert.strictEqual(tags(parser.message()), "CZ CB AE ZT AC")
  })

  it.each([
    ["in its text", answer(ak.length, ak, 0).slice(0, -5)],
    ["by less than the last four characters of it", answer(ak.length, ak, 0).slice(0, -1)],
    ["before its text", answer(0, "", 20)]
  ])("is incomplete where it was cut %s", (_, cut) => {
    const parser = MessageParser.make()
    assert.strictEqual(parser.push(cut)._tag, "Incomplete")
    assert.strictEqual(parser.end()._tag, "Incomplete")
  })
})

describe("a field of digits", () => {
  const ai = "AI014A0000000421010"
  const cf = "CF014ORDER_20261130"
  const values = (text: string, cut: number) => {
    const parser = MessageParser.make({ sent: ["ORDER_20261130"] })
    parser.push(text.slice(0, cut))
    parser.push(text.slice(cut))
    return parser.message().fields.map(({ value }) => value)
  }

  it("is kept before a private field whose tag begins with a digit, wherever the message is cut", () => {
    const text = `AE00210${ai}9F003abc${cf}1A003abcCG00712345675Q003abc`
    for (let cut = 0; cut <= text.length; cut++) {
      const kept = ["10", "A0000000421010", "abc", "ORDER_20261130", "abc", "1234567", "abc"]
      assert.deepStrictEqual(values(text, cut), kept, `cut at ${cut}`)
    }
  })

  it("is kept if it is an amount padded with zeros, whatever follows it", () => {
    for (const behind of ["77003xyz", "7", "7700", "77?"]) {
      assert.strictEqual(values(`AE00210CB012000000001250${behind}`, 0)[1], "000000001250", behind)
      assert.strictEqual(values(`AE00210CB012497010112233${behind}`, 0)[1], "497010######", behind)
    }
  })

  it.each(["12003abc", "1234", "12?"])(
    "is masked before bytes that may be its own, but not what was sent: %s",
    (rest) => {
      assert.strictEqual(values(`AE00210${ai}${rest}`, 0)[1], "A000000#######")
      assert.strictEqual(values(`AE00210${cf}${rest}`, 0)[1], "ORDER_20261130")
    }
  )

  it.each([
    ["CF", "4970 1012", "4970 10##", " 3456 7890"],
    ["CF", "4970-1012-3456", "4970-10##-####", "-7890"],
    ["AH", "OF 4970 1012 3", "OF 4970 10## #", "456 7890"],
    ["CF", "4970.1012.3456", "4970.10##.####", ".7890"],
    ["AH", "4970_1012_", "4970_10##_", "3456_7890"],
    ["XX", "PAN:4970, 1012, 3456", "PAN:4970, 10##, ####", ", 7890"],
    ["AH", "4970\r\n1012", "4970\r\n10##", "\r\n3456"],
    ["CF", "2026-11-29 ORDER", "2026-11-29 ORDER", "?"],
    ["CF", "ORDER 2026-11", "ORDER 2026-11", "?"]
  ])("is masked in groups as well before bytes that may be its own: %s %s", (tag, value, masked, rest) => {
    const text = `AE00210${Tlv.encode([{ tag, value }])}${rest}`
    for (let cut = 7; cut <= text.length; cut++) assert.strictEqual(values(text, cut)[1], masked, `cut at ${cut}`)
  })

  it.each(["9", "9F", "9F00", "C", "CB0"])("is masked while what follows it is not a whole header: %s", (rest) => {
    assert.strictEqual(values(`AE00210${ai}${rest}`, 0)[1], "A000000#######")
  })
})

describe("bytes that fuzzing found", () => {
  /** All messages, and the final progress. */
  const said = (chunks: Iterable<string>) => {
    const parser = MessageParser.make()
    const whole: Array<MessageParser.Message> = []
    for (const chunk of chunks) {
      let progress = parser.push(chunk)
      for (; progress._tag === "Whole"; progress = progress.next) whole.push(progress.message)
    }
    const { _tag } = parser.end()
    return { _tag, messages: [...whole, parser.message()].map(({ fields, warnings }) => ({ fields, warnings })) }
  }

  it.each([
    ["noise that holds fields but no CZ", "0010CD0010CB0041245AE00210CC003001"],
    ["noise that holds fields before its CZ", "0010CD0010CB0041245CZ0040300AE00201"],
    ["an end mark whose checksum could begin a field", "CZ0040300\x03A0403 0CJ003012AE00210"],
    ["a ticket that swallowed a whole message", "ZT042CZ0040300CB0042500CD0010CE003978AE00210"],
    ["a CZ that turns out to be none", "?CZABCCZ0040300AE00201"],
    ["white space", `${refused}\r\n \0${refused}\r\nCI0011  `],
    ["white space and the end mark of the serial variant", `${refused}\r\n\x03A\r\n\x04 \n`],
    ["a ticket that announces too little, and white space", "CZ0040320AE00210ZT010CK003100AK012QUJDREVGR0g=\r\nCI0011"],
    ["a ticket with white space inside", "CZ0040320AE00210ZT012CK003100\r\n\r\n\r\nCI0011"],
    ["empty fields", "CZ0040320CF000CH000AE00210CF000"]
  ])("mean the same in whatever pieces they come: %s", (_, text) => {
    const whole = said([text])
    assert.deepStrictEqual(said(text), whole)
    for (let cut = 0; cut <= text.length; cut++) {
      assert.deepStrictEqual(said([text.slice(0, cut), text.slice(cut)]), whole, `cut at ${cut}`)
    }
  })

  it("leave no empty field behind", () => {
    const parser = MessageParser.make()
    parser.push("ZT009CZ0040300AE00210")
    assert.strictEqual(tags(parser.message()), "CZ AE")
  })
})
