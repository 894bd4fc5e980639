/** What is public about `errorCode`: two families, four digits of HiPay's connectors and two of the terminal (Concert's AF). */
import type { Evidence } from "./orderRules.ts"

/** A code of a failed payment. */
export interface FailureCode {
  readonly code: string
  readonly means: string
  readonly evidence: Evidence
}

const code = (code: string, means: string, evidence: Evidence = "DOC"): FailureCode => ({ code, means, evidence })

/** All that are public, both families. */
export const failureCodes: ReadonlyArray<FailureCode> = [
  code("1000", "Unknown."),
  code("1001", "No end within 180 seconds: look at the terminal."),
  code("1002", "The connector's login was refused."),
  code("1003", "No network. The contract's own example.", "SPEC"),
  code("1004", "The terminal is not connected."),
  code("1005", "The terminal's status could not be read: look at the terminal."),
  code("1006", "Cancelled, with the reason in words."),
  code("1007", "The terminal's answer could not be read: look at the terminal."),
  code("1008", "The request could not be made."),
  code("1009", "The merchant contract is unknown."),
  code("00", "Unknown."),
  code("01", "Authorized."),
  code("02", "The acquirer wants a phone call."),
  code("03", "Forced."),
  code("04", "Refused."),
  code("05", "Forbidden."),
  code("06", "Abandoned at the terminal."),
  code("07", "Not ended."),
  code("08", "Not performed: timed out waiting for input."),
  code("09", "Not performed: the message's format."),
  code("10", "Not performed: the selection. The example of the sister documents and of the sandbox.", "SPEC"),
  code("11", "Not performed: abandoned by the acquirer."),
  code("12", "Not performed: unknown operation."),
  code("13", "Currency not supported.")
]
