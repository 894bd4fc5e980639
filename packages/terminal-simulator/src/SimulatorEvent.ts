/**
 * What happens at a terminal, told as it happens. Frames and fields are masked: events may be logged and stored.
 */
import type { RawField } from "@hipay-pos/concert-codec/Tlv"
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import type { FaultName, FaultStage } from "./faults/Fault.ts"
import type { Stage } from "./machine/Stage.ts"

interface Common {
  /** Name of the terminal. */
  readonly terminal: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** A connection came or went. `connection` counts from 1. */
export interface ConnectionEvent extends Common {
  readonly _tag: "Connection"
  readonly connection: number
  readonly what: "opened" | "refused" | "busy" | "half-closed" | "closed" | "dropped"
  readonly peer: string
  /** Why it was refused or dropped. */
  readonly reason?: string
}

/** A request arrived whole. */
export interface RequestEvent extends Common {
  readonly _tag: "Request"
  readonly connection: number
  readonly frame: string
  readonly fields: ReadonlyArray<RawField>
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

/** An answer was ready; `delivered` is false where a fault or a hang-up kept all of it back. */
export interface AnswerEvent extends Common {
  readonly _tag: "Answer"
  readonly connection: number
  readonly frame: string
  readonly fields: ReadonlyArray<RawField>
  readonly delivered: boolean
}

/** A fault struck. */
export interface FaultEvent extends Common {
  readonly _tag: "Fault"
  readonly connection: number
  readonly fault: FaultName
  readonly stage: FaultStage
}

/** Something that happens at a terminal. */
export type SimulatorEvent = ConnectionEvent | RequestEvent | StageEvent | AnswerEvent | FaultEvent

/** An event as it is told; the simulator adds terminal and time. */
export type Told = SimulatorEvent extends infer Each
  ? Each extends SimulatorEvent
    ? Omit<Each, "terminal" | "at">
    : never
  : never

/** Tells those who listen for events of a kind; the event is made only if somebody does. */
export type Tell = (tag: SimulatorEvent["_tag"], event: () => Told) => void
