/** Faults of the contract as findings. */
import type { Fault } from "../plain/Contract.ts"
import * as Finding from "../plain/Finding.ts"
import { type FindingCollector, MAX_FINDINGS } from "./FindingCollector.ts"

/** Reports what a check finds: the contract's faults first, then those of our decoding alone. Returns whether there are none. */
export const reportFaults = (check: (report: (fault: Fault) => void) => void, report: FindingCollector): boolean => {
  const shapes: Array<Fault> = []
  let sound = true
  check((fault) => {
    sound = false
    const { path, keyword: code, message, expected, value } = fault
    if (code !== "shape") {
      const actual = Finding.describe(value, path)
      report.add({ path, code, severity: "refused", rule: "contract", message, expected, actual })
    } else if (shapes.length < MAX_FINDINGS) shapes.push(fault)
  })
  for (const { path, keyword, expected, value } of shapes) {
    report.refuse(keyword, path, expected, Finding.describe(value, path))
  }
  return sound
}
