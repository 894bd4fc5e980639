/**
 * What to do after a server's refusal, by its code, or by its reason if that says more. Loaded with the code that reads
 * answers, so that a page does not carry it before.
 */
import type { NotStarted } from "@hipay-pos/core/Terminal"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"

/** The codes of this toolkit's servers and of HiPay's service that have advice, and the reasons that say more than their code. */
export type AdvisedCode =
  | Extract<
      ProblemCode,
      | "terminal.unresolved"
      | "unavailable.terminal.bad.request"
      | "busy.terminal.bad.request"
      | "unknown.terminal.bad.request"
      | "passphrase.not.set"
      | "cancel.not.the.last"
      | "attempt.not.recorded"
      | "server.closing"
    >
  | "1002"
  | Extract<NotStarted["kind"], "AnsweredEarly" | "StoreFailed">

const CHECK_STORE = "Ask who runs the payment server to look at its store, then try again."

const advices: Readonly<Record<AdvisedCode, string>> = {
  "terminal.unresolved":
    "The outcome of this terminal's last payment is unknown, and it takes no other payment until that one is resolved. If that one was for this customer, take no other payment and give no money back until then. Otherwise a sale or a refund can use another terminal or cash.",
  "unavailable.terminal.bad.request":
    "Check that the terminal is on, connected and free, and that its address is right, then try again.",
  "busy.terminal.bad.request": "The terminal is busy with another payment. Wait until it is free, then try again.",
  "unknown.terminal.bad.request":
    "The payment server does not know this terminal, or this login may not use it. Check the terminal's address, then try again.",
  "passphrase.not.set":
    "The terminal and HiPay share no passphrase. Switch the Cloud API off and on again in the terminal's application, then try again.",
  "cancel.not.the.last":
    "A terminal takes back its last sale only, for the amount that was charged, and only if it is certain which one that is. If this sale was paid and its money has not been given back, cancel it at the terminal, or refund it.",
  "attempt.not.recorded": CHECK_STORE,
  "server.closing": "The payment server is stopping. Try again once it has started again.",
  "1002": "Ask who runs the payment server to check its credentials at HiPay, then try again.",
  AnsweredEarly:
    "The terminal sent an answer before it was asked, perhaps to an earlier payment. Check at the terminal that its last payment was not for this order, then try again.",
  StoreFailed: CHECK_STORE
}

const byCode: ReadonlyMap<string | undefined, string> = new Map(Object.entries(advices))

/** The advice for a reason or, if it has none, for its code. */
export const codeAdvice = (code: string | undefined, reason?: string): string | undefined =>
  byCode.get(reason) ?? byCode.get(code)
