/**
 * One scenario of the examination of a till: what the server and its terminals do to the till's orders, and what a right
 * till does then. Data; what is the same for all is judged in `judge.ts`.
 */
import type { ControlCall } from "@hipay-pos/terminal-simulator"
import type { Words } from "../Language.ts"
import type { Action, Evidence } from "./Evidence.ts"
import type { Finding, Grade } from "./Finding.ts"
import type { AnswerSeen, Outcome } from "./Outcome.ts"

/** What happens to one order of the till. */
export interface Treatment {
  /** In a few words, for the evidence. */
  readonly shows: Words
  /** The next cardholder at the order's terminal; one whose card is approved by default. */
  readonly cardholder?: (typeof ControlCall.Steps.Type)["script"][number]
  /** What the terminal suffers. */
  readonly fault?: typeof ControlCall.Fault.Type
  /** Answered so, and nothing reaches a terminal. */
  readonly instead?: AnswerSeen
  /** The server's clock is put forward by its whole answer time-out, after so many milliseconds or when the till hangs up. */
  readonly timesOutAfter?: number | "silence"
  /** After the answer was given, the server's clock is put forward by as many milliseconds. */
  readonly thenForward?: number
  /** While the payment is under way, the server's clock is moved by so many milliseconds. */
  readonly clockJump?: number
  /** What becomes of the answer on its way. */
  readonly delivery?: Delivery
}

/** What becomes of an answer on its way to the till. */
export type Delivery =
  | { readonly _tag: "CutBefore" }
  | { readonly _tag: "CutInBody" }
  | { readonly _tag: "CutAfterBody" }
  | { readonly _tag: "Slow"; readonly firstByteAfter: number }
  | { readonly _tag: "Replaced"; readonly by: AnswerSeen }

/** One run of the till's payment entry. */
export interface Step {
  /** Sales are told apart by number; the same one again is the same sale, with the same order id. */
  readonly sale: number
  /** As a person types it, such as `12.34`. */
  readonly amount: string
  /** EUR by default. */
  readonly currency?: string
  /** `pay` by default. */
  readonly action?: Action
  /** Starts together with the step before it. */
  readonly together?: true
  /** The till is killed so many milliseconds after its order has come. */
  readonly killAfter?: number
}

/** A question to a person, about what only the screen or the paper shows. */
export interface Question {
  readonly name: string
  readonly asks: Words
  /** What is wrong where the answer is no. */
  readonly otherwise: Words
  readonly severity: Grade
}

/** What a person or the driver has to be able to do. */
export const needs = [
  "person",
  "process",
  "action",
  "currency",
  /** The same sale comes again, and the till has to know it by the order id. */
  "order-id",
  /** The till's terminal speaks Concert, which only its orders show. */
  "concert",
  "notification",
  /** It cannot be done with this till: a person left it out, or the till says so. */
  "left-out"
] as const
export type Need = (typeof needs)[number]

/** A scenario. */
export interface Scenario {
  readonly name: string
  readonly title: Words
  /** Why it is examined. */
  readonly reason: Words
  /** What a right till does. */
  readonly right: Words
  /** How bad it is to fail. */
  readonly severity: Grade
  /** What a person does at the till. */
  readonly todo: Words
  readonly steps: ReadonlyArray<Step>
  /** What happens to the orders as they come, the first one first; those after them are treated as usual. */
  readonly orders?: ReadonlyArray<Treatment>
  /** A right till has each sale paid in the end, and was told so. */
  readonly paid?: true
  /** What the till may say besides what it can know. */
  readonly alsoRight?: ReadonlyArray<Outcome>
  readonly needs?: ReadonlyArray<Need>
  /** Notifications are posted to the till once its order was answered. */
  readonly notifies?: true
  readonly questions?: ReadonlyArray<Question>
  /** What is special to judge. */
  readonly judge?: (evidence: Evidence) => ReadonlyArray<Finding>
}
