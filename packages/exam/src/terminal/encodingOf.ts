/** The encoding of a terminal's tickets, guessed from their bytes. */

import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Receipt from "@hipay-pos/core/Receipt"
import type { Observations } from "./Examination.ts"

/** The encoding of an answer's tickets; `undefined` if there is no ticket. */
export const encodingOf = (answer: ReadonlyArray<Tlv.RawField>): Observations["ticketEncoding"] => {
  const bytes = ticketsIn(answer)
    .map((value) => Receipt.decodeBase64(value))
    .filter((each) => each !== undefined)
    .map((each) => (typeof each === "string" ? Buffer.from(each, "latin1") : Buffer.from(each)))
  if (bytes.length === 0) return undefined
  const all = Buffer.concat(bytes)
  if (all.every((byte) => byte < 0x80)) return "ascii"
  if (isUtf8(all)) return "utf-8"
  // Latin-1 has control characters there; CP1252 has the euro and signs, CP850 its accents.
  if (!all.some((byte) => byte >= 0x80 && byte < 0xa0)) return "latin1"
  const asCp850 = Receipt.fromBytes(all.toString("latin1"), "cp850").text
  return frenchIn(cp1252.decode(all)) >= frenchIn(asCp850) ? "cp1252" : "cp850"
}

const cp1252 = new TextDecoder("windows-1252")

/** Counts the non-ASCII characters that French tickets use. */
const frenchIn = (text: string): number => text.match(/[àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ€°«»’…]/g)?.length ?? 0

const ticketsIn = (answer: ReadonlyArray<Tlv.RawField>): ReadonlyArray<string> =>
  answer.flatMap(({ tag, value }) => {
    if (tag === "AK") return [value]
    return tag === "ZT"
      ? Tlv.decodePrefix(value).fields.flatMap((field) => (field.tag === "AK" ? [field.value] : []))
      : []
  })

const isUtf8 = (bytes: Buffer): boolean => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
