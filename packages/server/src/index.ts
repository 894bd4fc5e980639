/** One POS API server on Hono, over terminals of your choice. Unofficial, not affiliated with HiPay. */

export type { AppOptions, CommonOptions, GatewayOptions, SimulatedOptions } from "./AppOptions.ts"
export { makeApp } from "./app.ts"
export * as Alarm from "./attempts/Alarm.ts"
export * as Attempt from "./attempts/Attempt.ts"
export * as AttemptStore from "./attempts/AttemptStore.ts"
export * as Attempts from "./attempts/Attempts.ts"
export { endOver } from "./attempts/endOver.ts"
export type { Change, SharedChange, SharedChanges } from "./attempts/Feed.ts"
export * as Guards from "./attempts/Guards.ts"
export { KeptOrder } from "./attempts/KeptOrder.ts"
export * as MemoryStore from "./attempts/MemoryStore.ts"
export * as OwedEnds from "./attempts/OwedEnds.ts"
export { shownFinding } from "./attempts/shownFinding.ts"
export { sizeOf } from "./attempts/sizeOf.ts"
export { BoundedMap } from "./BoundedMap.ts"
export type { LoginCaller, LoginThrottle } from "./http/authentication.ts"
export type { ControlRoutes, ControlTools } from "./http/ControlRoutes.ts"
export * as Credentials from "./http/Credentials.ts"
export type { Responder } from "./http/RouteTools.ts"
export { KeptNotification } from "./notifications/KeptNotification.ts"
export type {
  Binding,
  Forward,
  NewForward,
  NewNotification,
  NotificationStore,
  WaitingForwards
} from "./notifications/NotificationStore.ts"
export * as NotifyPlaces from "./notifications/NotifyPlaces.ts"
export type { Deliver, Interception, OrderInterceptor } from "./OrderInterceptor.ts"
export type { Sandbox } from "./orders/readOrder.ts"
export { type Answer, RECORDED } from "./render/Answer.ts"
export { TERMINAL_UNRESOLVED } from "./render/attemptAnswer.ts"
export { type Dialect, dialects } from "./render/Dialect.ts"
export {
  type AnsweredOrder,
  type GatewayAlarmCode,
  type Listener,
  type ServerEvent,
  safeListener
} from "./ServerEvent.ts"
export * as Space from "./Space.ts"
export * as Spaces from "./Spaces.ts"
export * as Metrics from "./telemetry/Metrics.ts"
export { measureStore } from "./telemetry/measureStore.ts"
export * as Cancellation from "./terminals/Cancellation.ts"
export type { PaymentEvent, UpstreamAnswer } from "./terminals/PaymentEvent.ts"
export type { Delivery, DeliveryStatus, LoginCheck, Relay, UpstreamHealth } from "./terminals/Relay.ts"
export * as TerminalAccess from "./terminals/TerminalAccess.ts"
export type { InstanceListing, ListedTerminals, TerminalListing, TerminalPage } from "./terminals/TerminalListing.ts"
export * as Terminals from "./terminals/Terminals.ts"
export { type Validation, validate, validations } from "./validation/validate.ts"
