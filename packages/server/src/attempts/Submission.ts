/** An order as it is handed to the attempts of a server, and what becomes of it there. */
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
  /** Pays an order again that may have been paid, as the real service would for all that is known; false by default. */
  readonly payAgain?: boolean
  readonly requestId?: string
  /** Absent where nothing is traced. */
  readonly trace?: OrderTrace
  /** As it came, for a service that it is relayed to. */
  readonly received?: ReceivedOrder
}

/** Under which attempt an order was taken. */
export interface Opened {
  readonly id: string
  /** The earlier attempt that it repeats and that has ended: its answer is there already. */
  readonly recorded?: Attempt
}

/** Why an order has no attempt of its own. */
export type Failure = Repeat.Refused | TerminalNotAllowed | ChooseError

/** The login may not use the terminal that its order names, whether there is one or not. */
export interface TerminalNotAllowed {
  readonly _tag: "TerminalNotAllowed"
  readonly target: TerminalTarget
}
