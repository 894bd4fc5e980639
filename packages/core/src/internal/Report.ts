/** Where rules put what they find, in the order in which they find it. */
import * as Finding from "../Finding.ts"

/** The findings of one order so far. */
export class Report {
  readonly findings: Array<Finding.Finding> = []

  /** Strict validation refuses the order for this. */
  refuse(code: string, path: string, expected: string, actual: string): void {
    this.findings.push(Finding.make("refused", code, path, expected, actual))
  }

  /** The order goes through; this is what to expect. */
  warn(code: string, path: string, expected: string, actual: string): void {
    this.findings.push(Finding.make("warning", code, path, expected, actual))
  }
}
