/** Counts a server's events as they are emitted. */
import { NotStarted, OutcomeUnknown } from "@hipay-pos/core/Terminal"
import { AlarmCode, type Attempt } from "../attempts/Attempt.ts"
import type { AttemptListener } from "../attempts/AttemptListener.ts"
import { LOGIN_REFUSED } from "../render/problems.ts"
import { gatewayAlarmCodes, type Listener, type ServerEvent } from "../ServerEvent.ts"
import type { Instruments } from "./Instruments.ts"

/** An attempt under way; times by the recorder's clock, in milliseconds. */
interface Flight {
  readonly openedAt: number
  readonly terminal: Attempt["terminal"]
  isQueued: boolean
  sentAt?: number
}

/** Counts events. */
export interface Recorder {
  readonly listener: Listener
  readonly attemptListener: AttemptListener
  /** Sets the gauges derived from the counts. */
  readonly refresh: () => void
}

/** Makes a recorder over instruments; `now` in milliseconds. */
export const makeRecorder = ({ count, observe, set }: Instruments, now: () => number): Recorder => {
  const flights = new Map<string, Flight>()

  const attemptChanged = ({ id, state, terminal, key, error }: Attempt) => {
    const flight = flights.get(id)
    if (state === "open") {
      flights.set(id, { openedAt: now(), terminal, isQueued: true })
      return
    }
    if (flight === undefined) return
    flights.delete(id)
    const type = key.transactionType
    count("hipay_pos_orders_total", "Attempts that ended, by their first end.", { state, type })
    observe(
      "hipay_pos_order_seconds",
      "From the order to its end, the wait for the terminal included.",
      since(flight.openedAt),
      {
        type
      }
    )
    if (error !== undefined) count("hipay_pos_order_errors_total", ORDER_ERRORS, { kind: error.kind, terminal })
  }

  const since = (then: number): number => (now() - then) / 1_000

  const terminalEvent = ({ attempt, event }: Extract<ServerEvent, { readonly _tag: "Terminal" }>) => {
    if (event._tag === "LateAnswer")
      return count("hipay_pos_late_answers_total", "Answers that came after the caller's deadline.", {
        answer: event.result._tag === "Success" ? event.result.success._tag : "none"
      })
    const flight = flights.get(attempt)
    if (flight === undefined) return
    switch (event._tag) {
      case "Connecting":
      case "UpstreamAsked":
        if (flight.isQueued)
          observe("hipay_pos_queue_wait_seconds", "From the order to its terminal's turn.", since(flight.openedAt))
        flight.isQueued = false
        if (event._tag === "UpstreamAsked") flight.sentAt = now()
        return
      case "RequestSent":
        flight.sentAt = now()
        return
      case "Answered":
      case "UpstreamAnswered":
      case "Unknown":
        if (flight.sentAt !== undefined)
          observe("hipay_pos_exchange_seconds", EXCHANGE, since(flight.sentAt), { terminal: flight.terminal })
        delete flight.sentAt
    }
  }

  const listener: Listener = (event) => {
    switch (event._tag) {
      case "Terminal":
        return terminalEvent(event)
      case "OrderAnswered":
      case "OrderEnded": {
        const code = codeOf(event.answer.body)
        if (event.attempt === undefined && code !== undefined && code !== LOGIN_REFUSED)
          count("hipay_pos_orders_refused_total", "Orders that were refused without an attempt.", { code })
        return
      }
      case "Unauthorized":
        return count("hipay_pos_logins_refused_total", LOGINS, { credentials: event.credentials })
      case "RequestRefused":
        return count("hipay_pos_requests_refused_total", REQUESTS, { reason: event.refusal })
      case "Unreadable":
        return count("hipay_pos_requests_refused_total", REQUESTS, { reason: event.code })
      case "Alarm":
        count("hipay_pos_alarms_total", ALARMS, { code: event.code })
        if (event.code.endsWith(".contradicted") || event.code.endsWith(".contradicts"))
          count("hipay_pos_contradictions_total", "Ends that contradict what is recorded.")
        return
      case "GatewayAlarm":
        return count("hipay_pos_alarms_total", ALARMS, { code: event.code })
      case "StoreWarning":
        return count("hipay_pos_store_warnings_total", "Warnings about the store, in the log.")
      case "SettingsRead":
        return count("hipay_pos_settings_read_total", "Terminals and logins read again, by whether they were taken.", {
          taken: String(event.isTaken)
        })
      case "NotificationRefused":
      case "NotificationWarning":
        return count("hipay_pos_notification_warnings_total", "Notifications not taken or not handed on, in the log.")
      case "Defect":
        return count("hipay_pos_defects_total", "Bugs that were hit.")
    }
  }

  // A series that does not exist until something goes wrong cannot be watched.
  for (const kind of ERROR_KINDS) count("hipay_pos_order_errors_total", ORDER_ERRORS, { kind, terminal: "relayed" }, 0)
  for (const credentials of ["none", "wrong"]) count("hipay_pos_logins_refused_total", LOGINS, { credentials }, 0)
  for (const code of [...AlarmCode.literals, ...gatewayAlarmCodes]) count("hipay_pos_alarms_total", ALARMS, { code }, 0)
  count("hipay_pos_contradictions_total", "Ends that contradict what is recorded.", {}, 0)
  count("hipay_pos_defects_total", "Bugs that were hit.", {}, 0)

  return {
    listener,
    attemptListener: {
      onChange: attemptChanged,
      onUnknownEnded: (state, by) =>
        count("hipay_pos_unknown_ended_total", "Unknown attempts that were ended, by whom.", { state, by }),
      onRepeatAnswered: (answer) => count("hipay_pos_repeats_total", "Orders sent again under the same id.", { answer })
    },
    refresh: () => {
      let queued = 0
      for (const { isQueued } of flights.values()) if (isQueued) queued++
      set("hipay_pos_orders_in_flight", "Attempts that are open in this process.", flights.size)
      set("hipay_pos_orders_queued", "Of those, attempts that wait for their terminal.", queued)
    }
  }
}

const ORDER_ERRORS = "Orders without an outcome, by the kind of error and of terminal."
const ERROR_KINDS = new Set([...NotStarted.fields.kind.literals, ...OutcomeUnknown.fields.kind.literals])
const ALARMS = "Alarms: a person has to act."
const LOGINS = "Requests without a login, or with a wrong one."
const EXCHANGE = "From the last byte of the request to the answer, or to its deadline."
const REQUESTS = "Requests turned away before anything else was looked at."

const codeOf = (body: unknown): string | undefined => {
  const code = (body as { readonly error?: { readonly code?: unknown } } | undefined)?.error?.code
  return typeof code === "string" ? code : undefined
}
