/**
 * The evidence of a scenario: the requests and their answers, what the terminals charged, and what the till said.
 *
 * Amounts are minor units, times milliseconds since the scenario began. Card numbers and logins are masked where a request
 * is recorded.
 */
import { Ledger } from "@hipay-pos/terminal-simulator"
import type { Words } from "../Language.ts"
import type { AnswerSeen, Outcome, Told } from "./Outcome.ts"

/** One request of the till, and its answer. */
export interface Exchange {
  readonly id: number
  readonly at: number
  readonly method: string
  readonly path: string
  readonly body: string
  /** The order's content, if the request is an order. */
  readonly order?: OrderSeen | undefined
  /** The index of its sale among the scenario's sales. */
  sale: number
  /** The answer as it was sent, complete or cut, up to the limit that is kept. */
  answer?: AnswerSeen | undefined
  /** What the complete answer said, if only its beginning is kept. */
  told?: ReadonlyArray<Told> | undefined
  /** How it ended: `hung-up` by the till, `cut` by the examination. */
  ended: "open" | "delivered" | "cut" | "hung-up"
  endedAt?: number | undefined
  /** How the examination treated it, in a few words. */
  readonly treatment?: Words | undefined
}

/** The content of an order. */
export interface OrderSeen {
  readonly orderId: string
  readonly amount: number
  readonly currency: string
  readonly transactionType: string
  readonly terminal: string
  /** The order's protocol: how the service reaches the terminal. */
  readonly protocol?: string | undefined
  /** The field that keeps it from any terminal. */
  readonly noTerminalBy?: NoTerminalField | undefined
}

/** The fields that keep an order from any terminal. */
export const noTerminalFields = ["sandbox_code", "initialize_payment_terminal"] as const
export type NoTerminalField = (typeof noTerminalFields)[number]

/** An operation that a terminal approved. */
export interface Charge {
  readonly operation: "debit" | "credit" | "cancel"
  readonly amount: number
  readonly currency: string
  readonly orderId?: string | undefined
  readonly authorizationNumber?: string | undefined
  readonly terminal: string
}

/** One run of the till's payment entry. */
export interface Drive {
  readonly sale: number
  readonly orderId: string
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  readonly action: Action
  readonly startedAt: number
  readonly endedAt: number
  readonly said: Said
}

/** What the till is asked to do. */
export type Action = "pay" | "refund" | "cancel"

/** What the till said of a sale. */
export interface Said {
  /** Absent where it said nothing. */
  readonly outcome?: Outcome | undefined
  /** The exit code of a command. */
  readonly exitCode?: number | undefined
  /** It had not finished at the deadline. */
  readonly unfinished?: true | undefined
  /** The examination killed it, as the scenario demands. */
  readonly killed?: true | undefined
  /** An HTTP endpoint that had answered before closed the connection without an answer, or did not accept one. */
  readonly dropped?: true | undefined
  /** A person or the driver cannot do this with the till. */
  readonly notPossible?: true | undefined
}

/** How a sale ended according to the till. "Not possible" is such a claim, too: that nothing was charged or given back. */
export const claimOf = ({ outcome, notPossible }: Said): Outcome | "not-possible" | undefined =>
  notPossible === true ? "not-possible" : outcome

/** Whether a till claims that nothing was charged or given back. */
export const isDenial = (claim: ReturnType<typeof claimOf>): boolean =>
  claim === "declined" || claim === "not-started" || claim === "not-possible"

/** All evidence of a scenario. */
export interface Evidence {
  readonly exchanges: ReadonlyArray<Exchange>
  readonly charges: ReadonlyArray<Charge>
  readonly drives: ReadonlyArray<Drive>
  /** Notifications that were posted to the till, and its answers. */
  readonly notified?: ReadonlyArray<Notified> | undefined
  /** A person's answers to the scenario's questions, by the question's name. */
  readonly answers: Readonly<Record<string, boolean>>
  /** Whether the till is driven by a program, so that no person continues after the command has ended. */
  readonly headless: boolean
}

/** A notification that was posted to the till. */
export interface Notified {
  readonly kind: string
  /** When it was posted. */
  readonly at?: number | undefined
  /** The status of its answer; absent without one. */
  readonly status?: number | undefined
}

/** Whether the till took it. */
export const isTaken = ({ status = 0 }: Notified): boolean => status >= 200 && status < 300

/** The order of the notifications: the first one. */
export const notifiedOrder = ({ exchanges }: Pick<Evidence, "exchanges">): Sent | undefined =>
  ordersIn({ exchanges })[0]

/** A request that is an order. */
export type Sent = Exchange & { readonly order: OrderSeen }

/** All orders, the first one first. */
export const ordersIn = ({ exchanges }: Pick<Evidence, "exchanges">): ReadonlyArray<Sent> =>
  exchanges.filter((exchange): exchange is Sent => exchange.order !== undefined)

/** The orders of a sale, the first one first. */
export const ordersOf = (evidence: Pick<Evidence, "exchanges">, sale: number): ReadonlyArray<Sent> =>
  ordersIn(evidence).filter((order) => order.sale === sale)

/** The orders of a sale that are to take money, the first one first. */
export const debitsOf = (evidence: Pick<Evidence, "exchanges">, sale: number): ReadonlyArray<Sent> =>
  ordersOf(evidence, sale).filter(({ order }) => !givesBack(order))

/** The orders of a sale that are to give money back, the first one first. */
export const creditsOf = (evidence: Evidence, sale: number): ReadonlyArray<Sent> =>
  ordersOf(evidence, sale).filter(({ order }) => givesBack(order))

/** Whether an order is to give money back. */
export const givesBack = ({ transactionType }: OrderSeen): boolean =>
  transactionType === "Credit" || transactionType === "Cancel"

/** The requests that resolve an attempt, and which one. */
export const resolutionsIn = (
  exchanges: ReadonlyArray<Exchange>
): ReadonlyArray<{ readonly exchange: Exchange; readonly attempt: string }> =>
  exchanges.flatMap((exchange) => {
    const attempt = exchange.method === "POST" ? RESOLVE.exec(exchange.path)?.[1] : undefined
    return attempt === undefined ? [] : [{ exchange, attempt }]
  })

const RESOLVE = /\/attempts\/([^/?]+)\/resolve\/?(?:\?|$)/

/** What terminals charged for a sale. Their ledger has order ids cut to the length that terminals take. */
export const chargesOf = (evidence: Evidence, sale: number): ReadonlyArray<Charge> => {
  const ids = new Set(ordersOf(evidence, sale).map(({ order }) => Ledger.privateDataOf(order.orderId)))
  return evidence.charges.filter(({ orderId = "" }) => ids.has(orderId))
}

/** Net minor units that were charged: debits, less cancellations and credits. */
export const netOf = (charges: ReadonlyArray<Charge>): number =>
  charges.reduce((sum, { operation, amount }) => sum + (operation === "debit" ? amount : -amount), 0)

/** Something that the till could know, and when. */
export interface Known extends Told {
  readonly at: number
  readonly exchange: number
  /** Learnt from a repeat or a query, not from the order's own answer. */
  readonly byLookUp: boolean
}
