/**
 * The mock's answers under `/_mock`, for its OpenAPI document and for `MockControl`, which decodes with them. Times are ISO
 * 8601 texts in UTC, amounts minor units. Unknown fields are ignored.
 */
import { EntryMode } from "@hipay-pos/core/Card"
import { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { NotificationState, ScreenShown } from "@hipay-pos/core/wire/TimelineEntry"
import { Ledger } from "@hipay-pos/terminal-simulator"
import * as Schema from "effect/Schema"
import * as HttpFault from "../mock/HttpFault.ts"

/** The clock of a space. */
export const Clock = Schema.Struct({ now: Schema.String, frozen: Schema.Boolean }).annotate({ identifier: "Clock" })
export type Clock = typeof Clock.Type

/** What a space holds. */
export const SpaceState = Schema.Struct({
  space: Schema.String,
  version: Schema.optionalKey(Schema.String),
  clock: Clock,
  terminals: Schema.Int,
  attempts: Schema.Int
}).annotate({ identifier: "SpaceState" })

/** The path of a link that opens one terminal. */
export const TerminalPass = Schema.Struct({ path: Schema.String }).annotate({ identifier: "TerminalPass" })

/** A fault of the API, for a number of orders. */
const SetHttpFault = Schema.Struct({
  fault: Schema.Literals(HttpFault.names),
  times: Schema.Int,
  status: Schema.Int
})

/** What differs from a real shop: the pages always show it, and undo it with one click. */
export const SimulationState = Schema.Struct({
  clock: Clock,
  httpFault: Schema.NullOr(SetHttpFault),
  /** Terminals that have a fault set, apart from reserved names; at most 100. */
  faulty: Schema.Array(Schema.Struct({ name: Schema.String, faults: Schema.Array(Schema.String) }))
}).annotate({ identifier: "SimulationState" })
export type SimulationState = typeof SimulationState.Type

export const SpaceList = Schema.Struct({
  spaces: Schema.Array(Schema.Struct({ name: Schema.String, attempts: Schema.Int, underWay: Schema.Int }))
}).annotate({ identifier: "SpaceList" })
export type SpaceList = typeof SpaceList.Type

/** Attempts, the newest first. */
export const Attempts = Schema.Struct({ attempts: Schema.Array(AttemptSummary) }).annotate({ identifier: "Attempts" })

/** Findings for a till's developer. */
export const MockFindings = Schema.Struct({
  findings: Schema.Array(
    Schema.Struct({
      at: Schema.String,
      code: Schema.Literals(["would-have-charged-twice", "caller-hung-up"]),
      orderId: Schema.optionalKey(Schema.String),
      attempt: Schema.optionalKey(Schema.String),
      detail: Schema.String
    })
  )
}).annotate({ identifier: "MockFindings" })
export type MockFinding = (typeof MockFindings.Type)["findings"][number]

const totalFields = { currency: Schema.String, debits: Schema.Int, credits: Schema.Int, cancellations: Schema.Int }

/** What the simulated terminals charged, in chronological order. */
export const LedgerOfAll = Schema.Struct({
  entries: Schema.Array(
    Schema.Struct({
      terminal: Schema.String,
      ...Ledger.LedgerEntry.fields,
      at: Schema.String,
      attempt: Schema.optionalKey(Schema.String).annotate({
        description: "The attempt that the terminal charged for; absent where none was waiting for it."
      }),
      orderId: Schema.optionalKey(Schema.String).annotate({ description: "That attempt's order." })
    })
  ),
  totals: Schema.Array(
    Schema.Struct({ terminal: Schema.String, ...totalFields, count: Schema.Int, amount: Schema.Int })
  )
}).annotate({ identifier: "LedgerOfAll" })
export type LedgerOfAll = typeof LedgerOfAll.Type

/** What one terminal charged; `at` in milliseconds since 1970. */
export const TerminalLedger = Schema.Struct({
  entries: Schema.Array(Ledger.LedgerEntry),
  totals: Schema.Array(Schema.Struct({ ...totalFields, count: Schema.Int, net: Schema.Int }))
}).annotate({ identifier: "TerminalLedger" })
export type TerminalLedger = typeof TerminalLedger.Type

/** What the Console would show, the newest first. */
export const Transactions = Schema.Struct({
  transactions: Schema.Array(
    Schema.Struct({
      reference: Schema.String,
      terminal: Schema.String,
      status: Schema.Int,
      message: Schema.String,
      orderId: Schema.String,
      attempt: Schema.String,
      transactionType: Schema.String,
      amount: Schema.Int,
      currency: Schema.String,
      authorizationNumber: Schema.optionalKey(Schema.String),
      createdAt: Schema.String,
      updatedAt: Schema.String,
      history: Schema.Array(Schema.Struct({ status: Schema.Int, at: Schema.String }))
    })
  )
}).annotate({ identifier: "Transactions" })
export type Transaction = (typeof Transactions.Type)["transactions"][number]

/** References of the transactions that a collection captured. */
export const Captured = Schema.Struct({ captured: Schema.Array(Schema.String) }).annotate({ identifier: "Captured" })

const notificationFields = {
  id: Schema.String,
  at: Schema.String,
  transaction: Schema.String,
  attempt: Schema.String,
  orderId: Schema.String,
  status: Schema.Int,
  /** The status in words. */
  message: Schema.String,
  url: Schema.String,
  state: NotificationState,
  tries: Schema.Array(
    Schema.Struct({
      at: Schema.String,
      status: Schema.optionalKey(Schema.Int),
      error: Schema.optionalKey(Schema.String)
    })
  ),
  /** When the next retry is due, while it is pending. */
  nextTry: Schema.optionalKey(Schema.String)
}

/** A notification that was made. */
export const MockNotification = Schema.Struct(notificationFields).annotate({ identifier: "MockNotification" })
export type MockNotification = typeof MockNotification.Type

/** Notifications, the newest first. */
export const MockNotifications = Schema.Struct({ notifications: Schema.Array(MockNotification) }).annotate({
  identifier: "MockNotifications"
})

/** A notification with its body and signature. */
export const SignedNotification = Schema.Struct({
  ...notificationFields,
  body: Schema.String,
  headers: Schema.Record(Schema.String, Schema.String),
  signature: Schema.Struct({
    algorithm: Schema.String,
    passphrase: Schema.String,
    value: Schema.String,
    input: Schema.String
  })
}).annotate({ identifier: "SignedNotification" })

/** The fault of the next order, or `null`. */
export const HttpFaultState = Schema.Struct({
  fault: Schema.NullOr(SetHttpFault)
}).annotate({ identifier: "HttpFaultState" })

/** A fault that a terminal has, in the form in which it is set. */
export const SetFault = Schema.Struct({
  fault: Schema.String,
  stage: Schema.String,
  milliseconds: Schema.optionalKey(Schema.Finite),
  byte: Schema.optionalKey(Schema.Int),
  times: Schema.optionalKey(Schema.Int)
}).annotate({ identifier: "SetFault" })

/** The faults that a terminal has. */
export const SetFaults = Schema.Array(SetFault).annotate({ identifier: "SetFaults" })

/** The state of a simulated terminal. */
export const TerminalState = Schema.Struct({
  name: Schema.String,
  profile: Schema.String,
  host: Schema.optionalKey(Schema.String),
  port: Schema.optionalKey(Schema.Int),
  ...ScreenShown.fields,
  cardholder: Schema.Literals(["auto", "scripted", "manual", "amount"]),
  /** How many of the next payments follow a script. */
  stepsLeft: Schema.Int,
  faults: SetFaults
}).annotate({ identifier: "TerminalState" })
export type TerminalState = typeof TerminalState.Type

export const TerminalStates = Schema.Array(TerminalState).annotate({ identifier: "TerminalStates" })

/** Whether the terminal was waiting for this input. */
export const ActionResult = Schema.Struct({ taken: Schema.Boolean }).annotate({ identifier: "ActionResult" })

/** The test cards: what each is, how it can be read, and how its issuer answers. */
export const TestCards = Schema.Array(
  Schema.Struct({
    name: Schema.String,
    label: Schema.String,
    pan: Schema.String,
    expiry: Schema.String,
    readings: Schema.Array(
      Schema.Struct({ mode: EntryMode, application: Schema.String, aid: Schema.optionalKey(Schema.String) })
    ),
    pin: Schema.Boolean,
    issuer: Schema.Struct({
      _tag: Schema.Literals(["Approves", "ApprovesInPart", "Refuses"]),
      percent: Schema.optionalKey(Schema.Int),
      complement: Schema.optionalKey(Schema.String),
      text: Schema.optionalKey(Schema.String)
    }),
    expired: Schema.optionalKey(Schema.Boolean),
    contactlessSpent: Schema.optionalKey(Schema.Boolean),
    leaksPan: Schema.optionalKey(Schema.Boolean),
    shows: Schema.String
  })
).annotate({ identifier: "TestCards" })

/** The faults that a terminal can have, by name: when they can strike, and what they show. */
export const FaultCatalogue = Schema.Record(
  Schema.String,
  Schema.Struct({
    stages: Schema.Array(Schema.String),
    milliseconds: Schema.optionalKey(Schema.Finite),
    shows: Schema.String
  })
).annotate({ identifier: "FaultCatalogue" })

/** The models that a terminal can imitate; further fields describe their deviations. */
export const Profiles = Schema.Array(Schema.Struct({ name: Schema.String, label: Schema.String })).annotate({
  identifier: "Profiles"
})

const fields = Schema.Array(Schema.Struct({ tag: Schema.String, value: Schema.String }))

/** What a terminal was asked and what it answered; `at` in milliseconds since 1970. */
export const TerminalJournal = Schema.Array(
  Schema.Struct({
    at: Schema.Finite,
    connection: Schema.Int,
    request: Schema.String,
    fields,
    conclusion: Schema.optionalKey(Schema.Literals(["Done", "Acknowledged", "NotDone"])),
    answer: Schema.optionalKey(Schema.String),
    answerFields: Schema.optionalKey(fields),
    delivered: Schema.Boolean
  })
).annotate({ identifier: "TerminalJournal" })
