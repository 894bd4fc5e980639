/**
 * One scenario of the examination of a till: how the server and its terminals treat the till's orders, and what a correct
 * till does then. Data; the rules that apply to all scenarios are in `judge.ts`.
 */
import type { ControlCall } from "@hipay-pos/terminal-simulator"
import type { Words } from "../Language.ts"
import type { Action, Evidence } from "./Evidence.ts"
import type { Finding, Grade } from "./Finding.ts"
import type { AnswerSeen, Outcome } from "./Outcome.ts"

/** The treatment of one order of the till. */
export interface Treatment {
  /** A short description, for the evidence. */
  readonly shows: Words
  /** The next cardholder at the order's terminal; one whose card is approved by default. */
  readonly cardholder?: (typeof ControlCall.Steps.Type)["script"][number]
  /** The fault of the terminal. */
  readonly fault?: typeof ControlCall.Fault.Type
  /** The answer, without sending the order to a terminal. */
  readonly instead?: AnswerSeen
  /** After so many milliseconds, or when the till hangs up, the server's clock is put forward by its whole answer time-out. */
  readonly timesOutAfter?: number | "silence"
  /** After the answer, the server's clock is put forward by this many milliseconds. */
  readonly thenForward?: number
  /** While the payment is under way, the server's clock is moved by this many milliseconds. */
  readonly clockJump?: number
  /** The fault of the answer's delivery. */
  readonly delivery?: Delivery
}

/** How an answer is delivered to the till. */
export type Delivery =
  | { readonly _tag: "CutBefore" }
  | { readonly _tag: "CutInBody" }
  | { readonly _tag: "CutAfterBody" }
  | { readonly _tag: "Slow"; readonly firstByteAfter: number }
  | { readonly _tag: "Replaced"; readonly by: AnswerSeen }

/** One run of the till's payment entry. */
export interface Step {
  /** The sale's number; steps with the same number repeat the sale, with the same order id. */
  readonly sale: number
  /** As typed by a person, such as `12.34`. */
  readonly amount: string
  /** EUR by default. */
  readonly currency?: string
  /** `pay` by default. */
  readonly action?: Action
  /** Starts together with the step before it. */
  readonly together?: true
  /** The till is killed this many milliseconds after its order has arrived. */
  readonly killAfter?: number
}

/** A question to a person about something that only the screen or the receipt shows. */
export interface Question {
  readonly name: string
  readonly asks: Words
  /** The finding if the answer is no. */
  readonly otherwise: Words
  readonly severity: Grade
}

/** Abilities that a scenario needs of the person or the driver. */
export const needs = [
  "person",
  "process",
  "action",
  "currency",
  /** The same sale is repeated, and the till must recognise it by the order id. */
  "order-id",
  /** The till's terminal speaks Concert, which only its orders show. */
  "concert",
  "notification",
  /** Impossible with this till: a person left it out, or the till says so. */
  "left-out"
] as const
export type Need = (typeof needs)[number]

/** A scenario. */
export interface Scenario {
  readonly name: string
  readonly title: Words
  /** The reason for examining it. */
  readonly reason: Words
  /** The expected behaviour of a correct till. */
  readonly right: Words
  /** How bad it is to fail. */
  readonly severity: Grade
  /** The person's instructions for the till. */
  readonly todo: Words
  readonly steps: ReadonlyArray<Step>
  /** The treatments of the first orders, in order of arrival; later orders are treated as usual. */
  readonly orders?: ReadonlyArray<Treatment>
  /** With a correct till, each sale is paid in the end, and the till knows it. */
  readonly paid?: true
  /** Further claims that the till may make, besides those it can know to be true. */
  readonly alsoRight?: ReadonlyArray<Outcome>
  readonly needs?: ReadonlyArray<Need>
  /** Notifications are posted to the till once its order was answered. */
  readonly notifies?: true
  readonly questions?: ReadonlyArray<Question>
  /** Additional rules of this scenario. */
  readonly judge?: (evidence: Evidence) => ReadonlyArray<Finding>
}
