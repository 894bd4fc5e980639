/**
 * Notifications that the service sends to the shop's server when a transaction changes: believed, then read.
 *
 * The same notification may come several times and in any order, sometimes before the payment's own answer: `dedupeKey`
 * tells them apart. Runs wherever Web Crypto does; needs no Effect. Unofficial, not affiliated with HiPay.
 */
import { isXml, type Notification, parseNotification } from "./Notification/Change.ts"
import { type Algorithm, type NotificationHeaders, type RawBody, verifyNotification } from "./Notification/Signature.ts"

export { dedupeKey, type Notification, parseNotification } from "./Notification/Change.ts"
export type { Branch } from "./Notification/Form.ts"
export { type NotificationHandlerOptions, notificationHandler } from "./Notification/handler.ts"
export { NotificationError } from "./Notification/NotificationError.ts"
export {
  type Algorithm,
  type NotificationHeaders,
  type RawBody,
  SIGNATURE_HEADER,
  signNotification,
  type Verified,
  verifyNotification
} from "./Notification/Signature.ts"

/** Verified and read. */
export const receiveNotification = async (
  rawBody: RawBody,
  headers: NotificationHeaders,
  passphrase: string,
  options: { readonly algorithm?: Algorithm | undefined } = {}
): Promise<Notification> => readNotification((await verifyNotification(rawBody, headers, passphrase, options)).body)

/**
 * Reads a verified body, a form or XML; rejects with {@link NotificationError}. What reads XML is loaded with the first body
 * that needs it.
 */
export const readNotification = async (body: string): Promise<Notification> =>
  isXml(body) ? (await import("./Notification/Xml.ts")).parseXml(body) : parseNotification(body)
