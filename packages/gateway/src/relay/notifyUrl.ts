/** The `notify_url` of an order: replaces it in the order's text, and shortens it for messages. */
import { type ObjectNode, parse, type ValueNode } from "@humanwhocodes/momoa"

/** The text of an order with another `notify_url`; every other byte stays as it came. */
export const withNotifyUrl = (text: string, url: string): string => {
  const info = objectIn(memberOf(objectIn(parse(text, { mode: "json", ranges: true }).body), "pos_technical_info"))
  if (info?.range === undefined) return text
  const [start] = info.range
  const old = memberOf(info, "notify_url")?.range
  const value = JSON.stringify(url)
  if (old !== undefined) return `${text.slice(0, old[0])}${value}${text.slice(old[1])}`
  const rest = info.members.length === 0 ? "" : ","
  return `${text.slice(0, start + 1)}"notify_url":${value}${rest}${text.slice(start + 1)}`
}

const objectIn = (node: ValueNode | undefined): ObjectNode | undefined => (node?.type === "Object" ? node : undefined)

const memberOf = (node: ObjectNode | undefined, wanted: string): ValueNode | undefined =>
  node?.members.find(({ name }) => name.type === "String" && name.value === wanted)?.value

/** The host and port of a `notify_url`: messages show no more of it. */
export const hostOf = (url: string): string => URL.parse(url)?.host || "its notify_url"
