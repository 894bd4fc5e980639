/** A notification as it comes: believed, then read. */
import { isXml, type Notification, parseNotification } from "./Change.ts"
import { type Algorithm, type NotificationHeaders, type RawBody, verifyNotification } from "./Signature.ts"

/** Verified and read. */
export const receiveNotification = async (
  rawBody: RawBody,
  headers: NotificationHeaders,
  passphrase: string,
  options: { readonly algorithm?: Algorithm | undefined } = {}
): Promise<Notification> => readNotification((await verifyNotification(rawBody, headers, passphrase, options)).body)

/**
 * Reads a verified body, a form or XML; rejects with `NotificationError`. What reads XML is loaded with the first body
 * that needs it.
 */
export const readNotification = async (body: string): Promise<Notification> =>
  isXml(body) ? (await import("./Xml.ts")).parseXml(body) : parseNotification(body)
