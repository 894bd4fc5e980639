/** The client as an Effect service. Unofficial, not affiliated with HiPay. */

export * from "./exports.ts"
export { Journal } from "./Journal.ts"
export * as Notifications from "./Notifications.ts"
export * as PosClient from "./PosClient.ts"
