/** Checks the options of a client and of a payment: an untyped program may pass anything. */
import { isObject, object } from "@hipay-pos/core/JsonObject"
import { Finding } from "@hipay-pos/core/plain"
import * as Redacted from "effect/Redacted"
import { ClientSetupFailed } from "./ClientSetupFailed.ts"
import type { Options, PayOptions } from "./Options.ts"
import * as Server from "./Server.ts"
import { deadlineMillis } from "./timerMillis.ts"

const setupFields = {
  ...{ server: 1, username: 1, password: 1, live: 1, journal: 1, deadline: 1, async: 1, errorCodes: 1 },
  ...{ allowCredentialsInPage: 1, fetch: 1, app: 1, onRequest: 1, onResponse: 1 }
} satisfies Record<keyof Options, 1>

/** Throws `ClientSetupFailed` if no client can be made with the options. */
export const checkSetup = (options: Options): void => {
  const { server, username, password, live = false, journal, app, allowCredentialsInPage = false } = options
  refuseUnknown(options)
  if (!Server.isServer(server)) {
    throw refused(
      "server: expected stage, production or the text of a URL such as http://127.0.0.1:8080, without a login or a query in it"
    )
  }
  refuseLogin("username", username)
  if (username.includes(":"))
    throw refused(
      "username: expected a text without a colon: in a login over HTTP, the password begins after the first one"
    )
  if (!Redacted.isRedacted(password)) throw refused("password: expected Redacted.make(…) of a text")
  refuseLogin("password", Redacted.value(password))
  // The text "false" would count as yes.
  for (const name of ["live", "async", "allowCredentialsInPage"] as const) refuseType(options, name, "boolean")
  for (const name of ["fetch", "onRequest", "onResponse"] as const) refuseType(options, name, "function")
  if (app !== undefined && typeof object(app).name !== "string") {
    throw refused(`app: expected an object with a name, such as { name: "till" }, got ${Finding.describe(app, "app")}`)
  }
  if (live && journal === undefined) {
    throw refused('a live client needs a journal: give one, or "memory" if a crash may forget payments')
  }
  if (!allowCredentialsInPage && Server.inPage()) {
    throw refused(
      "anyone who opens this page can read the credentials and pay with them: run the client in your back end, or say " +
        "allowCredentialsInPage if the page opens on the till alone"
    )
  }
  refuseJournal(journal)
  refuseErrorCodes(options.errorCodes)
}

/** A misspelt option would be ignored. */
const refuseUnknown = (options: Options): void => {
  const unknown = Object.entries(options).find(([name, of]) => of !== undefined && !Object.hasOwn(setupFields, name))
  if (unknown === undefined) return
  throw refused(`${unknown[0]}: no such option; expected one of ${Object.keys(setupFields).join(", ")}`)
}

const refuseType = (options: Options, name: keyof Options, type: keyof typeof types): void => {
  const value: unknown = options[name]
  if (value === undefined || typeof value === type) return
  throw refused(`${name}: expected ${types[type]}, got ${Finding.describe(value, name)}`)
}

const types = { boolean: "true or false", function: "a function" }

/** The error does not repeat the value: it may be a secret. */
const refuseLogin = (option: string, value: unknown): void => {
  if (typeof value !== "string") throw refused(`${option}: expected a text`)
}

const refuseJournal = (journal: unknown = "memory"): void => {
  const { open, end, attempts } = object(journal)
  // An effect is an object; in a journal of promises, `attempts` is a function.
  if (journal === "memory" || (typeof open === "function" && typeof end === "function" && isObject(attempts))) return
  const what = 'FileJournal.make("journal.db"), AttemptJournal.fromPromises(…) or "memory"'
  throw refused(`journal: expected ${what}, got ${Finding.describe(journal, "journal")}`)
}

const refuseErrorCodes = (errorCodes: unknown = {}): void => {
  const unfounded = isObject(errorCodes)
    ? Object.entries(errorCodes).find(([, override]) => !isFounded(object(override)))
    : ["", errorCodes]
  if (unfounded === undefined) return
  const what = 'a meaning (declined, not-started or unknown) and a reason, such as "told by support on 2 November"'
  throw refused(`${`errorCodes ${unfounded[0]}`.trim()}: expected ${what}, got ${JSON.stringify(unfounded[1])}`)
}

const isFounded = ({ meaning, reason }: Readonly<Record<string, unknown>>): boolean =>
  (meaning === "declined" || meaning === "not-started" || meaning === "unknown") &&
  typeof reason === "string" &&
  reason.trim() !== ""

const refused = (problem: string) => new ClientSetupFailed({ problem })

/** The checked options of a payment, or what is wrong with them. */
interface CheckedOptions {
  /** Milliseconds. */
  readonly wait?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly problem?: string
}

/** Checks a payment's options before the order is recorded, so that a mistake leaves nothing unknown. */
export const checkPayOptions = ({ deadline, idempotencyKey = "-", signal: given }: PayOptions): CheckedOptions => {
  // `abort && abort.signal` may be false, null or empty.
  const signal = given || undefined
  if (signal !== undefined && !isSignal(signal)) return { problem: "the signal is not an AbortSignal" }
  if (typeof idempotencyKey !== "string" || !/^(?! )[\x20-\x7e]{1,255}(?<! )$/.test(idempotencyKey)) {
    const expected = "1 to 255 characters of ASCII without spaces around them, as a header needs it"
    return { signal, problem: `the idempotency key is not ${expected}` }
  }
  try {
    return { signal, wait: deadline === undefined ? undefined : deadlineMillis(deadline) }
  } catch (error) {
    return { signal, problem: error instanceof ClientSetupFailed ? error.problem : "the deadline is not a duration" }
  }
}

const isSignal = (signal: unknown): boolean => isObject(signal) && typeof signal.addEventListener === "function"
