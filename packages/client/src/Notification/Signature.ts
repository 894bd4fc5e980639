/**
 * Whether a notification comes from the service: its signature is the hash of the raw body followed by the account's
 * passphrase, in lower-case hex. A plain hash, not an HMAC; the algorithm is a setting of the account, and the hash's
 * length shows which.
 */
import * as ConstantTime from "@hipay-pos/core/ConstantTime"
import * as Hex from "effect/encoding/Hex"
import { ClientSetupFailed } from "../ClientSetupFailed.ts"
import { NotificationError } from "./NotificationError.ts"

/** The header that carries the signature. Header names are case-insensitive. */
export const SIGNATURE_HEADER = "x-allopass-signature"

/** How the account hashes. SHA-256 is today's default, SHA-1 that of old accounts. */
export type Algorithm = "SHA-1" | "SHA-256" | "SHA-512"

/** The body as received: its bytes, or its text if nothing has changed it. */
export type RawBody = string | Uint8Array | ArrayBuffer

/** Headers of the Fetch API, of any class, or of Node. */
export type NotificationHeaders =
  | { readonly get: (name: string) => string | null }
  | Readonly<Record<string, string | ReadonlyArray<string> | undefined>>

/** A body that the service signed. */
export interface Verified {
  readonly body: string
  readonly algorithm: Algorithm
}

/**
 * Resolves to the body if the service signed it; rejects with {@link NotificationError} otherwise. Pass the body as
 * received: JSON that was parsed and written again has another hash.
 *
 * @example
 * ```ts
 * import { NotificationError, verifyNotification } from "@hipay-pos/client/notification"
 *
 * const body = '{"order":{"id":"ORDER_1"}}'
 * const signed = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${body}passphrase`))
 * const headers = { "x-allopass-signature": Buffer.from(signed).toString("hex") }
 *
 * const { algorithm } = await verifyNotification(body, headers, "passphrase")
 * console.log(algorithm) // SHA-256
 *
 * const refused = await verifyNotification(body, headers, "another").catch((error: NotificationError) => error)
 * console.log(refused instanceof NotificationError && refused.kind) // SignatureMismatch
 * ```
 */
export const verifyNotification = async (
  rawBody: RawBody,
  headers: NotificationHeaders,
  passphrase: string,
  options: { readonly algorithm?: Algorithm | undefined } = {}
): Promise<Verified> => {
  const signature = signatureOf(headers)
  if (signature === undefined) throw failure("SignatureMissing", `there is no ${SIGNATURE_HEADER} header`)
  if (!isPassphrase(passphrase)) throw failure("SignatureMismatch", "the passphrase is missing or blank")
  const algorithm = algorithms.get(signature.length)
  if (algorithm === undefined || !/^[0-9a-f]+$/.test(signature)) {
    throw failure("SignatureMalformed", "the signature is not the lower-case hexadecimal of SHA-1, SHA-256 or SHA-512")
  }
  if (options.algorithm !== undefined && options.algorithm !== algorithm) {
    throw failure("SignatureMalformed", `the signature is one of ${algorithm}, not of ${options.algorithm}`)
  }
  const bytes = bytesOf(rawBody)
  if (!ConstantTime.isEqual(await hash(algorithm, bytes, passphrase), signature)) {
    throw (
      (await whitespaceTrap(algorithm, bytes, passphrase, signature)) ??
      failure("SignatureMismatch", "the signature belongs to another body or another passphrase")
    )
  }
  return { body: new TextDecoder().decode(bytes), algorithm }
}

/** Throws {@link ClientSetupFailed} if the passphrase is missing or blank, such as an unset variable: anyone could sign. */
export const requirePassphrase = (passphrase: unknown): void => {
  if (!isPassphrase(passphrase))
    throw new ClientSetupFailed({ problem: "the passphrase for notifications is missing or blank" })
}

/**
 * The header that the service would send with a body, for tests of your endpoint: `fetch(url, { method: "POST", body,
 * headers: await signNotification(body, passphrase) })`. Rejects with `ClientSetupFailed` if the passphrase is missing or
 * blank.
 */
export const signNotification = async (
  rawBody: RawBody,
  passphrase: string,
  { algorithm = "SHA-256" }: { readonly algorithm?: Algorithm | undefined } = {}
): Promise<{ readonly [SIGNATURE_HEADER]: string }> => {
  requirePassphrase(passphrase)
  return { [SIGNATURE_HEADER]: await hash(algorithm, bytesOf(rawBody), passphrase) }
}

const isPassphrase = (value: unknown): boolean => typeof value === "string" && value.trim() !== ""

const failure = (kind: NotificationError["kind"], detail: string) => new NotificationError({ kind, detail })

/** By the length of the hash in hex. */
const algorithms = new Map<number, Algorithm>([
  [40, "SHA-1"],
  [64, "SHA-256"],
  [128, "SHA-512"]
])

const signatureOf = (headers: NotificationHeaders): string | undefined => {
  // Not by class: undici and node-fetch have their own Headers.
  if (typeof headers.get === "function") return headers.get(SIGNATURE_HEADER)?.trim() || undefined
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === SIGNATURE_HEADER)?.[1]
  return (typeof entry === "string" ? entry : entry?.[0])?.trim() || undefined
}

const bytesOf = (body: RawBody): Uint8Array => (typeof body === "string" ? utf8(body) : new Uint8Array(body))

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

const hash = async (algorithm: Algorithm, body: Uint8Array, passphrase: string): Promise<string> => {
  const secret = utf8(passphrase)
  const input = new Uint8Array(body.length + secret.length)
  input.set(body)
  input.set(secret, body.length)
  return Hex.encode(new Uint8Array(await globalThis.crypto.subtle.digest(algorithm, input)))
}

/** Detects that white space at an end is all that breaks the signature. The notification is refused all the same. */
const whitespaceTrap = async (algorithm: Algorithm, body: Uint8Array, passphrase: string, signature: string) => {
  const text = new TextDecoder().decode(body)
  const bodies = new Map([
    [text.trim(), "white space at the ends of the body that the service did not send"],
    [`${text}\n`, "no line end behind the body, where the service sent one"],
    [`${text}\r\n`, "no line end behind the body, where the service sent one"]
  ])
  for (const [other, has] of bodies) {
    if (ConstantTime.isEqual(await hash(algorithm, utf8(other), passphrase), signature)) {
      return failure("Whitespace", `the signature does not fit because there is ${has}`)
    }
  }
  const trimmed = passphrase.trim()
  if (trimmed !== passphrase && ConstantTime.isEqual(await hash(algorithm, body, trimmed), signature)) {
    return failure("Whitespace", "the signature does not fit because the passphrase has white space at its ends")
  }
  return undefined
}
