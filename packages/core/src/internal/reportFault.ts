/** A fault of the contract as a finding. */
import type { Fault } from "../plain/Contract.ts"
import * as Finding from "../plain/Finding.ts"
import type { FindingCollector } from "./FindingCollector.ts"

export const reportFault = ({ path, keyword, message, expected, value }: Fault, report: FindingCollector): void => {
  const actual = Finding.describe(value, path)
  report.add(
    keyword === "shape"
      ? Finding.make("refused", keyword, path, expected, actual)
      : { path, code: keyword, severity: "refused", rule: "contract", message, expected, actual }
  )
}
