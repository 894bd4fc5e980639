/** What a terminal's tickets are written in, as far as their bytes say. */

import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Receipt from "@hipay-pos/core/Receipt"
import type { Observations } from "./Examination.ts"

/** The encoding of an answer's tickets; `undefined` where there is none. */
export const encodingOf = (answer: ReadonlyArray<Tlv.RawField>): Observations["ticketEncoding"] => {
  const bytes = ticketsIn(answer)
    .map((value) => Receipt.decodeBase64(value))
    .filter((each) => each !== undefined)
    .map((each) => (typeof each === "string" ? Buffer.from(each, "latin1") : Buffer.from(each)))
  if (bytes.length === 0) return undefined
  const all = Buffer.concat(bytes)
  if (all.every((byte) => byte < 0x80)) return "ascii"
  if (isUtf8(all)) return "utf-8"
  // Latin-1 has control characters there, CP850 its accents.
  return all.some((byte) => byte >= 0x80 && byte < 0xa0) ? "cp850" : "latin1"
}

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
