/** A server over a store in a file, with a terminal with given payment results: one payment for every way to end. */

import type { PaymentOutcome, PaymentRequest } from "@hipay-pos/core/Payment"
import { NotStarted, OutcomeUnknown, TerminalError } from "@hipay-pos/core/Terminal"
import { ofBytes } from "@hipay-pos/core/TerminalEvidence"
import { makeApp } from "@hipay-pos/server"
import { SqliteStore } from "@hipay-pos/server/node"
import * as Space from "@hipay-pos/server/Space"
import * as Spaces from "@hipay-pos/server/Spaces"
import type { Terminals } from "@hipay-pos/server/Terminals"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as OwedEnds from "../../src/attempts/OwedEnds.ts"
import type { PaymentEvent } from "../../src/terminals/PaymentEvent.ts"
import { frames } from "../frames.ts"
import { type Json, order } from "../order.ts"

type Ending = Effect.Effect<PaymentOutcome, TerminalError>

const money = (request: PaymentRequest, minorUnits: number) =>
  ({ ...request.amount, minorUnits }) as PaymentRequest["amount"]

const receipt = { format: "text", customer: "CAFÉ DU PORT\r\nTOTAL 12,50 €\r\n", merchant: "COPIE" } as const
const card = { authorizationNumber: "123456", entryMode: "contactless" } as const
const odd = { code: "receipt-damaged", message: "the receipt could not be read whole" }

/** What the terminal says of each payment. */
const outcomes = {
  approved: (request: PaymentRequest): PaymentOutcome => ({
    _tag: "Approved",
    amount: request.amount,
    card,
    receipt,
    warnings: [odd, odd]
  }),
  plain: (request: PaymentRequest): PaymentOutcome => ({
    _tag: "Approved",
    amount: request.amount,
    card: {},
    warnings: []
  }),
  part: (request: PaymentRequest): PaymentOutcome => ({
    _tag: "ApprovedInPart",
    paid: money(request, 1000),
    remaining: money(request, 250),
    card,
    receipt: { format: "html", merchant: "<p>COPIE</p>" },
    warnings: []
  }),
  refused: (): PaymentOutcome => ({
    _tag: "Declined",
    reason: "refused",
    complement: "04",
    label: "refused",
    card: {},
    receipt,
    warnings: [odd]
  }),
  cancelled: (): PaymentOutcome => ({
    _tag: "Declined",
    reason: "cancelled",
    label: "cancelled",
    card: {},
    warnings: []
  })
}

const fails = (reason: NotStarted | OutcomeUnknown): Ending => Effect.fail(new TerminalError({ reason }))
const notStarted = (kind: NotStarted["kind"]) => () => fails(new NotStarted({ kind, detail: `detail of ${kind}` }))
const unknown = (kind: OutcomeUnknown["kind"]) => () =>
  fails(new OutcomeUnknown({ kind, detail: `detail of ${kind}`, evidence: ofBytes("AE") }))
const outcome = (make: (request: PaymentRequest) => PaymentOutcome) => (request: PaymentRequest) =>
  Effect.succeed(make(request))

/** What happens to an order, at once and afterwards. */
interface Course {
  readonly ending: (request: PaymentRequest) => Ending
  readonly fields?: Parameters<typeof order>[0]
  readonly late?: (request: PaymentRequest) => PaymentOutcome
  readonly resolved?: "approved" | "declined" | "set-aside"
}

const nepting = {
  info: {
    host_information: undefined,
    device_information: { serial_number: "1850320198", manufacturer: "PAX" },
    terminal_transaction_display: { protocol: "AppNepting" }
  }
}
const people = { root: { customer: { email: "a@example.org" }, shipping: { city: "Lyon" } } }

/** Every way to end, by the id of its order. */
export const courses: Readonly<Record<string, Course>> = {
  APPROVED: { ending: outcome(outcomes.approved), fields: { order: { description: "x".repeat(4) } } },
  APPROVED_PLAIN: { ending: outcome(outcomes.plain), fields: people },
  IN_PART: { ending: outcome(outcomes.part), fields: people },
  REFUSED: { ending: outcome(outcomes.refused), fields: people },
  CANCELLED: { ending: outcome(outcomes.cancelled) },
  BUSY: { ending: notStarted("QueueFull") },
  ENCODE_FAILED: { ending: notStarted("EncodeFailed") },
  CONNECTION_REFUSED: { ending: notStarted("ConnectionRefused") },
  HOST_UNKNOWN: { ending: notStarted("HostUnknown") },
  UNREACHABLE: { ending: notStarted("Unreachable") },
  NEPTING_UNREACHABLE: { ending: notStarted("Unreachable"), fields: nepting },
  SILENT: { ending: unknown("SilentAfterSend") },
  CUT: { ending: unknown("CutLine") },
  GARBLED: { ending: unknown("Garbled") },
  CONTRADICTORY: { ending: unknown("Contradictory") },
  ACKNOWLEDGED: { ending: unknown("AcknowledgedOnly") },
  DEFECT: { ending: () => Effect.die("a bug") },
  DEFECT_RESOLVED: { ending: () => Effect.die("a bug"), resolved: "approved", fields: people },
  RESOLVED_APPROVED: { ending: unknown("CutLine"), resolved: "approved", fields: people },
  RESOLVED_DECLINED: { ending: unknown("CutLine"), resolved: "declined" },
  SET_ASIDE: { ending: unknown("CutLine"), resolved: "set-aside" },
  LATE_APPROVED: { ending: unknown("SilentAfterSend"), late: outcomes.approved },
  LATE_IN_PART: { ending: unknown("SilentAfterSend"), late: outcomes.part },
  LATE_REFUSED: { ending: unknown("SilentAfterSend"), late: outcomes.refused },
  CONTRADICTED: { ending: unknown("SilentAfterSend"), resolved: "declined", late: outcomes.approved },
  STORE_FAILED: { ending: notStarted("StoreFailed") },
  ANSWERED_EARLY: { ending: notStarted("AnsweredEarly") }
}

/** An answer as sent, byte for byte, except for what is unique to each answer. */
export interface Sent {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const toSent = async (response: Response): Promise<Sent> => ({
  status: response.status,
  headers: Object.fromEntries([...response.headers].filter(([name]) => name !== "x-request-id")),
  body: await response.text()
})

/** Time advances by a second per attempt, and randomness is counted, so that the same orders make the same bytes. */
const makeTime = (start: number) => {
  let now = start
  let chance = 0
  const clock: Clock.Clock = {
    ...Effect.runSync(Clock.clockWith(Effect.succeed)),
    currentTimeMillisUnsafe: () => now,
    monotonicTimeNanosUnsafe: () => BigInt(now) * 1_000_000n,
    currentTimeMillis: Effect.sync(() => now)
  }
  return {
    clock,
    random: { nextIntUnsafe: () => ++chance, nextDoubleUnsafe: () => (++chance % 1000) / 1000 },
    goOn: () => {
      now += 1000
    }
  }
}

/** Starts the server; `start` is its clock's initial time. */
export const startOver = async (
  path: string,
  dialect: Space.SpaceParts["dialect"],
  start = Date.parse("2026-11-20T10:00:00Z")
) => {
  const time = makeTime(start)
  const say = new Map<string, (event: PaymentEvent) => void>()
  const terminals: Terminals = {
    frames,
    choose: ({ target }) =>
      Effect.succeed({
        kind: "dialled",
        ...(target._tag === "Nepting" ? { name: "Bar" } : {}),
        findings: [],
        lateAnswer: 1,
        perform: (request, onEvent) => {
          say.set(request.orderId, onEvent)
          const address = { host: "192.0.2.10", port: 8888 }
          onEvent({ _tag: "Connecting", orderId: request.orderId, address })
          onEvent({ _tag: "Connected", orderId: request.orderId, address })
          onEvent({ _tag: "RequestSent", orderId: request.orderId, frame: "CZ0040320" })
          return courses[request.orderId]?.ending(request) ?? Effect.never
        }
      })
  }
  const closing = new AbortController()
  const runtime = ManagedRuntime.make(
    Layer.effect(
      Spaces.Spaces,
      Effect.gen(function* () {
        const store = yield* Effect.orDie(SqliteStore.open({ path, mode: "gateway", frames }))
        const space = yield* Space.make({
          name: "",
          ended: closing.signal,
          store: OwedEnds.over(store),
          terminals,
          closing: closing.signal,
          ...(dialect === undefined ? {} : { dialect })
        })
        return Spaces.one(space)
      }).pipe(Effect.provideService(Clock.Clock, time.clock), Effect.provideService(Random.Random, time.random))
    )
  )
  const app = makeApp(runtime, {
    credentials: [{ username: "merchant", password: Redacted.make("secret"), roles: ["pay", "read", "resolve"] }],
    mode: "gateway"
  })
  const call = async (path: string, init: RequestInit & { readonly headers?: Record<string, string> } = {}) =>
    app.request(path, {
      ...init,
      headers: {
        authorization: `Basic ${btoa("merchant:secret")}`,
        "content-type": "application/json",
        ...init.headers
      }
    })
  const bodyOf = (orderId: string): Json => {
    const { order: fields, ...rest } = courses[orderId]?.fields ?? {}
    return order({ ...rest, order: { ...(fields as Json | undefined), order_id: orderId } })
  }
  /** Sends an order, with or without its key. */
  const send = async (orderId: string, hasKey = true) =>
    toSent(
      await call("/v1/connector/order", {
        method: "POST",
        headers: hasKey ? { "idempotency-key": `key of ${orderId}` } : {},
        body: JSON.stringify(bodyOf(orderId))
      })
    )
  const idOf = async (orderId: string): Promise<string> => {
    const { attempts } = (await (await call(`/attempts?q=${orderId}`)).json()) as {
      readonly attempts: ReadonlyArray<{ readonly id: string; readonly orderId: string }>
    }
    return attempts.find((each) => each.orderId === orderId)?.id ?? ""
  }
  /** An attempt as `GET /attempts/ID` shows it. */
  const show = async (orderId: string) => (await call(`/attempts/${await idOf(orderId)}`)).text()
  /** Has an order paid, with what follows; returns the answer to its caller. */
  const run = async (orderId: string): Promise<Sent> => {
    time.goOn()
    const answer = await send(orderId)
    const { late, resolved } = courses[orderId] ?? {}
    if (resolved !== undefined) {
      time.goOn()
      const response = await call(`/attempts/${await idOf(orderId)}/resolve`, {
        method: "POST",
        body: JSON.stringify({ outcome: resolved, by: "Ada", evidence: "no receipt", override: true })
      })
      if (response.status !== 200) throw new Error(await response.text())
    }
    if (late !== undefined) {
      time.goOn()
      const request = { amount: { minorUnits: 1250, currency: "EUR" } } as PaymentRequest
      say.get(orderId)?.({ _tag: "LateAnswer", orderId, frame: "AE00210", result: Result.succeed(late(request)) })
      for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
    }
    return answer
  }
  return { send, show, run, call, idOf, [Symbol.asyncDispose]: () => runtime.dispose() }
}

/** Every attempt of a store as `GET /attempts/ID` shows it, oldest first. */
export const showAll = async (path: string): Promise<ReadonlyArray<unknown>> => {
  await using server = await startOver(path, undefined)
  const { attempts } = (await (await server.call("/attempts?limit=1000")).json()) as {
    readonly attempts: ReadonlyArray<{ readonly id: string }>
  }
  return await Promise.all(attempts.toReversed().map(async ({ id }) => (await server.call(`/attempts/${id}`)).json()))
}
