/**
 * How real models deviate from the protocol, and the evidence for each deviation.
 *
 * A profile changes what is sent and how the connection is handled, never whether money moves. A terminal's settings (contracts,
 * limits, columns) are options of the simulator, not of the profile.
 */
import type { Action } from "@hipay-pos/concert-codec/Request"

/** What happens to a connection that arrives during a payment. */
export type Busy =
  /** It is refused. */
  | "refuse"
  /** It waits until the payment has ended. */
  | "queue"
  /** It gets a quick AE=01, without a reason. */
  | "answer"

/** The deviations of one model. */
export interface Profile {
  readonly name: string
  /** The model that is imitated, for lists. */
  readonly label: string
  readonly busy: Busy
  /** Ends the connection after its answer. Overridable per simulator: sources disagree for every model. */
  readonly closesAfterAnswer: boolean
  /** What it does when the ECR half-closes before the response. */
  readonly halfClose: "hangs-up" | "answers"
  /** The complement (AF) for the red key. */
  readonly redKey: string
  /** Whether the answer to a red key repeats the amount (CB). */
  readonly amountOnRedKey: boolean
  /** Sent instead of an echo of CF, if the operation was done. */
  readonly privateData?: string
  /** Echoes CF when the request had it. */
  readonly echoesPrivateData: boolean
  /** The version it answers with, whatever the request's. */
  readonly answersVersion?: string
  /** Its own protocol identifier, instead of an echo. */
  readonly protocolIdentifier?: string
  /** Tags that make it refuse the request as malformed (09). */
  readonly dislikes: ReadonlyArray<string>
  /** Only handles a request that ends in CR LF; answers 09 otherwise. */
  readonly wantsLineEnd: boolean
  /** Also gives a ticket with a refusal. */
  readonly ticketOnRefusal: boolean
  /** Sends AL, which marks the card number as truncated. */
  readonly tellsPanType: boolean
  /** Sends reasons of 29 characters: AF, the issuer's code, its text, two details. */
  readonly extendedComplement: boolean
  /** How it answers BA=1 immediately: AE=11 and nothing more, AE=11 and later the outcome, or AE=10 meaning "reached". */
  readonly immediate: "acknowledge" | "acknowledge-then-final" | "done"
  /** The supported actions; others are answered with 12. */
  readonly actions: ReadonlyArray<Action>
  /** The evidence for each deviation. */
  readonly evidence: ReadonlyArray<string>
}

const plainActions = ["debit", "credit", "cancel", "duplicata", "identification", "B"] as const

/** The protocol as most sources agree on it. */
export const plain: Profile = {
  name: "plain",
  label: "Concert V3, no deviation",
  busy: "queue",
  closesAfterAnswer: true,
  halfClose: "hangs-up",
  redKey: "11",
  amountOnRedKey: true,
  echoesPrivateData: true,
  dislikes: [],
  wantsLineEnd: false,
  ticketOnRefusal: false,
  tellsPanType: false,
  extendedComplement: false,
  immediate: "acknowledge-then-final",
  actions: plainActions,
  evidence: [
    "Fields, order and echo as in most published samples.",
    "Hangs up on a half-close: observed with the Akretion server.",
    "A final answer after AE=11 is assumed by two of three sources."
  ]
}

/** Ingenico Desk/5000 with a bank's Concert application. */
export const ingenicoDesk5000: Profile = {
  ...plain,
  name: "ingenico-desk5000",
  label: "Ingenico Desk/5000",
  busy: "refuse",
  amountOnRedKey: false,
  echoesPrivateData: false,
  privateData: "1010000000",
  dislikes: ["BF"],
  immediate: "acknowledge",
  actions: ["debit", "credit"],
  evidence: [
    "No CB in the answer to the red key: OCA issue 669.",
    "An approved payment has the terminal's own data (1010000000) in CF, and a refusal has no CF: observed with the Akretion server.",
    "BF disturbs newer Ingenico software: Akretion removed it in April 2025.",
    "AF=11 for the red key: Akretion and OCA, hardware-tested.",
    "Refused connections while busy: not documented, the most common report."
  ]
}

/** PayXpert's application, Concert 3.20. */
export const payxpert: Profile = {
  ...plain,
  name: "payxpert",
  label: "PayXpert, Concert V3.20",
  busy: "answer",
  redKey: "06",
  protocolIdentifier: "323540032810",
  immediate: "done",
  tellsPanType: true,
  evidence: [
    "BA=1 is answered at once by AE=10 (request reached the terminal) or AE=01 (busy): PayXpert's Concert V3 document.",
    "AE=01 also means busy: the same.",
    "AF=06 for a cardholder who cancels: the same.",
    "AL=1 for a truncated number, CK, ZT, CD=3 and CD=I: the same; its protocol identifier is 323540032810."
  ]
}

/** The terminal application by HiPay and Nepting, driven by its local API. */
export const hipayNepting: Profile = {
  ...plain,
  name: "hipay-nepting",
  label: "HiPay application for Nepting",
  answersVersion: "0320",
  protocolIdentifier: "999999999999",
  redKey: "06",
  wantsLineEnd: true,
  ticketOnRefusal: true,
  extendedComplement: true,
  actions: ["debit", "credit"],
  evidence: [
    "Wants CR LF after the request: trouble-shooting of HiPay's Local API for Nepting.",
    "Answers 0320 to a request of 0300, with a protocol identifier of its own, and echoes CF: the same, samples.",
    "A refusal carries a ticket (ABANDON DEBIT) and a reason of 29 characters: the same, samples.",
    "Cancellation is not implemented: the same, action table."
  ]
}

/** Verifone V240m: the one model whose duplicata is known to work. */
export const verifoneV240m: Profile = {
  ...plain,
  name: "verifone-v240m",
  label: "Verifone V240m",
  busy: "refuse",
  evidence: [
    "Duplicata (CD=3) was tested on this model only: HiPay's Tablet Connector documents.",
    "Refused connections while busy: not documented, an assumption."
  ]
}

/** Every profile, by name. */
export const all: ReadonlyArray<Profile> = [plain, ingenicoDesk5000, payxpert, hipayNepting, verifoneV240m]

/** The profile with a name, or `undefined`. */
export const get = (name: string): Profile | undefined => all.find((profile) => profile.name === name)
