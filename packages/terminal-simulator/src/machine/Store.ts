/**
 * The port to what a terminal keeps through a restart: its operations and its remote collections.
 *
 * A record is appended before the ECR or the cardholder sees the result. Without a store, nothing outlives the simulator.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { LedgerEntry } from "./Ledger.ts"

/** One stored record. */
export const StoreRecord = Schema.Union([
  /** A payment, credit or cancellation has begun. */
  Schema.TaggedStruct("Begun", {}),
  Schema.TaggedStruct("Approved", { entry: LedgerEntry }),
  /** Remote collection took everything up to this sequence. */
  Schema.TaggedStruct("Collected", { upTo: Schema.Int })
]).annotate({ identifier: "StoreRecord" })
export type StoreRecord = typeof StoreRecord.Type

/** Where records are kept. */
export interface Store {
  /** The stored records, oldest first. */
  readonly records: ReadonlyArray<StoreRecord>
  readonly append: (record: StoreRecord) => Effect.Effect<void, StoreFailed>
  /** Deletes all records. */
  readonly clear: Effect.Effect<void, StoreFailed>
}

/** Stores nothing. */
export const none: Store = { records: [], append: () => Effect.void, clear: Effect.void }

/** The store cannot be read or written. */
export class StoreFailed extends Schema.TaggedError<StoreFailed>()("StoreFailed", {
  /** What was tried, such as `open`. */
  action: Schema.String,
  path: Schema.String,
  detail: Schema.String
}) {
  override get message() {
    return `cannot ${this.action} ${this.path}: ${this.detail}`
  }
}
