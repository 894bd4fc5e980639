/** A Concert response, terminal to ECR. */
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import type { Action } from "./Request.ts"

/** `AE`: 10, 01, 11; any other value stays as it came. */
export type Status = "done" | "not-done" | "taken-into-account" | (string & {})

/** The fields of a response, decoded and masked. Names are those that `hipay-pos decode --json` prints. */
export interface Response {
  readonly version?: string
  readonly protocolIdentifier?: string
  readonly register?: string
  readonly amount?: number
  readonly action?: Action
  readonly currency?: CurrencyCode
  /** `AE`; absent in a message that is not an answer. */
  readonly status?: Status
  /** `AF`, its first two characters. */
  readonly complement?: string
  readonly paymentApplication?: string
  readonly readingMode?: "contact" | "contactless" | "stripe" | "manual" | (string & {})
  readonly authorizationNumber?: string
  /** Masked in place. */
  readonly pan?: string
  /** YYMM. */
  readonly expiry?: string
  readonly aid?: string
  readonly merchantContract?: string
  readonly privateData?: string
  readonly reference?: string
  /** The decoded text of the ticket, masked. */
  readonly receipt?: string
}
