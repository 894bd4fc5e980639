/**
 * What a terminal printed, as text for a till to print: customer copy, merchant copy.
 *
 * Tickets travel as base64 of Latin-1 text or of HTML; some terminals send UTF-8 or another character set, see
 * {@link fromBytes}. Reading is lenient, because the contract's own example is not valid base64: padding may be missing or
 * excessive, and line breaks may occur. HTML is kept as it is and must never be rendered: {@link toColumns} turns it into
 * text, for printers and screens.
 */

import { CP850, CP1252 } from "../internal/codePages.ts"
import * as HtmlLines from "../internal/HtmlLines.ts"
import * as PrinterLines from "../internal/PrinterLines.ts"
import type { ReceiptFormat, TextEncoding } from "../schemas/Receipt.ts"

export type { Receipt, ReceiptFormat, TextEncoding } from "../schemas/Receipt.ts"

/** A ticket's text. */
export interface BytesRead {
  readonly text: string
  /** Whether some bytes are not valid in the encoding, so that another one may be meant. */
  readonly isDoubtful: boolean
}

/**
 * Decodes bytes, given as one character a byte. `auto`: UTF-8 if most bytes beyond ASCII are that, with `\ufffd` in place of
 * the others; else CP1252, which is Latin-1 with the euro sign and typographic characters.
 */
export const fromBytes = (bytes: string, encoding: TextEncoding = "auto"): BytesRead => {
  if (!/[\x80-\xff]/.test(bytes)) return { text: bytes, isDoubtful: false }
  if (encoding === "cp850") {
    return { text: bytes.replace(/[\x80-\xff]/g, (byte) => CP850[byte.charCodeAt(0) - 128] ?? byte), isDoubtful: false }
  }
  const decoded = decodeUtf8(bytes)
  if (decoded !== undefined) return { text: decoded, isDoubtful: false }
  if (isMostlyUtf8(bytes)) return { text: lenient.decode(toBuffer(bytes)), isDoubtful: true }
  const text = bytes.replace(/[\x80-\x9f]/g, (byte) => CP1252[byte.charCodeAt(0) - 128] ?? byte)
  return { text, isDoubtful: likeCp850.test(bytes) }
}

/** Whether a text has more multi-byte characters than stray bytes, such as those of one cut off at the end. */
const isMostlyUtf8 = (bytes: string): boolean => {
  const characters = bytes.match(severalBytes)?.length ?? 0
  return characters > (bytes.replace(severalBytes, "").match(/[\x80-\xff]+/g)?.length ?? 0)
}

const severalBytes = /[\xc2-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g

/** Bytes that CP1252 does not have or French tickets do not use, and that are accented letters in CP850: `é` is 0x82. */
const likeCp850 = /[\x81-\x84\x86-\x8b\x8d-\x90\x9d]|(?:^|\s)\x85/

/** Decodes valid UTF-8, given as one character a byte; undefined for other bytes. */
export const decodeUtf8 = (bytes: string): string | undefined => {
  // Most tickets are not UTF-8, and an exception for each would cost more than everything else.
  if (!beginsUtf8.test(bytes)) return undefined
  try {
    return utf8.decode(toBuffer(bytes))
  } catch {
    return undefined
  }
}

const toBuffer = (bytes: string): Uint8Array<ArrayBuffer> => {
  const buffer = new Uint8Array(bytes.length)
  for (let at = 0; at < bytes.length; at++) buffer[at] = bytes.charCodeAt(at)
  return buffer
}

/** Text with no bytes beyond ASCII, or whose first one begins a multi-byte character. */
const beginsUtf8 = /^[^\x80-\xff]*(?:[\xc2-\xf4][\x80-\xbf]|$)/

const utf8 = new TextDecoder("utf-8", { fatal: true })
const lenient = new TextDecoder("utf-8")

/** The bytes of a text in UTF-8, one character a byte. */
export const encodeUtf8 = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("")

/** The bytes of a text in code page 858, which ticket printers use: `€` is 0xD5, and characters it lacks become `?`. */
export const toCp858 = (text: string): Uint8Array =>
  Uint8Array.from(text.normalize("NFC").replace(/[‘’‚“”„–—…\u2000-\u200a\u202fœŒ]/g, asPrinted), (character) => {
    const code = character.charCodeAt(0)
    const upper = CP850.indexOf(character)
    return code < 0x80 ? code : upper === -1 ? 0x3f : 0x80 + upper
  })

/** Characters of French tickets that code page 858 lacks. */
const asPrinted = (character: string): string => substitutes[character] ?? " "

// biome-ignore format: a table
const substitutes: Readonly<Record<string, string>> = {
  "‘": "'", "’": "'", "‚": ",", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "…": "...", œ: "oe", Œ: "OE"
}

/** The text of a ticket in base64, or `undefined` where it is not base64 at all. */
export const fromBase64 = (base64: string): string | undefined => {
  const bytes = decodeBase64(base64)
  return bytes === undefined ? undefined : fromBytes(bytes).text
}

/** A ticket's text as base64 for {@link fromBase64}: Latin-1 if that has all its characters, else UTF-8. */
export const toBase64 = (text: string): string => btoa(/[^\0-\xff]/.test(text) ? encodeUtf8(text) : text)

/** Base64 to its bytes, one character a byte, or `undefined` where it is not base64 at all. */
export const decodeBase64 = (base64: string): string | undefined => {
  try {
    return atob(base64)
  } catch {
    const digits = base64.replace(/[\s\0]+/g, "").replace(/=+$/, "")
    // A last lone character holds six bits, less than a byte: something was lost.
    if (!/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1) return undefined
    return atob(digits)
  }
}

/** Text to base64, one byte a character: CP1252, as terminals write tickets. Characters that it lacks become `?`. */
export const encodeBase64 = (text: string): string => {
  try {
    return btoa(text)
  } catch {
    return btoa(text.replace(/[^\0-\xff]/gu, toCp1252))
  }
}

const toCp1252 = (character: string): string => {
  const upper = CP1252.indexOf(character)
  return upper === -1 ? "?" : String.fromCharCode(0x80 + upper)
}

/** The ticket's lines, without trailing white space and carriage returns. */
export const lines = (text: string): ReadonlyArray<string> => text.split(/\r\n|\r|\n/).map((line) => line.trimEnd())

/** Characters in a line of the till's printer: usually 32 on paper of 58 mm, and 40, 42 or 48 on paper of 80 mm. */
export type Columns = 32 | 40 | 42 | 48

/** A ticket's format, judged by its first tag; for tickets that came without one. */
export const formatOf = (text: string): ReceiptFormat => (firstTag.test(text) ? "html" : "text")

const firstTag =
  /^\s*<(?:!--|(?:!doctype|b|big|body|br|center|div|em|font|h\d|head|hr|html|i|p|pre|small|span|strong|style|table|tt|u)\b)/i

/**
 * The ticket as lines for a printer of so many columns. What fits stays as it is, wider lines keep their alignment, and HTML
 * becomes text with card numbers masked. Characters that a printer would take for commands are left out, so that a ticket
 * cannot open a cash drawer.
 */
export const toColumns = (
  text: string,
  columns: Columns,
  format: ReceiptFormat = formatOf(text)
): ReadonlyArray<string> =>
  format === "html" ? PrinterLines.fromHtml(HtmlLines.read(text), columns) : PrinterLines.fromText(text, columns)
