/** Collects findings in the order in which the rules report them. */
import * as Finding from "../plain/Finding.ts"

/** The most findings kept per severity: a hostile body could produce hundreds of thousands. */
export const MAX_FINDINGS = 1_000

/** The findings of one order so far. */
export class FindingCollector {
  readonly findings: Array<Finding.Finding> = []
  private readonly counts = { refused: 0, warning: 0 }

  add(finding: Finding.Finding): void {
    if (this.counts[finding.severity]++ < MAX_FINDINGS) this.findings.push(finding)
  }

  /** Strict validation refuses the order for this, unless a fault of the contract at the same path already does. */
  refuse(code: string, path: string, expected: string, actual: string): void {
    if (this.counts.refused < MAX_FINDINGS && !this.findings.some((each) => each.path === path && isOfContract(each))) {
      this.add(Finding.make("refused", code, path, expected, actual))
    }
  }

  /** The order goes through; this is what to expect. */
  warn(code: string, path: string, expected: string, actual: string): void {
    this.add(Finding.make("warning", code, path, expected, actual))
  }
}

const isOfContract = ({ rule, code }: Finding.Finding): boolean => rule === "contract" || code === "shape"
