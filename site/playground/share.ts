/** The state shared by a link, in the page's hash: order, card, fault, language. Pure except for the browser's encodings. */

import { pretty } from "./orders.ts"

export interface Shared {
  /** The editor's text; absent if unchanged. */
  readonly order?: string | undefined
  readonly card?: string | undefined
  /** The fault, `NAME` or `NAME@STAGE`. */
  readonly fault?: string | undefined
  readonly language?: string | undefined
  /** `instant`: terminal and bank take no time. */
  readonly pace?: string | undefined
}

const names = { order: "order", card: "card", fault: "fault", language: "lang", pace: "pace" } as const

/** The hash, `#…`; empty for nothing. */
export const toHash = (shared: Shared): string => {
  const parameters = new URLSearchParams()
  for (const [key, name] of Object.entries(names)) {
    const value = shared[key as keyof Shared]
    if (value) parameters.set(name, key === "order" ? toBase64Url(compact(value)) : value)
  }
  const text = parameters.toString()
  return text === "" ? "" : `#${text}`
}

/** Reads a hash; what cannot be read is left out. */
export const fromHash = (hash: string): Shared => {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""))
  const order = parameters.get(names.order)
  return {
    order: order === null ? undefined : laidOut(fromBase64Url(order)),
    card: parameters.get(names.card) ?? undefined,
    fault: parameters.get(names.fault) ?? undefined,
    language: parameters.get(names.language) ?? undefined,
    pace: parameters.get(names.pace) ?? undefined
  }
}

/** Without line breaks, if formatting restores them; else unchanged, after a marker. */
const compact = (text: string): string => {
  const json = parsed(text)
  return json !== undefined && pretty(json) === text ? JSON.stringify(json) : `${AS_IT_IS}${text}`
}

const laidOut = (text: string | undefined): string | undefined => {
  if (text?.startsWith(AS_IT_IS)) return text.slice(AS_IT_IS.length)
  const json = parsed(text ?? "")
  return json === undefined ? undefined : pretty(json)
}

const AS_IT_IS = "="

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const toBase64Url = (text: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "")

const fromBase64Url = (text: string): string | undefined => {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"))
    return new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.from(binary, (character) => character.charCodeAt(0))
    )
  } catch {
    return undefined
  }
}
