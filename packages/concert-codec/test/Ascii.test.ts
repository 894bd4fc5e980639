import { assert, describe, it } from "@effect/vitest"
import * as Ascii from "@hipay-pos/concert-codec/Ascii"
import * as Tag from "@hipay-pos/concert-codec/Tag"
import * as Schema from "effect/Schema"

describe("Ascii", () => {
  it.each([
    ["ORDER_1 ~", "ORDER_1 ~"],
    ["Café, À CONSERVER", "Cafe, A CONSERVER"],
    ["Œuvre, straße, Łódź, Ødegård", "OEuvre, strasse, Lodz, Odegard"],
    ["№ 42 ﬁn", "No 42 fin"],
    ["日本 10 €", " 10 "],
    ["line\nbreak\ttab", "linebreaktab"],
    ["", ""]
  ])("%j becomes %j", (text, plain) => assert.strictEqual(Ascii.fromText(text), plain))

  it.prop("is what the wire allows, whatever the input", [Schema.String], ([text]) => {
    const plain = Ascii.fromText(text)
    assert.isTrue(Tag.isPrintable(plain))
    assert.strictEqual(Ascii.fromText(plain), plain)
  })
})
