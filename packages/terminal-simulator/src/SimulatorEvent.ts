/**
 * What happens at a terminal, emitted as it happens. Frames and fields are masked: events may be logged and stored.
 */
import type { RawField } from "@hipay-pos/concert-codec/Tlv"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import type { ReadingStop } from "@hipay-pos/core/TerminalEvidence"
import type { FaultName, FaultStage } from "./faults/Fault.ts"
import type { Stage } from "./machine/Stage.ts"

interface Common {
  /** Name of the terminal. */
  readonly terminal: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** A connection was opened, refused or ended, or the ECR ended its side before the answer. `connection` counts from 1. */
export interface ConnectionEvent extends Common {
  readonly _tag: "Connection"
  readonly connection: number
  readonly what: "opened" | "refused" | "busy" | "half-closed" | "closed" | "dropped"
  readonly peer: string
  /** Why it was refused, hung up or dropped. */
  readonly reason?: string
  /** What is wrong with the request for which it was dropped, and the bytes received of it, masked. */
  readonly problem?: ReadingStop
  readonly received?: string
}

/**
 * A request was received. One with a problem is answered with a format error, unless the problem is a repeated field that is
 * optional or has the same value, the value of an optional field, or an undocumented version or register: then it is performed.
 */
export interface RequestEvent extends Common {
  readonly _tag: "Request"
  readonly connection: number
  /** Its complete fields. */
  readonly frame: string
  readonly fields: ReadonlyArray<RawField>
  /** What is wrong with it, and all bytes received, masked. */
  readonly problem?: ReadingStop
  readonly received?: string
}

/** The terminal's screen changed. */
export interface StageEvent extends Common {
  readonly _tag: "Stage"
  readonly stage: Stage
  /** What the screen shows, in French, one entry a line. */
  readonly screen: ReadonlyArray<string>
  /** Minor units. */
  readonly amount?: number
  readonly currency?: CurrencyCode
  /** Name of the test card, once one is presented. */
  readonly card?: string
  readonly entryMode?: string
  readonly authorizationNumber?: string
  /** AF, when it ended without payment. */
  readonly complement?: string
}

/**
 * A response or an acknowledgement was ready; `delivered` is false if a fault or a hang-up kept all of it from being sent.
 */
export interface AnswerEvent extends Common {
  readonly _tag: "Answer"
  readonly connection: number
  /** The bytes sent, after faults changed and cut them; the whole response if none are delivered. */
  readonly frame: string
  /** Its fields, up to the first one that cannot be read. */
  readonly fields: ReadonlyArray<RawField>
  readonly delivered: boolean
}

/** A fault was applied. */
export interface FaultEvent extends Common {
  readonly _tag: "Fault"
  readonly connection: number
  readonly fault: FaultName
  readonly stage: FaultStage
}

/** Something that happens at a terminal. */
export type SimulatorEvent = ConnectionEvent | RequestEvent | StageEvent | AnswerEvent | FaultEvent

/** An event as it is emitted; the simulator adds terminal and time. */
export type Event = SimulatorEvent extends infer Each
  ? Each extends SimulatorEvent
    ? Omit<Each, "terminal" | "at">
    : never
  : never

/** Emits an event to the listeners of its kind; the event is built only if there are any. */
export type Emit = (tag: SimulatorEvent["_tag"], event: () => Event) => void
