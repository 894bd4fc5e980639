/**
 * Notifications that the service sends to the shop's server when a transaction changes: verified, then read.
 *
 * The same notification may arrive several times and in any order, sometimes before the payment's own answer: use
 * `dedupeKey` to recognize repeats. Runs wherever Web Crypto does; needs no Effect. Unofficial, not affiliated with
 * HiPay.
 */

export { dedupeKey, type Notification, parseNotification } from "./Notification/Change.ts"
export type { Branch } from "./Notification/Form.ts"
export { type NotificationHandlerOptions, notificationHandler } from "./Notification/handler.ts"
export { NotificationError } from "./Notification/NotificationError.ts"
export { readNotification, receiveNotification } from "./Notification/receiveNotification.ts"
export {
  type Algorithm,
  type NotificationHeaders,
  type RawBody,
  SIGNATURE_HEADER,
  signNotification,
  type Verified,
  verifyNotification
} from "./Notification/Signature.ts"
