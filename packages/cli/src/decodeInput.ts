/** The input of `decode`: a plain message, hex, a hex dump, or log lines with messages in them. */
import * as Tag from "@hipay-pos/concert-codec/Tag"

/** A message, and how it was found in the input. */
export interface GivenMessage {
  readonly message: string
  /** What the message was extracted from, if it is not the input itself. */
  readonly taken?: "hex" | "hex dump" | "log line"
  /** The line number, from 1, if several lines have a message. */
  readonly line?: number
}

/** `43 5A 30`, `43:5A:30`, `0x43 0x5a`, or `435a30`, as Wireshark and hex dumps write bytes. */
const hex = /^\s*(?:0x)?[0-9a-f]{2}(?:[\s:,-]*(?:0x)?[0-9a-f]{2})*\s*$/i

/** A line of `hexdump -C`, `xxd` or Wireshark: an offset, bytes, perhaps the same as text. `xxd` has a colon, and pairs. */
const dumped =
  /^\s*(?:0x)?([0-9a-f]{4,8})(?:(?::\s+)((?:[0-9a-f]{2,4}(?: |$))+)|\s+((?:[0-9a-f]{2}(?: {1,2}|$)){1,16})|$)/i

/** `hexdump -C` omits lines that repeat the one before. This is the most bytes to restore, far more than a message has. */
const MAX_LEFT_OUT = 65_536

/** The message in a hex dump; undefined for any other text. */
const messageOfDump = (text: string): string | undefined => {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "")
  let bytes = ""
  let row = ""
  let end: number | undefined
  let isLeftOut = false
  // Log lines may begin with numbers, too; those of a dump are offsets.
  let areOffsets = lines.length > 1
  for (const line of lines) {
    if (line.trim() === "*" && row !== "") {
      isLeftOut = true
      continue
    }
    const [whole, digits = "", grouped = "", single = ""] = dumped.exec(line) ?? []
    if (whole === undefined) return undefined
    const offset = Number.parseInt(digits, 16)
    const gap = end === undefined ? 0 : offset - end
    if (isLeftOut && gap > 0 && gap <= MAX_LEFT_OUT) {
      bytes += row.repeat(Math.ceil((gap * 2) / row.length)).slice(0, gap * 2)
    } else if (gap !== 0) areOffsets = false
    isLeftOut = false
    row = (grouped + single).replace(/\s/g, "")
    bytes += row
    end = offset + row.length / 2
  }
  const message = Buffer.from(bytes, "hex").toString("latin1")
  return areOffsets || /[A-Z]{2}\d{3}/.test(message) ? message : undefined
}

/**
 * A message begins with its protocol version; in a log line a time and other words come first. Non-ASCII letters may be
 * in the line as themselves, or as UTF-8 bytes if the file was read byte by byte.
 */
const inLine = /^(?:[\t\x20-\x7e\u0100-\uffff]|[\xc2-\xf4][\x80-\xbf]{1,3})*?\b(CZ004\d{4}.*)$/s

/** What `hipay-pos terminal` logs after an answer that was not sent. */
const notDelivered = / {3}\(not delivered\)$/

/** The message in a JSON log line, such as `hipay-pos terminal --json` writes. */
const messageOfJson = (line: string): string | undefined => {
  if (!/^\s*\{.*CZ004/s.test(line)) return undefined
  let found: string | undefined
  try {
    JSON.parse(line, (_, value: unknown) => {
      if (typeof value === "string" && /^CZ004\d{4}/.test(value)) found ??= value
      return value
    })
  } catch {}
  return found
}

/** Finds the messages: one, or one in each of several log lines. */
export const readMessages = (text: string): readonly [GivenMessage, ...ReadonlyArray<GivenMessage>] => {
  const only = readMessage(text)
  if (only.taken === "hex" || only.taken === "hex dump") return [only]
  const [first, ...others] = text.split(/\r?\n/).flatMap((line, index) => {
    const found = readMessage(line)
    return inLine.test(line) ? [{ ...found, line: index + 1 }] : []
  })
  return first === undefined || others.length === 0 ? [only] : [first, ...others]
}

/** Finds the message. Binary bytes before it are kept, because they were sent. */
export const readMessage = (text: string): GivenMessage => {
  if (/^CZ/.test(text)) return { message: text }
  if (hex.test(text)) {
    const digits = text.replace(/0x/gi, "").replace(/[^0-9a-f]/gi, "")
    const message = Buffer.from(digits, "hex").toString("latin1")
    if (/^[A-Z]{2}/.test(message)) return { message, taken: "hex" }
  }
  const dump = messageOfDump(text)
  if (dump !== undefined) return { message: dump, taken: "hex dump" }
  const value = messageOfJson(text)
  if (value !== undefined) return { message: value, taken: "log line" }
  const [, message] = inLine.exec(text) ?? []
  return message === undefined
    ? { message: text }
    : { message: message.replace(notDelivered, "").replace(/["'\]})]*\s*$/, ""), taken: "log line" }
}

/**
 * The bytes around a wrong one, with a mark beneath it. Digits and letters are hidden except a known tag: they may be
 * part of a card number, in plain text or base64.
 */
export const underline = (message: string, offset: number): string => {
  const from = Math.max(0, offset - 5)
  const [tag = ""] = /^[A-Z]{2}/.exec(message.slice(offset)) ?? []
  const shown = Tag.get(tag) === undefined ? "" : tag
  const around = hidden(message.slice(from, offset)) + shown + hidden(message.slice(offset + shown.length, offset + 4))
  return `  ${around}\n  ${" ".repeat(offset - from)}^ byte ${offset}`
}

const hidden = (text: string): string => text.replace(/[^\x20-\x7e]/g, ".").replace(/[A-Za-z\d]/g, "#")
