/** How `decode` recognizes its input. */
import { once } from "node:events"
import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { assert, describe, it } from "vitest"
import { type GivenMessage, readMessage, readMessages, underline } from "../src/decodeInput.ts"
import { inside, runInside } from "./inside.ts"
import { start, stop } from "./process.ts"

const folder = mkdtempSync(join(tmpdir(), "decode-"))

const request = "CZ0040320CJ012012345678901CA00201CB0041245CD0010CE003978"
const bytes = Buffer.from(request).toString("hex")
const grouped = (separator: string) => (bytes.match(/../g) ?? []).join(separator)

describe("hipay-pos decode", () => {
  const ascii = (at: number, length: number) => request.slice(at, at + length)
  const offsets = [0, 16, 32, 48]
  const octets = (at: number) => bytes.slice(at * 2, at * 2 + 32).match(/../g) ?? []
  const hexdumpC = offsets.map((at) => {
    const all = octets(at)
    const columns = `${all.slice(0, 8).join(" ")}  ${all.slice(8).join(" ")}`.padEnd(48)
    return `${at.toString(16).padStart(8, "0")}  ${columns}  |${ascii(at, 16)}|`
  })
  const xxd = offsets.map((at) => {
    const groups = bytes.slice(at * 2, at * 2 + 32).match(/.{1,4}/g) ?? []
    return `${at.toString(16).padStart(8, "0")}: ${groups.join(" ").padEnd(39)}  ${ascii(at, 16)}`
  })
  const wireshark = offsets.map(
    (at) => `${at.toString(16).padStart(4, "0")}   ${octets(at).join(" ").padEnd(47)}   ${ascii(at, 16)}`
  )

  it.each<[string, string, NonNullable<GivenMessage["taken"]>]>([
    ["hexdump -C", [...hexdumpC, "00000039", ""].join("\n"), "hex dump"],
    ["xxd", xxd.join("\n"), "hex dump"],
    ["a packet of Wireshark", wireshark.join("\n"), "hex dump"],
    ["hex with blanks", grouped(" ").toUpperCase(), "hex"],
    ["hex with colons", grouped(":"), "hex"],
    ["hex with 0x", `0x${grouped(" 0x")}`, "hex"],
    ["hex without anything between", `${bytes}\n`, "hex"],
    ["a log line", `2026-11-28T13:42:37.495Z INFO sent ${request}\n`, "log line"],
    ["a log line that begins with numbers", `20260101 12 30 sent ${request}`, "log line"],
    ["a log line without blanks", `2026-11-28T13:42:37.495Z,sent,${request}`, "log line"],
    ["a field of a JSON line", `{"time":"13:42:37","frame":"${request}"}`, "log line"]
  ])("reads %s", async (_, given, taken) => {
    assert.deepStrictEqual(readMessage(given), { message: request, taken })
    const { code, stdout, stderr } = await inside(["decode", given])
    assert.strictEqual(code, 0)
    assert.strictEqual(stdout, (await inside(["decode", request])).stdout)
    assert.match(stderr, /^decode: taken for (hex|a hex dump|a log line)/)
  })

  const rowOf = (at: number, text: string) =>
    `${at.toString(16).padStart(8, "0")}  ${Buffer.from(text).toString("hex").replace(/../g, "$& ").padEnd(49)} |${text}|`

  it("restores the lines that hexdump -C omits because they repeat the one before", async () => {
    // A ticket line of 80 blanks: its second to fifth 16 bytes are omitted.
    const ticket = `CZ0040320CA00201SA080${" ".repeat(80)}AE00210`
    const rows = [0, 16, 32].map((at) => rowOf(at, ticket.slice(at, at + 16)))
    const rest = rowOf(96, ticket.slice(96))
    const dump = [...rows, "*", rest, "0000006c"].join("\n")
    assert.deepStrictEqual(readMessage(dump), { message: ticket, taken: "hex dump" })
  })

  it("does not take a dump for a log line because of the text beside the bytes", () => {
    const zeros = "00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |CZ0040320.......|"
    assert.deepStrictEqual(readMessage([zeros, "*", "00000040"].join("\n")), {
      message: "\0".repeat(64),
      taken: "hex dump"
    })
  })

  it("does not take log lines that begin with numbers for a dump", () => {
    const log = `20260101 12 30 sent ${request}\n20260101 12 31 sent ${request}`
    assert.deepStrictEqual(
      readMessages(log).map(({ taken, line }) => [taken, line]),
      [
        ["log line", 1],
        ["log line", 2]
      ]
    )
  })

  it.each([
    ["a message", request],
    ["fields whose letters are hex digits", "AE00201AF00204"],
    ["noise that was sent before a message", `\u0000\u0001${request}`],
    ["noise beyond ASCII before a message", `\u00ff\u00fe${request}`]
  ])("leaves %s as it is", (_, given) => {
    assert.deepStrictEqual(readMessage(given), { message: given })
  })

  it("reads every log line with a message, and ends with the code of the worst", async () => {
    const log = `10:00:01 sent ${request}\n10:00:02 nothing yet\n10:00:03 received "${request}"\n`
    const { code, stdout } = await inside(["decode", log, "--json"])
    assert.strictEqual(code, 0)
    assert.deepStrictEqual(
      stdout.split("\n").map((line) => JSON.parse(line).line),
      [1, 3]
    )
    assert.match((await inside(["decode", log])).stdout, /^line 1\n[\s\S]*\nline 3\n/)
    const cut = await inside(["decode", `${log}10:00:04 received ${request.slice(0, -1)}\n`])
    assert.strictEqual(cut.code, 3)
    assert.include(cut.stderr, "decode: not every message is whole")
    assert.strictEqual((await inside(["decode", `${request}\n${request}\n`])).code, 0)
  })

  it.each<[string, ReadonlyArray<string>]>([
    ["in words", []],
    ["in JSON", ["--json"]]
  ])("reads the log of hipay-pos terminal %s", async (_, form) => {
    const terminal = start(["terminal", "--port", "0", ...form])
    const lines = createInterface({ input: terminal.stdout as NodeJS.ReadableStream })
    const [first] = (await once(lines, "line")) as [string]
    const [, port] = /(?:127\.0\.0\.1:|"port":)(\d+)/.exec(first) ?? []
    const log = join(folder, `terminal${form.length}.log`)
    writeFileSync(log, `${first}\n`)
    const ended = once(lines, "close")
    lines.on("line", (line) => appendFileSync(log, `${line}\n`))
    const paid = await runInside(["pay", "12.50", "--terminal", `127.0.0.1:${port}`, "--journal", join(folder, "j")])
    assert.strictEqual(paid.code, 0, paid.stderr)
    await stop(terminal)
    await ended
    const { code, stdout, stderr } = await inside(["decode", log, "--json"])
    assert.strictEqual(code, 0, stderr)
    const decoded = stdout.split("\n").map((line) => JSON.parse(line).direction)
    assert.deepStrictEqual(decoded, ["request", "response"])
  })

  it("reads an answer that the terminal did not send", () => {
    assert.deepStrictEqual(readMessage(`22:35:19.446  → ${request}   (not delivered)`), {
      message: request,
      taken: "log line"
    })
  })

  it("says that a file is not there, or is a folder", async () => {
    for (const path of ["nofile.pcap", "/nowhere/at/all"]) {
      const { code, stderr } = await inside(["decode", path])
      assert.deepStrictEqual([code, stderr], [2, `decode: there is no file ${path}\n`])
    }
    const { code, stderr } = await inside(["decode", tmpdir()])
    assert.deepStrictEqual([code, stderr], [2, `decode: ${tmpdir()} is a folder\n`])
  })

  it("underlines the byte that is wrong", async () => {
    const { code, stdout } = await inside(["decode", "CZ0040300AE00X01"])
    assert.strictEqual(code, 2)
    const [shown = "", mark = ""] = stdout.split("\n").slice(-2)
    const [, offset] = /\^ byte (\d+)$/.exec(mark) ?? []
    assert.strictEqual(shown[mark.indexOf("^")], "CZ0040300AE00X01"[Number(offset)])
  })

  it("shows no digits or base64 letters around it: they may belong to a card number whose other digits show", () => {
    for (const message of ["4970101234567890014", btoa("CARTE 4970101234567890")]) {
      const [shown] = underline(message, 9).trim().split("\n")
      assert.strictEqual(shown, "#########")
    }
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
