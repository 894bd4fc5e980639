/**
 * Puts a request together from chunks.
 *
 * A request has no end marker. It is whole when it ends on a field boundary and holds what its action needs; fields
 * that come later belong to the same request as long as nothing was answered. A request that ends on a boundary and
 * lacks something may still grow: the caller decides how long to wait. CR, LF, NUL and blanks between fields are
 * skipped.
 */

import type { Action, Request } from "@hipay-pos/concert-codec/Request"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Currency from "@hipay-pos/core/Currency"
import { fromBytes } from "./Latin1.ts"

/** How far a request has come. */
export type Progress =
  /** Nothing came yet. */
  | "empty"
  /** Inside a field. */
  | "partial"
  /** On a boundary, but a field that its action needs is missing. */
  | "lacking"
  | "whole"
  /** No Concert, or too long. */
  | "malformed"

/** A request on its way in. */
export interface RequestReader {
  readonly push: (chunk: Uint8Array) => Progress
  readonly fields: () => ReadonlyArray<Tlv.RawField>
  /** Whether the bytes so far end with CR LF. */
  readonly endsLine: () => boolean
  readonly clear: () => void
}

/** The longest request: every tag of the documents at its longest stays below. */
const MAX_LENGTH = 8192

const fieldHead = /^[A-Z][A-Z0-9]\d{3}$/

/** A reader that has read nothing. */
export const make = (): RequestReader => {
  let text = ""
  let fields: Array<Tlv.RawField> = []
  let offset = 0

  const scan = (): Progress => {
    for (;;) {
      while (offset < text.length && "\r\n\0 ".includes(text.charAt(offset))) offset++
      if (offset === text.length) break
      const head = text.slice(offset, offset + 5)
      if (head.length < 5) return "partial"
      if (!fieldHead.test(head)) return "malformed"
      const length = Number(head.slice(2))
      if (offset + 5 + length > text.length) return "partial"
      if (length > 0) fields.push({ tag: head.slice(0, 2), value: text.slice(offset + 5, offset + 5 + length) })
      offset += 5 + length
    }
    return fields.length === 0 ? "empty" : lacks(fields) ? "lacking" : "whole"
  }

  return {
    push: (chunk) => {
      if (text.length + chunk.length > MAX_LENGTH) return "malformed"
      text += fromBytes(chunk)
      return scan()
    },
    fields: () => fields,
    endsLine: () => text.endsWith("\r\n"),
    clear: () => {
      text = ""
      fields = []
      offset = 0
    }
  }
}

const always = ["CZ", "CJ", "CA", "CD"]
const withMoney = [...always, "CB", "CE"]

const lacks = (fields: ReadonlyArray<Tlv.RawField>): boolean => {
  const action = Tlv.find(fields, "CD")
  const needed = action === "0" || action === "1" || action === "2" ? withMoney : always
  return needed.some((tag) => Tlv.find(fields, tag) === undefined)
}

const actions: Readonly<Record<string, Action>> = {
  "0": "debit",
  "1": "credit",
  "2": "cancel",
  "3": "duplicata",
  I: "identification",
  P: "print"
}

/** What whole fields ask for, or `undefined` where a value is malformed. */
export const decode = (reader: RequestReader): Request | undefined => {
  const fields = reader.fields()
  const action = Tlv.find(fields, "CD") ?? ""
  const amount = Tlv.find(fields, "CB")
  if (amount !== undefined && !/^\d{1,12}$/.test(amount)) return undefined
  const numericCode = Tlv.find(fields, "CE")
  const currency = numericCode === undefined ? undefined : Currency.fromNumericCode(numericCode)
  const privateData = Tlv.find(fields, "CF")
  const register = Tlv.find(fields, "CA")
  const paymentApplication = Tlv.find(fields, "CC")
  const partial = Tlv.find(fields, "BF")
  return {
    version: Tlv.find(fields, "CZ") ?? "",
    action: actions[action] ?? action,
    forceAuthorization: Tlv.find(fields, "BB") === "1",
    answerDelay: Tlv.find(fields, "BA") === "1" ? "immediate" : "end",
    ...(amount === undefined ? {} : { amount: Number(amount) }),
    ...(currency === undefined ? {} : { currency: currency.code }),
    ...(privateData === undefined ? {} : { privateData }),
    ...(register === undefined ? {} : { register }),
    ...(paymentApplication === undefined ? {} : { paymentApplication }),
    ...(partial === undefined ? {} : { partialPayment: partial === "1" })
  }
}
