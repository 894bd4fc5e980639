/**
 * Controls a mock from a test: what its terminals do next, its clock, its faults, and the results.
 *
 * Works over HTTP or, with an in-process `fetch`, without a port. Every call rejects with `MockControlError` if the mock
 * refuses it. The schemas that decode answers also generate the mock's OpenAPI document.
 */
import * as DurationText from "@hipay-pos/core/DurationText"
import { Finding } from "@hipay-pos/core/plain"
import type { AttemptState, AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import type { ControlCall } from "@hipay-pos/terminal-simulator"
import * as Duration from "effect/Duration"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as HttpFault from "../mock/HttpFault.ts"
import * as Answers from "./controlAnswers.ts"

/** How to reach a mock. */
export interface MockControlOptions {
  /** Where the mock's own interface is, such as `http://127.0.0.1:8080/_mock`. */
  readonly url: string
  /** The mock's control token, or else `login`. */
  readonly token?: string | undefined
  /** A login with the role `control`. */
  readonly login?: { readonly username: string; readonly password: string } | undefined
  /** The space to control; the unnamed one by default. */
  readonly space?: string | undefined
  /** The platform's `fetch` by default; one around `app.request` needs no port. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined
}

/** One simulated terminal; it is created when first named. */
export interface TerminalControl {
  readonly state: () => Promise<Answers.TerminalState>
  /** What the next cardholders do, in order: words, cards, or steps. Afterwards, its own cardholder acts again. */
  readonly script: (steps: (typeof ControlCall.Steps.Type)["script"]) => Promise<Answers.TerminalState>
  /** Presents a test card; resolves to whether the terminal was waiting for one. */
  readonly card: (
    card: (typeof ControlCall.Card.Type)["card"],
    entryMode?: (typeof ControlCall.Card.Type)["entryMode"]
  ) => Promise<boolean>
  /** Presses a key; resolves to whether the terminal was waiting for one. */
  readonly key: (key: (typeof ControlCall.Key.Type)["key"]) => Promise<boolean>
  readonly cardholder: (
    cardholder: (typeof ControlCall.Cardholder.Type)["cardholder"]
  ) => Promise<Answers.TerminalState>
  /** Replaces the terminal's faults with these; without arguments, clears them. If one is refused, nothing changes. */
  readonly faults: (...faults: ReadonlyArray<typeof ControlCall.Fault.Type>) => Promise<void>
  readonly ledger: () => Promise<Answers.TerminalLedger>
  /** Resets the terminal to its initial state; a payment in progress ends with an unknown outcome. */
  readonly reset: () => Promise<Answers.TerminalState>
}

/** The clock of a space. */
export interface ClockControl {
  readonly get: () => Promise<Answers.Clock>
  readonly freeze: () => Promise<Answers.Clock>
  readonly resume: () => Promise<Answers.Clock>
  /** Advances it: `"3 minutes"`, `"3m"`, milliseconds, or any duration. */
  readonly advance: (by: DurationText.Input) => Promise<Answers.Clock>
  readonly set: (moment: Date | string) => Promise<Answers.Clock>
}

/** Which attempts to wait for. */
export interface WaitOptions {
  /** How many; 1 by default. */
  readonly attempts?: number | undefined
  readonly state?: AttemptState | undefined
  readonly orderId?: string | undefined
  /** In real time; 10 s by default. */
  readonly timeout?: DurationText.Input | undefined
}

/** A mock, or one space of it. */
export interface MockControl {
  /** The terminal at `HOST` (port 8888) or `HOST:PORT`, or the Nepting one named `MANUFACTURER SERIAL`. */
  readonly terminal: (name: string) => TerminalControl
  readonly terminals: () => Promise<ReadonlyArray<Answers.TerminalState>>
  readonly clock: ClockControl
  /** What all terminals charged. */
  readonly ledger: () => Promise<Answers.LedgerOfAll>
  readonly attempts: () => Promise<ReadonlyArray<AttemptSummary>>
  readonly findings: () => Promise<ReadonlyArray<Answers.MockFinding>>
  readonly transactions: () => Promise<ReadonlyArray<Answers.Transaction>>
  readonly notifications: () => Promise<ReadonlyArray<Answers.MockNotification>>
  /** Runs the remote collection of one terminal, or of all; resolves to the references of the captured transactions. */
  readonly collect: (terminal?: string) => Promise<ReadonlyArray<string>>
  /** What goes wrong with the next orders over HTTP; `undefined` clears it. */
  readonly httpFault: (
    fault: HttpFault.Name | undefined,
    options?: { readonly times?: number; readonly status?: number }
  ) => Promise<void>
  readonly seed: (seed: string | number) => Promise<void>
  /** Resolves once enough attempts match. */
  readonly waitFor: (options?: WaitOptions) => Promise<ReadonlyArray<AttemptSummary>>
  /** Forgets everything: attempts, terminals, transactions, notifications, faults, clock. */
  readonly reset: () => Promise<void>
  /** The existing spaces by name, the unnamed one included. */
  readonly spaces: () => Promise<Answers.SpaceList["spaces"]>
  /** The control of another space. */
  readonly space: (name: string) => MockControl
}

/** The mock refused, or gave an answer that its document does not describe. */
export class MockControlError extends Schema.TaggedError<MockControlError>()("MockControlError", {
  call: Schema.String,
  status: Schema.Int,
  detail: Schema.String
}) {
  override get message() {
    return `${this.call}: ${this.detail} (HTTP ${this.status})`
  }
}

type Method = "GET" | "PUT" | "POST" | "DELETE"

/** Controls a mock. */
export const make = (options: MockControlOptions): MockControl => {
  const { url, token = "", login, space = "", fetch = globalThis.fetch } = options
  const headers = {
    authorization: login === undefined ? `Bearer ${token}` : `Basic ${basic(login)}`,
    "content-type": "application/json",
    ...(space !== "" && { "x-mock-space": space })
  }

  const send = async (method: Method, path: string, body?: unknown): Promise<{ status: number; text: string }> => {
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
    const response = await fetch(`${url}${path}`, init)
    const text = await response.text()
    if (!response.ok)
      throw new MockControlError({ call: `${method} ${path}`, status: response.status, detail: words(text) })
    return { status: response.status, text }
  }

  const ask = async <A>(schema: Schema.Codec<A, unknown>, method: Method, path: string, body?: unknown): Promise<A> => {
    const { status, text } = await send(method, path, body)
    const decoded = Schema.decodeUnknownResult(Schema.fromJsonString(schema))(text)
    if (Result.isSuccess(decoded)) return decoded.success
    throw new MockControlError({ call: `${method} ${path}`, status, detail: decoded.failure.message })
  }

  const terminal = (name: string): TerminalControl => {
    const at = `/terminals/${encodeURIComponent(fullName(name))}`
    return {
      state: () => ask(Answers.TerminalState, "GET", at),
      script: (script) => ask(Answers.TerminalState, "PUT", `${at}/script`, { script }),
      card: async (card, entryMode) =>
        (await ask(Answers.ActionResult, "POST", `${at}/card`, { card, entryMode })).taken,
      key: async (key) => (await ask(Answers.ActionResult, "POST", `${at}/key`, { key })).taken,
      cardholder: (cardholder) => ask(Answers.TerminalState, "PUT", `${at}/cardholder`, { cardholder }),
      faults: async (...faults) => {
        await send("PUT", `${at}/faults`, faults)
      },
      ledger: () => ask(Answers.TerminalLedger, "GET", `${at}/ledger`),
      reset: () => ask(Answers.TerminalState, "POST", `${at}/reset`)
    }
  }

  const clockAction = (action: "freeze" | "resume") => () => ask(Answers.Clock, "POST", "/clock", { action })

  return {
    terminal,
    terminals: () => ask(Answers.TerminalStates, "GET", "/terminals"),
    clock: {
      get: () => ask(Answers.Clock, "GET", "/clock"),
      freeze: clockAction("freeze"),
      resume: clockAction("resume"),
      advance: async (by) =>
        ask(Answers.Clock, "POST", "/clock", { action: "advance", milliseconds: millisecondsOf(by) }),
      set: async (moment) =>
        ask(Answers.Clock, "PUT", "/clock", { at: typeof moment === "string" ? moment : moment.toISOString() })
    },
    spaces: async () => (await ask(Answers.SpaceList, "GET", "/spaces")).spaces,
    ledger: () => ask(Answers.LedgerOfAll, "GET", "/ledger"),
    attempts: async () => (await ask(Answers.Attempts, "GET", "/attempts")).attempts,
    findings: async () => (await ask(Answers.MockFindings, "GET", "/findings")).findings,
    transactions: async () => (await ask(Answers.Transactions, "GET", "/transactions")).transactions,
    notifications: async () => (await ask(Answers.MockNotifications, "GET", "/notifications")).notifications,
    collect: async (name) =>
      (await ask(Answers.Captured, "POST", "/collection", { terminal: name && fullName(name) })).captured,
    httpFault: async (fault, { times, status } = {}) => {
      if (fault === undefined) await send("DELETE", "/http-fault")
      else await send("PUT", "/http-fault", { fault, times, status })
    },
    seed: async (seed) => void (await send("PUT", "/seed", { seed })),
    waitFor: async ({ attempts = 1, state, orderId, timeout = "10 seconds" } = {}) => {
      const query = new URLSearchParams({
        attempts: String(attempts),
        timeout: String(millisecondsOf(timeout))
      })
      if (state !== undefined) query.set("state", state)
      if (orderId !== undefined) query.set("order", orderId)
      return (await ask(Answers.Attempts, "GET", `/wait-for?${query}`)).attempts
    },
    reset: async () => void (await send("DELETE", "")),
    space: (name) => make({ ...options, space: name })
  }
}

const basic = ({ username, password }: NonNullable<MockControlOptions["login"]>): string =>
  Base64.encode(`${username}:${password}`)

/** The mock's name of a terminal: adds the port to an address; a name with a space is a Nepting terminal's. */
const fullName = (name: string): string => (/[:\s]/.test(name) ? name : `${name}:8888`)

const millisecondsOf = (input: DurationText.Input): number => {
  const duration = DurationText.fromInput(input)
  if (duration !== undefined) return Duration.toMillis(duration)
  throw new RangeError(`expected a length of time such as "3m" or "3 minutes", got ${Finding.describe(input, "")}`)
}

/** The mock's own message for a refusal. */
const words = (text: string): string => {
  try {
    const { error } = JSON.parse(text) as {
      readonly error?: { readonly description?: string; readonly message?: string }
    }
    return error?.description ?? error?.message ?? text.slice(0, 200)
  } catch {
    return text.slice(0, 200)
  }
}
