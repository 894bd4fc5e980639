/** A ready-made notification endpoint for anything that speaks the Fetch API: Hono, workers, Deno, Bun, Next. */
import * as BoundedBody from "@hipay-pos/core/BoundedBody"
import { quietly } from "@hipay-pos/core/Quietly"
import { maskPrinted } from "../Redaction.ts"
import type { Notification } from "./Change.ts"
import { NotificationError } from "./NotificationError.ts"
import { readNotification } from "./receiveNotification.ts"
import { type Algorithm, requirePassphrase, type Verified, verifyNotification } from "./Signature.ts"

/** Options of the endpoint. */
export interface NotificationHandlerOptions {
  /** The account's secret passphrase; stage and production have different ones. Not blank. */
  readonly passphrase: string
  /** Accept only this algorithm; by default the signature's length decides. */
  readonly algorithm?: Algorithm | undefined
  /**
   * Called for each verified delivery, repeats included. If it fails, the service gets a 500 and sends the notification
   * again.
   */
  readonly onNotification: (notification: Notification) => void | Promise<void>
  /**
   * Called for each refusal, for your log. It gets the body, with card numbers masked, if the signature is right but
   * the body cannot be read.
   */
  readonly onRefused?: ((error: NotificationError, body?: string) => void) | undefined
  /**
   * Called with the error of `onNotification`, after which the service gets a 500; by default it is written to the
   * console.
   */
  readonly onError?: ((error: unknown, notification: Notification) => void) | undefined
  /** In bytes; 256 kB by default. */
  readonly maxSize?: number | undefined
}

/** The most bytes of a notification by default. */
export const MAX_SIZE = 256 * 1024

/**
 * A handler. It answers 204 (accepted), 403 (signature refused), 400 (unreadable), 405, 413, and 500 if
 * `onNotification` fails. Throws `ClientSetupFailed` when the passphrase is missing or blank.
 */
export const notificationHandler = ({
  passphrase,
  algorithm,
  onNotification,
  onRefused,
  onError = logError,
  maxSize = MAX_SIZE
}: NotificationHandlerOptions) => {
  requirePassphrase(passphrase)
  return async (request: Request): Promise<Response> => {
    if (request.method !== "POST") return new Response("", { status: 405, headers: { allow: "POST" } })
    let notification: Notification
    let verified: Verified | undefined
    try {
      const body = await readBody(request, maxSize)
      verified = await verifyNotification(body, request.headers, passphrase, { algorithm })
      notification = await readNotification(verified.body)
    } catch (error) {
      if (!(error instanceof NotificationError)) throw error
      const unreadable = verified && maskPrinted(verified.body)
      quietly(() => onRefused?.(error, unreadable))
      return new Response(error.kind, { status: statuses[error.kind] })
    }
    try {
      await onNotification(notification)
    } catch (error) {
      quietly(() => onError(error, notification))
      return new Response("", { status: 500 })
    }
    return new Response(null, { status: 204 })
  }
}

const logError = (error: unknown, { transactionReference, status }: Notification): void =>
  console.error(`onNotification failed for status ${status} of transaction ${transactionReference}:`, error)

const statuses: Readonly<Record<NotificationError["kind"], number>> = {
  SignatureMissing: 403,
  SignatureMalformed: 403,
  SignatureMismatch: 403,
  Whitespace: 403,
  BodyConsumed: 500,
  TooLarge: 413,
  Xml: 400,
  Unreadable: 400
}

const readBody = async ({ bodyUsed, body }: Request, maxSize: number): Promise<Uint8Array> => {
  if (bodyUsed) throw new NotificationError({ kind: "BodyConsumed", detail: "the body was read before" })
  const bytes = body === null ? new Uint8Array() : await BoundedBody.read(body, maxSize)
  if (bytes === undefined)
    throw new NotificationError({ kind: "TooLarge", detail: `the body has more than ${maxSize} bytes` })
  return bytes
}
