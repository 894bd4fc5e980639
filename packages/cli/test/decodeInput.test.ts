/** What `decode` takes for a message. */
import { assert, describe, it } from "vitest"
import { readMessage, underline } from "../src/decodeInput.ts"
import { inside } from "./inside.ts"

const request = "CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978"
const bytes = Buffer.from(request).toString("hex")
const grouped = (separator: string) => (bytes.match(/../g) ?? []).join(separator)

describe("hipay-pos decode", () => {
  it.each<[string, string, "hex" | "log line"]>([
    ["hex with blanks", grouped(" ").toUpperCase(), "hex"],
    ["hex with colons", grouped(":"), "hex"],
    ["hex with 0x", `0x${grouped(" 0x")}`, "hex"],
    ["hex without anything between", `${bytes}\n`, "hex"],
    ["a log line", `2026-11-28T13:42:37.495Z INFO sent ${request}\n`, "log line"],
    ["a field of a JSON line", `{"time":"13:42:37","frame":"${request}"}`, "log line"]
  ])("reads %s", async (_, given, taken) => {
    assert.deepStrictEqual(readMessage(given), { message: request, taken })
    const { code, stdout, stderr } = await inside(["decode", given])
    assert.strictEqual(code, 0)
    assert.strictEqual(stdout, (await inside(["decode", request])).stdout)
    assert.match(stderr, /^decode: taken for (hex|a log line)/)
  })

  it.each([
    ["a message", request],
    ["fields whose letters are hex digits", "AE00201AF00204"],
    ["noise that was sent before a message", `\u0000\u0001${request}`]
  ])("leaves %s as it is", (_, given) => {
    assert.deepStrictEqual(readMessage(given), { message: given })
  })

  it("underlines the byte that is wrong", async () => {
    const { code, stdout } = await inside(["decode", "CZ0040300AE00X01"])
    assert.strictEqual(code, 2)
    const [shown = "", mark = ""] = stdout.split("\n").slice(-2)
    const [, offset] = /\^ byte (\d+)$/.exec(mark) ?? []
    assert.strictEqual(shown[mark.indexOf("^")], "CZ0040300AE00X01"[Number(offset)])
  })

  it("shows no digits around it: they may be of a card number whose other digits show", () => {
    const [shown] = underline("4970101234567890014", 9).trim().split("\n")
    assert.strictEqual(shown, "#########")
  })

  it.each([
    ["4970 1098 3529 6174", "#### 1098", "#### ####", "the length is not three digits (at byte 24)"],
    ["4970-1098-3529-6174", "####-1098", "-####-###", "no field begins here (at byte 23)"],
    ["4970109835296174", "#####0983", undefined, "the text stops inside the field at byte 23"]
  ])("shows of the card number %s in a field that is too short its last four digits only", async (number, ...shown) => {
    const [value, around, problem] = shown
    const { stdout, stderr } = await inside(["decode", `CZ0040320AA009${number}`])
    assert.include(stdout, `card number                   ${value}  (masked)`)
    assert.strictEqual(stderr.trim(), `decode: ${problem}`)
    if (around !== undefined) assert.include(stdout, `\n  ${around}\n`)
    assert.notMatch(stdout + stderr, /35.?29|961/)
  })
})
