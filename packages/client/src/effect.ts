/** The client as an Effect service. Unofficial, not affiliated with HiPay. */
export { Journal } from "./Journal.ts"
export * as Notifications from "./Notifications.ts"
export * as PosClient from "./PosClient.ts"
export * from "./shared.ts"
