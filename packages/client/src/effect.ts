/** The client for those who write Effect. Unofficial, not affiliated with HiPay. */
export * as AttemptJournal from "./AttemptJournal.ts"
export * as ErrorCode from "./ErrorCode.ts"
export * as PosClient from "./PosClient.ts"
export { AlreadyApproved, NotStarted, OutcomeUnknown, PosClientError } from "./PosClientError.ts"
export type { Paid } from "./Verdict.ts"
