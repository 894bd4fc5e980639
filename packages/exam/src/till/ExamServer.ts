/**
 * The server that the till talks to: passes everything on to a mock, records requests and answers, and treats orders
 * as the scenario demands.
 *
 * The mock decides what is paid; faults on an answer's way are made here, on the connection itself. Logins and
 * card numbers never reach the record. An order under an id of an earlier scenario, and a query about one, are recorded
 * with that scenario: a correct till may keep asking about a sale with an unknown outcome.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { addressText } from "@hipay-pos/core/Host"
import { makeRequestPolicy } from "@hipay-pos/server/bin"
import * as Credentials from "@hipay-pos/server/Credentials"
import { type Answer, toProblem } from "@hipay-pos/server/http"
import type { MockControl } from "@hipay-pos/server-mock"
import { startServer } from "@hipay-pos/server-mock/node"
import * as Redacted from "effect/Redacted"
import type { Words } from "../Language.ts"
import { callableHost } from "./callableHost.ts"
import { deliver } from "./deliver.ts"
import type { Charge, Exchange } from "./Evidence.ts"
import { ExamBroken } from "./ExamBroken.ts"
import { forward, pipe } from "./forward.ts"
import { refusing } from "./noTerminal.ts"
import { type AnswerSeen, toldBy } from "./Outcome.ts"
import { finish, hungUp, nextTreatment, open, type Watch } from "./Recorded.ts"
import { readBody } from "./readBody.ts"
import { isOrderRequest, readOrder } from "./readOrder.ts"
import type { Treatment } from "./Scenario.ts"
import { makeScenarioRecords } from "./ScenarioRecords.ts"
import { sentAs } from "./sentAs.ts"

/** How the server is set up. */
export interface ExamServerOptions {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly password: string
  /** How long a silent answer takes, in milliseconds. */
  readonly silence: number
  /** How long a request may take to arrive, in milliseconds; 30 000 by default. */
  readonly requestTimeout?: number | undefined
  /** How long payments and requests may take to end once the till has continued, in milliseconds; 30 000 by default. */
  readonly settleTimeout?: number | undefined
  /** How long to wait for orders that a till sends later, in milliseconds; 5 000 by default. */
  readonly lateTimeout?: number | undefined
  /** Answers requests under `/exam`; those for which it returns false go to the mock. */
  readonly page?: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
}

/** The record of one scenario; it grows if the till continues its sales during later ones. */
export interface Recording {
  readonly exchanges: () => ReadonlyArray<Exchange>
  /** What terminals charged for it. */
  readonly charges: () => Promise<ReadonlyArray<Charge>>
}

/** The server, and the record of the current scenario. */
export interface ExamServer {
  readonly url: string
  readonly control: MockControl.MockControl
  /** Begins a scenario: starts a new record, and clears what the last one left at the terminals. */
  readonly watch: (watch: Watch) => Promise<Recording>
  /** Whether any request has come, even one that was refused. */
  readonly isReached: () => boolean
  readonly exchanges: () => ReadonlyArray<Exchange>
  /** Milliseconds since the scenario began. */
  readonly now: () => number
  /** Resolves once no payment is under way; rejects with `NotSettled` if one does not end. */
  readonly settle: () => Promise<void>
  /** Resolves once the time for late requests of the till is over, and those that came have ended. */
  readonly awaitLate: (signal?: AbortSignal) => Promise<void>
  readonly close: () => Promise<void>
}

/** A payment or a request of the till does not end, so that its scenario cannot be judged. */
export class NotSettled extends ExamBroken {}

/** The largest body of a request, in bytes. */
const BODY_LIMIT = 256 * 1024

/** Longer than the mock waits for a terminal, in milliseconds. */
const ANSWER_TIMEOUT = 200_000

/** How long to wait for late orders, in milliseconds. */
const LATE_ORDERS_WAIT = 5_000

/** How long payments under way may take, in milliseconds, before the clock is put forward. */
const ADVANCE_CLOCK_AFTER = 3_000

/** Starts the mock, and the server in front of it. */
export const startExamServer = async (options: ExamServerOptions): Promise<ExamServer> => {
  const {
    username,
    password,
    silence,
    requestTimeout = 30_000,
    settleTimeout = 30_000,
    lateTimeout = LATE_ORDERS_WAIT
  } = options
  const mock = await startServer({ port: 0, logins: [{ username, password }], examination: options.page !== undefined })
  const { mock: control } = mock
  const records = makeScenarioRecords(control)
  /** Holds back orders while the clock is put forward for a till that has hung up. */
  let forwarding: Promise<void> = Promise.resolve()

  /** Records each event about an attempt as an answer of its own, because the stream may never end. */
  const record = (incoming: IncomingMessage, body: Buffer, answer: AnswerSeen) => {
    const [told] = toldBy(undefined, answer)
    if (told === undefined) return
    const of = records.recordOf(told.orderId)
    finish(open(of, incoming, body), { answer, whole: true }, of.now)
  }

  const onOrder = async (incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse) => {
    const order = readOrder(body)
    const of = records.recordOf(order?.orderId)
    const treatment =
      order?.noTerminalBy === undefined
        ? nextTreatment(of, order, of !== records.current())
        : refusing(order.noTerminalBy)
    const exchange = open(of, incoming, body, treatment, order)
    const { now } = of
    const gone = hungUp(outgoing, exchange, now)
    await forwarding
    if (order !== undefined && treatment !== undefined && treatment.instead === undefined) {
      await prepare(control, order.terminal, treatment)
    }
    if (of === records.current()) of.watch.onOrder?.(exchange)
    if (treatment?.instead !== undefined) return finish(exchange, await deliver(outgoing, treatment.instead), now)
    const answering = forward(mock, incoming, body)
    /** Resolves once the payment is under way, or has ended before that. */
    const underWay = () => {
      const opened = control.waitFor({ state: "open", orderId: order?.orderId })
      return Promise.race([answering, opened]).catch(() => undefined)
    }
    if (treatment?.timesOutAfter !== undefined) {
      const after = treatment.timesOutAfter === "silence" ? silence : treatment.timesOutAfter
      await Promise.race([sleep(after), gone, answering.catch(() => undefined)])
      forwarding = timeOut(control, underWay)
      await forwarding
    }
    if (treatment?.clockJump !== undefined) {
      await underWay()
      await jumpClock(control, treatment.clockJump)
    }
    const answer = await answering
    if (treatment?.delivery?._tag.startsWith("Cut") && exchange.ended === "open") {
      exchange.ended = "cut"
      exchange.endedAt = now()
    }
    const ended = await deliver(outgoing, answer, treatment?.delivery)
    finish(exchange, ended, now)
    if (treatment?.thenForward !== undefined) await control.clock.advance(treatment.thenForward)
  }

  const onOther = async (incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse) => {
    const isOrder = isOrderRequest(incoming.method, incoming.url)
    const isAbout = /\/attempts(\/|\?|$)/.test(incoming.url ?? "")
    const isStream = /\/events(\?|$)/.test(incoming.url ?? "")
    if (isStream || (!isAbout && !isOrder)) {
      return pipe(mock, incoming, body, outgoing, isAbout ? (answer) => record(incoming, body, answer) : undefined)
    }
    const of = records.recordOf(isAbout ? await orderIdAskedFor(control, incoming.url) : undefined)
    const { now } = of
    const exchange = open(of, incoming, body)
    void hungUp(outgoing, exchange, now)
    const answer = isOrder ? refusedLogin : await forward(mock, incoming, body)
    finish(exchange, await deliver(outgoing, answer), now)
  }

  const requestPolicy = makeRequestPolicy()
  const login = Credentials.makeCheck([{ username, password: Redacted.make(password) }])
  const refusedLogin = sentAs(toProblem({ _tag: "Unauthorized" }))

  let isReached = false
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    isReached = true
    const refusal = requestPolicy(incoming)
    if (refusal !== undefined)
      return refuse(outgoing, toProblem({ _tag: "RequestRefused", refusal, host: incoming.headers.host }))
    if (options.page?.(incoming, outgoing) === true) return
    const body = await readBody(incoming, BODY_LIMIT)
    if (body === undefined) return refuse(outgoing, toProblem({ _tag: "BodyTooLarge", limit: BODY_LIMIT }))
    // Neither an order without the login nor one in another space of the mock takes part in the scenario: terminals are
    // controlled, and their charges known, only in the unnamed space. A till may send it again with the login.
    const isTill = login.header(incoming.headers.authorization) !== undefined
    await (isOrderRequest(incoming.method, incoming.url) && isTill
      ? onOrder(incoming, body, outgoing)
      : onOther(incoming, body, outgoing))
  }

  const times = {
    // The request must arrive soon; its answer may take minutes.
    requestTimeout,
    headersTimeout: requestTimeout,
    connectionsCheckingInterval: Math.min(5_000, requestTimeout),
    keepAliveTimeout: 200_000
  }
  const server = createServer(times, (incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => {
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(502).end()
    })
  })
  await listen(server, options.port, options.host).catch(async (error: unknown) => {
    await mock.close()
    throw error
  })
  const { port } = server.address() as AddressInfo

  const settle = async () => {
    const begun = performance.now()
    for (;;) {
      const isOpen = (await control.attempts()).some(({ state }) => state === "open")
      if (!isOpen && records.isEnded()) return
      const waited = performance.now() - begun
      if (waited > settleTimeout) throw notSettled(isOpen, settleTimeout)
      if (waited > ADVANCE_CLOCK_AFTER) await control.clock.advance(ANSWER_TIMEOUT)
      await sleep(50)
    }
  }

  return {
    url: `http://${addressText({ host: callableHost(options.host), port })}`,
    control,
    watch: async (watch) => {
      for (const { name } of await control.terminals()) await clear(control, name)
      const record = await records.begin(watch)
      return { exchanges: () => record.exchanges, charges: () => records.chargesOf(record) }
    },
    isReached: () => isReached,
    exchanges: () => records.current().exchanges,
    now: () => records.current().now(),
    settle,
    awaitLate: async (signal) => {
      await sleep(lateTimeout, undefined, { signal })
      await settle()
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await mock.close()
    }
  }
}

/** The order id of a query for attempts, if it names one. */
const orderIdAskedFor = async (control: MockControl.MockControl, url = ""): Promise<string | undefined> => {
  const { pathname = "", searchParams } = URL.parse(url, "http://localhost") ?? {}
  const id = /\/attempts\/([^/]+)/.exec(pathname)?.[1]
  if (id === undefined) return searchParams?.get("orderId") ?? undefined
  return (await control.attempts()).find((each) => each.id === id)?.orderId
}

const notSettled = (isPayment: boolean, timeout: number): NotSettled => {
  const what: Words = isPayment
    ? { en: "a payment", fr: "un paiement" }
    : { en: "an answer to the till", fr: "une réponse à la caisse" }
  const seconds = timeout / 1_000
  return new NotSettled({
    en: `${what.en} did not end within ${seconds} s; examine the till again`,
    fr: `${what.fr} n’a pas pris fin en ${String(seconds).replace(".", ",")} s ; examinez la caisse de nouveau`
  })
}

/** Puts the clock past the mock's answer time-out, once a payment is under way. */
const timeOut = async (control: MockControl.MockControl, underWay: () => Promise<unknown>) => {
  await underWay()
  await control.clock.advance(ANSWER_TIMEOUT)
}

/** Moves the clock forward or back by some milliseconds. */
const jumpClock = async (control: MockControl.MockControl, by: number) => {
  const { now } = await control.clock.get()
  await control.clock.set(new Date(Date.parse(now) + by))
}

/** Sets up the terminal of an order. */
const prepare = async (control: MockControl.MockControl, name: string, { cardholder, fault }: Treatment) => {
  const terminal = control.terminal(name)
  await terminal.script(cardholder === undefined ? [] : [cardholder])
  if (fault !== undefined) await terminal.faults(fault)
}

const clear = async (control: MockControl.MockControl, name: string) => {
  const terminal = control.terminal(name)
  await terminal.script([])
  await terminal.faults()
}

const refuse = (outgoing: ServerResponse, { status, body }: Answer) => {
  outgoing.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
}

const listen = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, host, resolve)
  })
