/** A Concert request, ECR to terminal. */
import type { CurrencyCode } from "@hipay-pos/core/Currency"

/** `CD`: what the terminal is asked to do. Codes without a public meaning stay one character, as they came. */
export type Action = "debit" | "credit" | "cancel" | "duplicata" | "identification" | "print" | (string & {})

/** The fields of a request, decoded. Names are those that `hipay-pos decode --json` prints. */
export interface Request {
  /** `CZ`: 0300, 0310 or 0320. */
  readonly version: string
  /** `CJ`: twelve digits. */
  readonly protocolIdentifier?: string
  /** `CA`: two digits. */
  readonly register?: string
  /** `CB`, minor units; absent for identification. */
  readonly amount?: number
  /** `CD`. */
  readonly action: Action
  /** `CE`, alphabetic. */
  readonly currency?: CurrencyCode
  /** `BB`: true asks for an online authorization. */
  readonly forceAuthorization?: boolean
  /** `BA`. */
  readonly answerDelay?: "end" | "immediate"
  /** `BF`. */
  readonly partialPayment?: boolean
  /** `CC`: forces one payment application. */
  readonly paymentApplication?: string
  /** `CF`: 1 to 99 characters. */
  readonly privateData?: string
  /** `CH`. */
  readonly reference?: string
  /** `CK`: three characters, such as 100 for the customer's ticket as text. */
  readonly ticket?: string
  /** `BH`. */
  readonly customerPhone?: string
  /** `BI`. */
  readonly customerEmail?: string
}
