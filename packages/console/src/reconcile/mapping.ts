/** Guesses the meaning of a file's columns from the file; a person can correct it. Pure. */
import type { TransactionType } from "@hipay-pos/core/TransactionType"
import { columnsOf, formats, looksLikeAmount, looksLikeStatus, looksLikeType, type Mapping } from "@hipay-pos/reconcile"
import * as Result from "effect/Result"

export type FormatName = keyof typeof formats

/** The columns that a person chose; empty if the file has no such column. */
export interface Columns {
  readonly separator: string
  readonly decimalComma: boolean
  readonly amount: string
  readonly orderId: string
  readonly authorization: string
  readonly currency: string
  /** Also empty if a column only looks like a type. */
  readonly type: string
  /** The values of the type column for each type, one per line. */
  readonly types: Readonly<Record<TransactionType, string>>
  /** Also empty if a column only looks like a status. */
  readonly status: string
  /** The values of the status column for completed payments, one per line. */
  readonly paid: string
}

export const transactionTypes = ["Debit", "Credit", "Cancel"] as const satisfies ReadonlyArray<TransactionType>

export const separators = [",", ";", "\t", "|"] as const

/** UTF-8 if the bytes are valid UTF-8, else Latin-1. */
export const encodingOf = (bytes: Uint8Array): "utf-8" | "latin1" => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes)
    return "utf-8"
  } catch {
    return "latin1"
  }
}

/** The most frequent separator in the first line. */
export const separatorOf = (bytes: Uint8Array): (typeof separators)[number] => {
  const first = new TextDecoder(encodingOf(bytes)).decode(bytes).trimStart().split(/\r?\n/, 1)[0] ?? ""
  return separators.toSorted((a, b) => first.split(b).length - first.split(a).length)[0] ?? ","
}

/** The names of a file's columns; none if it cannot be read. */
export const namesOf = (bytes: Uint8Array, separator: string): ReadonlyArray<string> =>
  Result.getOrElse(columnsOf(bytes, { separator, encoding: encodingOf(bytes) }), () => [])

/** The known format with the file's columns, if any. */
export const formatOf = (bytes: Uint8Array): FormatName | undefined =>
  (Object.keys(formats) as ReadonlyArray<FormatName>).find((name) => {
    const { separator = "," }: Mapping = formats[name]
    const names = namesOf(bytes, separator)
    return Object.values<string>(formats[name].columns).every((column) => names.includes(column))
  })

/** Guesses the columns by their names. */
export const guessColumns = (bytes: Uint8Array, separator: string = separatorOf(bytes)): Columns => {
  const names = namesOf(bytes, separator)
  const others = names.filter((name) => !looksLikeStatus(name) && !looksLikeType(name))
  const named = (pattern: RegExp) => others.find((name) => pattern.test(name)) ?? ""
  return {
    separator,
    decimalComma: separator === ";" || separator === "\t",
    amount: others.find(looksLikeAmount) ?? "",
    orderId: named(/order|commande/i),
    authorization: named(/autori[sz]ation|auth/i),
    currency: named(/currency|devise/i),
    type: names.find(looksLikeType) ?? "",
    types: { Debit: "", Credit: "", Cancel: "" },
    status: names.find(looksLikeStatus) ?? "",
    paid: ""
  }
}

const linesIn = (text: string): ReadonlyArray<string> =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")

/** The mapping of the file; undefined while a column that the comparison needs is missing. */
export const toMapping = (bytes: Uint8Array, choice: FormatName | Columns): Mapping | undefined => {
  const encoding = encodingOf(bytes)
  if (typeof choice === "string") return { ...formats[choice], encoding }
  const { separator, decimalComma, amount, orderId, authorization, currency, type, types, status, paid } = choice
  if (amount === "" || (orderId === "" && authorization === "")) return undefined
  return {
    separator,
    encoding,
    decimalComma,
    columns: {
      amount,
      ...(orderId === "" ? {} : { orderId }),
      ...(authorization === "" ? {} : { authorization }),
      ...(currency === "" ? {} : { currency }),
      type: type === "" ? null : type,
      status: status === "" ? null : status
    },
    ...(type === ""
      ? {}
      : {
          types: Object.fromEntries(
            transactionTypes.flatMap((transactionType) =>
              linesIn(types[transactionType]).map((word) => [word, transactionType])
            )
          )
        }),
    ...(status === "" ? {} : { paid: linesIn(paid) })
  }
}
