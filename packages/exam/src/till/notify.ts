/**
 * Notifications to the till's endpoint: three that HiPay's service did not sign, then, as the service sends them, a valid one,
 * the same again, and two partial refunds. The till's answers are the evidence.
 */
import { createHash } from "node:crypto"
import * as BoundedBody from "@hipay-pos/core/BoundedBody"
import { object } from "@hipay-pos/core/JsonObject"
import * as JsonText from "@hipay-pos/core/JsonText"
import * as Result from "effect/Result"
import { decimalOf } from "../Language.ts"
import type { Notified, OrderSeen, Sent } from "./Evidence.ts"

/** The algorithms that an account can be set to. */
export const algorithms = ["SHA-1", "SHA-256", "SHA-512"] as const
export type Algorithm = (typeof algorithms)[number]

/** The endpoint, and what notifications are signed with. */
export interface NotifyTarget {
  readonly url: string
  readonly passphrase: string
  /** SHA-256 by default. */
  readonly algorithm?: Algorithm | undefined
}

/** The forged ones, posted first: signed with another passphrase, not signed, and with a hash of the body alone. */
const forgeries = ["forged", "unsigned", "signed-without-passphrase"] as const
export type Forgery = (typeof forgeries)[number]

/** All notifications, in the order of posting. */
export const kinds = [...forgeries, "captured", "repeated", "refund-1", "refund-2"] as const
export type Kind = (typeof kinds)[number]

/** One notification, as recorded in the evidence. */
export interface Posted extends Notified {
  readonly kind: Kind
}

/** Posts them one after the other; `body` is the order's own, `now` the clock of the evidence. */
export const notify = async (
  target: NotifyTarget,
  { order, body: sent }: Pick<Sent, "order" | "body">,
  now: () => number
): Promise<ReadonlyArray<Posted>> => {
  const reference = newReference()
  const made = Date.now()
  const customData = inBrackets("custom_data", customDataIn(sent))
  const posted: Array<Posted> = []
  for (const kind of kinds) {
    const body = new URLSearchParams([...fieldsOf(order, kind, reference, made), ...customData]).toString()
    const at = now()
    const status = await post(target.url, body, signatureOf(body, kind, target))
    posted.push(status === undefined ? { kind, at } : { kind, at, status })
  }
  return posted
}

/** A transaction reference like HiPay's: twelve digits that begin with 8. */
const newReference = (): string => `8${String(Date.now() % 10 ** 11).padStart(11, "0")}`

const signatureOf = (
  body: string,
  kind: Kind,
  { passphrase, algorithm = "SHA-256" }: NotifyTarget
): string | undefined => {
  if (kind === "unsigned") return undefined
  const secret = kind === "signed-without-passphrase" ? "" : kind === "forged" ? `${passphrase}, guessed` : passphrase
  return createHash(algorithm.replace("-", "")).update(body).update(secret).digest("hex")
}

const post = async (url: string, body: string, signature: string | undefined): Promise<number | undefined> => {
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      redirect: "manual",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        ...(signature === undefined ? {} : { "x-allopass-signature": signature })
      },
      signal: AbortSignal.timeout(10_000)
    })
    BoundedBody.discard(response.body)
    return response.status
  } catch {
    return undefined
  }
}

/** The total refunded by then, in minor units of two decimals. */
const refunded: Readonly<Partial<Record<Kind, number>>> = { "refund-1": 200, "refund-2": 434 }

/** The fields that identify a change; amounts are decimals, refunds the sum so far. Each refund is an operation of its own. */
const fieldsOf = (
  { orderId, amount, currency }: OrderSeen,
  kind: Kind,
  reference: string,
  made: number
): ReadonlyArray<[string, string]> => {
  const decimal = (minorUnits: number) => decimalOf(minorUnits, currency)
  const sum = refunded[kind]
  const changed = sum === undefined ? made : made + kinds.indexOf(kind) * 1_000
  return Object.entries({
    state: "completed",
    test: "true",
    attempt_id: "1",
    transaction_reference: reference,
    date_created: timeOf(made),
    date_updated: timeOf(changed),
    status: sum === undefined ? "118" : "126",
    message: sum === undefined ? "Captured" : "Partially Refunded",
    authorized_amount: decimal(amount),
    captured_amount: decimal(amount),
    refunded_amount: decimal(sum ?? 0),
    decimals: "2",
    currency,
    payment_product: "tpe",
    "order[id]": orderId,
    "order[amount]": decimal(amount),
    "order[currency]": currency,
    ...(sum === undefined ? {} : { "operation[id]": `${reference}-${kind}` })
  })
}

/** The service sends it back with notifications: a till may find its sale by it. */
const customDataIn = (order: string): unknown =>
  object(object(Result.getOrUndefined(JsonText.parse(order))).order).custom_data ?? {}

/** A value as fields of a form: `custom_data[sizes][0]`. */
const inBrackets = (key: string, value: unknown): Array<[string, string]> =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => inBrackets(`${key}[${name}]`, inner))
    : [[key, String(value ?? "")]]

/** `2026-03-05T12:06:55+0000`. */
const timeOf = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, "+0000")
