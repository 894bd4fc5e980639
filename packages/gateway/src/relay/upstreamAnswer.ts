/**
 * A service's answer as it is kept: its status, the headers that matter, and its body without card numbers and secrets. Also
 * the original bytes, for the caller alone.
 */
import { maskAnswer, maskPrinted, type Received } from "@hipay-pos/client/response"
import * as Mask from "@hipay-pos/concert-codec/Mask"
import * as CardNumber from "@hipay-pos/core/CardNumber"
import { isObject } from "@hipay-pos/core/JsonObject"
import * as JsonText from "@hipay-pos/core/JsonText"
import type { UpstreamAnswer } from "@hipay-pos/server"
import { findHostileKey, maskOrder, numberRepeatedKeys } from "@hipay-pos/server/http"
import * as Result from "effect/Result"
import { unknownIn } from "./drift.ts"

/** How much is kept of a page or another text, in characters. */
const LONGEST_TEXT = 4_000

/**
 * JSON that was cut or cannot be read is kept whole, as other JSON is: its end may say that the payment was made. Only of JSON
 * that is nested too deeply is the start kept: parsing all of it again could exhaust the stack.
 */
const beginsAsJson = /^[^\w"<]*\{/

/** Converts an answer to the order `sent`. */
export const toUpstreamAnswer = (came: Received, sent: unknown): UpstreamAnswer => {
  const { status, headers, bytes = new Uint8Array() } = came
  return {
    received: { status, headers: keptHeaders(headers), body: maskedText(came, bytes) },
    body: bytes,
    findings: unknownIn(came, sent)
  }
}

/** Converts an answer that was cut: it is kept for the person who decides, and proves nothing. */
export const toCutAnswer = (came: Omit<Received, "_tag">): UpstreamAnswer => ({
  ...toUpstreamAnswer({ _tag: "Received", ...came }, {}),
  findings: []
})

const keptHeaders = (headers: Headers): Readonly<Record<string, string>> => {
  const type = headers.get("content-type")
  return {
    "X-Hipay-Pos-Mode": isSimulated(headers) ? "simulated" : "relay",
    ...(type === null ? {} : { "Content-Type": maskPrinted(type) }),
    ...Object.fromEntries(
      AMOUNTS.flatMap((name) => {
        const amount = headers.get(name)
        return amount === null ? [] : [[name, maskPrinted(amount)]]
      })
    )
  }
}

/** Headers in which a server of this toolkit says what was charged; without them, another amount is another payment. */
const AMOUNTS = ["X-Hipay-Pos-Remaining", "X-Hipay-Pos-Tip", "X-Hipay-Pos-Over"] as const

/** Whether a server says that no money moves. */
export const isSimulated = (headers: Headers): boolean => headers.get("x-hipay-pos-mode") === "simulated"

/**
 * The original text, unless something in it has to be masked: parsing would lose things such as digits of a number that is
 * too large. Both values of a repeated name are kept, because they are why the outcome is unknown.
 */
const maskedText = ({ json, fault }: Received, bytes: Uint8Array): string => {
  if (json === undefined) {
    const text = readableText(bytes)
    return beginsAsJson.test(text) && fault !== "TooLarge"
      ? maskOther(text)
      : CardNumber.maskedStart(text, LONGEST_TEXT, maskOther)
  }
  const text = Result.getOrElse(JsonText.decode(bytes), () => "")
  if (findHostileKey(text, json) !== undefined) return JSON.stringify(maskJson(JSON.parse(numberRepeatedKeys(text))))
  const masked = JSON.stringify(maskJson(json))
  return maskPrinted(text) === text && masked === JSON.stringify(json) ? text : masked
}

/**
 * The text of bytes in any encoding, perhaps cut inside a letter. What cannot be decoded could stand between the groups of a card
 * number and hide it, like the zeros of UTF-16.
 */
const readableText = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true }).replaceAll("\0", "")
  } catch {
    return latin1.decode(bytes).replaceAll("\0", "")
  }
}

const latin1 = new TextDecoder("latin1")

/** Masks a text that is not JSON, or that is JSON cut anywhere: also in the base64 of a receipt, and behind the last quote. */
const maskOther = (text: string): string =>
  Mask.text(text.replaceAll("\\/", "/").replace(lineBreaks, "")).replace(/(?<![^"<>])[^"<>]*$/, Mask.cut)

/** Those inside base64, which JSON may have escaped. */
const lineBreaks = /(?<=[A-Za-z0-9+/]{16})(?:\\[rn]|[\r\n])+(?=[A-Za-z0-9+/])/g

/** Masks what repeats the order as orders are masked, and the rest as what terminals print. */
const maskJson = (json: unknown): unknown => {
  if (!isObject(json)) return maskAnswer(json)
  const masked: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(json)) {
    const part = { [name]: value }
    Object.assign(masked, ECHOED.has(name) ? maskOrder(part).json : maskAnswer(part))
  }
  return masked
}

const ECHOED = new Set(["order", "customer", "shipping", "pos_technical_info", "technical_pos_info"])
