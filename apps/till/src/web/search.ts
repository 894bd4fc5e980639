/** Parses what a cashier typed: how many, and of what. */
import { plainText } from "../sale/plainText.ts"

/** `3*code`, `3 x code` or the code alone. */
export const readEntry = (text: string): { readonly quantity: number; readonly search: string } => {
  const [, count, rest = ""] = /^\s*(?:(\d{1,4})\s*[*x×]\s*)?(.*?)\s*$/i.exec(text) ?? []
  return { quantity: count === undefined ? 1 : Number(count), search: rest }
}

/** Whether every word is in one of the texts, ignoring case and accents. */
export const matches = (search: string, texts: ReadonlyArray<string>): boolean => {
  const plainTexts = texts.map(plainText)
  return plainText(search)
    .split(/\s+/)
    .every((word) => plainTexts.some((text) => text.includes(word)))
}
