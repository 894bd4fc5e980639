/** What a mock does around an order: the HTTP fault that a test has set, and a note when the caller hangs up. */
import type { OrderInterceptor } from "@hipay-pos/server"
import { injected } from "../control/mockProblem.ts"
import { strike, whenCallerLeaves } from "./connectionFault.ts"
import type { MockSpace } from "./MockSpace.ts"

/** The interceptor of a mock's space. */
export const interceptOrder =
  ({ httpFault, notice }: Pick<MockSpace, "httpFault" | "notice">): OrderInterceptor =>
  (c, orderId) => {
    const fault = httpFault.strike()
    if (fault?.fault === "error-before") return { instead: injected(fault.status) }
    const answered = whenCallerLeaves(c, (seconds) =>
      notice({
        code: "caller-hung-up",
        orderId,
        detail: `the caller hung up after ${seconds} s while the terminal was asking`
      })
    )
    if (fault === undefined) return { answered }
    const { fault: name, status } = fault
    return name === "error-after"
      ? { answered, change: (answer) => ({ ...answer, ...injected(status) }) }
      : { answered, deliver: (response, closing) => strike(c, name, response, closing) }
  }
