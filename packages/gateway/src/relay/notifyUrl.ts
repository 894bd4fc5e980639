/** The `notify_url` of an order: what it came with, and its text with another one. */
import { applyEdits, modify } from "jsonc-parser"

/** The text of an order with another `notify_url`; every other byte stays as it came. */
export const withNotifyUrl = (text: string, url: string): string =>
  applyEdits(text, modify(text, ["pos_technical_info", "notify_url"], url, {}))

/** The `notify_url` that an order came with. */
export const notifyUrlIn = (order: unknown): string | undefined => {
  const url = (order as { readonly pos_technical_info?: { readonly notify_url?: unknown } | null } | null)
    ?.pos_technical_info?.notify_url
  return typeof url === "string" && url !== "" ? url : undefined
}
