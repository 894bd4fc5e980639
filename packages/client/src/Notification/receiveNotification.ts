/** Verifies and reads notifications. */
import { isXml, type Notification, parseNotification } from "./Change.ts"
import { type Algorithm, type NotificationHeaders, type RawBody, verifyNotification } from "./Signature.ts"

/** Verifies a notification, then reads it. */
export const receiveNotification = async (
  rawBody: RawBody,
  headers: NotificationHeaders,
  passphrase: string,
  options: { readonly algorithm?: Algorithm | undefined } = {}
): Promise<Notification> => readNotification((await verifyNotification(rawBody, headers, passphrase, options)).body)

/**
 * Reads a verified body, a form or XML; rejects with `NotificationError`. The XML parser is loaded with the first body
 * that needs it.
 */
export const readNotification = async (body: string): Promise<Notification> =>
  isXml(body) ? (await import("./Xml.ts")).parseXml(body) : parseNotification(body)
