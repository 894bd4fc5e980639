/** Refusals that only a mock makes, as answers in the contract's shape. */

import * as CardNumber from "@hipay-pos/core/CardNumber"
import type { Answer } from "@hipay-pos/server"
import { error, problemBody } from "@hipay-pos/server/http"

/** Too few attempts matched in the given time. */
export const waitTimedOut = (attempts: string, milliseconds: string): Answer =>
  error(
    408,
    "wait.timed.out",
    `${attempts === "1" ? "No attempt" : `Fewer than ${attempts} attempts`} matched within ${milliseconds} ms.`
  )

/** The wait ended because its space was removed. */
export const waitEnded = (attempts: string): Answer =>
  error(
    408,
    "wait.timed.out",
    `The space started over before ${attempts === "1" ? "an attempt" : `${attempts} attempts`} matched.`
  )

/** A notification may not be sent there. */
export const notificationNotAllowed = (url: string): Answer =>
  error(
    409,
    "notification.not.allowed",
    CardNumber.isMaskedAddress(url)
      ? `Nothing is sent to ${url}: the order's address held a card number, and the masked one is another.`
      : `Nothing may be sent to ${url}: the mock was not started with its host and port (--notify HOST:PORT).`
  )

/** A terminal that is not simulated in this mock cannot be controlled through it. */
export const terminalAttached = (name: string): Answer =>
  error(
    409,
    "terminal.attached",
    `${name} is attached over TCP and not simulated by this mock: control it at its own control API (hipay-pos terminal --control).`
  )

/** A terminal that this mock does not have: an order or a call with its full name creates one. */
export const terminalUnknown = (name: string): Answer =>
  error(404, "terminal.unknown", `${name.slice(0, 200)} is not a terminal of this mock.`)

/** The answer that a test asked for. */
export const injected = (status: number): Answer =>
  problemBody(status, "fault.injected", "Injected fault", "A test asked for this.", {})
