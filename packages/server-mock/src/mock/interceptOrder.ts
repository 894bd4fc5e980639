/** What a mock does around an order: applies an HTTP fault, gives a recorded answer, reports a caller that disconnects. */
import type { OrderInterceptor } from "@hipay-pos/server"
import { injected } from "../control/mockProblem.ts"
import { applyFault, onClientDisconnect } from "./connectionFault.ts"
import type { MockSpace } from "./MockSpace.ts"
import type { Replay } from "./replay.ts"

/** The interceptor of a mock's space. */
export const interceptOrder =
  ({ httpFault, report }: Pick<MockSpace, "httpFault" | "report">, replay?: Replay): OrderInterceptor =>
  (c, order) => {
    const { orderId } = order
    const fault = httpFault.next()
    if (fault?.fault === "error-before") return { instead: injected(fault.status) }
    const instead = replay?.(order)
    const watched =
      instead !== undefined
        ? { instead }
        : {
            answered: onClientDisconnect(c, (seconds) =>
              report({
                code: "caller-hung-up",
                orderId,
                detail: `the caller disconnected after ${seconds} s, while the payment was under way`
              })
            )
          }
    if (fault === undefined) return watched
    const { fault: name, status } = fault
    return name === "error-after"
      ? { ...watched, change: ({ headers = {} }) => ({ headers, ...injected(status) }) }
      : { ...watched, deliver: (response, closing) => applyFault(c, name, response, closing) }
  }
