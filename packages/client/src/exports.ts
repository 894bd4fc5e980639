/** What both interfaces of the client export: its values, errors and types. */
export type { ResolvedDamaged } from "@hipay-pos/core/wire/Resolution"
export * as AttemptJournal from "./AttemptJournal.ts"
export type { AttemptDetail, AttemptEntry, AttemptSummary, OtherEntry, OtherOutcome } from "./attempts/AttemptDetail.ts"
export type { AttemptAlarm, AttemptEvent } from "./attempts/AttemptEvent.ts"
export type { AttemptFilter } from "./attempts/AttemptFilter.ts"
export type { WatchOptions } from "./attempts/Attempts.ts"
export { AttemptsError } from "./attempts/AttemptsError.ts"
export { ClientSetupFailed } from "./ClientSetupFailed.ts"
export { findEarlier } from "./Earlier.ts"
export * as ErrorCode from "./ErrorCode.ts"
export { openAttempt } from "./openAttempt.ts"
export { isPaid, type PaymentResult } from "./PaymentResult.ts"
export {
  AlreadyApproved,
  AlreadyReversed,
  isSafeToRetry,
  NotStarted,
  OrderIdConflict,
  OutcomeUnknown,
  PosClientError,
  Unsettled
} from "./PosClientError.ts"
export {
  type AskOptions,
  type AskTerminal,
  EvidenceMissing,
  NotResolvedAtServer,
  NotUnsettled,
  type ResolutionError,
  type ResolveOptions,
  type Settlement,
  StillUnderWay,
  type TerminalProof
} from "./Resolution.ts"
export { environments, type Health, type SeenRequest, type SeenResponse } from "./Server.ts"
export type { Fetch } from "./Transport.ts"
