/**
 * Finds what was impossible while a scenario was played. A till that has sent an order of a step could do it, whatever
 * it says afterwards. An AppNepting terminal refuses cancellations, which is not the till's fault.
 */
import { type Evidence, givesBack, ordersIn, type Sent } from "./Evidence.ts"
import { refusalIn } from "./Outcome.ts"
import { needsOf } from "./runScenario.ts"
import type { Need, Scenario } from "./Scenario.ts"

/** The ability that a scenario lacked. A person's report that it is impossible is accepted for all steps. */
export const impossibleIn = (scenario: Scenario, evidence: Evidence): Need | undefined => {
  const { drives, headless } = evidence
  const orders = ordersIn(evidence)
  const since = (startedAt: number) => orders.filter(({ at }) => at >= startedAt)
  if (needsOf(scenario).includes("concert") && orders.some(({ order }) => order.protocol === "AppNepting")) {
    const cancel = headless ? drives.find(({ action }) => action === "cancel") : undefined
    const sent = cancel === undefined ? orders.filter(({ order }) => givesBack(order)) : since(cancel.startedAt)
    if (sent.every(isRefusedCancel)) return "concert"
  }
  const isImpossible = drives.some(
    ({ said, startedAt }) => said.notPossible === true && (!headless || since(startedAt).length === 0)
  )
  return isImpossible ? "left-out" : undefined
}

const isRefusedCancel = ({ order, answer }: Sent): boolean =>
  order.transactionType === "Cancel" && answer !== undefined && refusalIn(answer) !== undefined
