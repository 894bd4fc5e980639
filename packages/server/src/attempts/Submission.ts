/** An order as it is submitted to a server's attempts, and the ways it can fail there. */
import type * as Finding from "@hipay-pos/core/Finding"
import type { OrderRequest } from "@hipay-pos/core/Order"
import type { TerminalTarget } from "@hipay-pos/core/TerminalTarget"
import type { OrderTrace } from "../telemetry/OrderTrace.ts"
import type { TerminalAccess } from "../terminals/TerminalAccess.ts"
import type { ChooseError, ReceivedOrder } from "../terminals/Terminals.ts"
import type { Attempt } from "./Attempt.ts"
import type * as Repeat from "./Repeat.ts"

/** An order that passed validation, with what is needed to recognise it. */
export interface Submission extends Repeat.Repeated {
  readonly login: string
  readonly request: OrderRequest
  readonly findings: ReadonlyArray<Finding.Finding>
  /** The terminals that the login may use; all by default. */
  readonly terminals?: TerminalAccess | undefined
  /** Pays an order again although it may have been paid, as the real service might; false by default. */
  readonly payAgain?: boolean
  readonly requestId?: string
  /** Absent if nothing is traced. */
  readonly trace?: OrderTrace
  /** The order as received, for the service that it is relayed to. */
  readonly received?: ReceivedOrder
}

/** The attempt that an order was taken under. */
export interface Opened {
  readonly id: string
  /** The ended earlier attempt that it repeats, whose answer is available at once. */
  readonly recorded?: Attempt
}

/** Why an order has no attempt of its own. */
export type Failure = Repeat.Refused | TerminalNotAllowed | ChooseError

/** The login may not use the terminal that its order names, whether or not it exists. */
export interface TerminalNotAllowed {
  readonly _tag: "TerminalNotAllowed"
  readonly target: TerminalTarget
}
