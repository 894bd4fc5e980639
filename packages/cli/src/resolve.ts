/**
 * `hipay-pos resolve`: ends an attempt whose outcome is unknown.
 *
 * It asks the server first, then the terminal if its profile can prove something, and takes a person's answer only if
 * neither knows. An attempt of this machine's journal names its server, and both end together; the client library does
 * the work.
 */
import { CommandFailed, Flags, jsonLine, paint, printable, refuse } from "@hipay-pos/cli-kit"
import { AttemptJournal, resolveInJournal } from "@hipay-pos/client"
import {
  EvidenceMissing,
  NotResolvedAtServer,
  NotUnsettled,
  PosClient,
  type Settlement,
  StillUnderWay
} from "@hipay-pos/client/effect"
import { makeFetch } from "@hipay-pos/client/node"
import { defined } from "@hipay-pos/core/Defined"
import { isPaid, isUndecided } from "@hipay-pos/core/wire/AttemptState"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import { DAMAGED_PAID_PROBLEM, type ResolveRequest } from "@hipay-pos/core/wire/Resolution"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { type AskedServer, connect } from "./AskedServer.ts"
import { makeAskTerminal } from "./askTerminal.ts"
import { attemptsAt, refusalOf } from "./attemptsAt.ts"
import { isOtherAnswer, refuseOtherAnswer, type Said, saidIn, sayContradiction, sayNotSent } from "./contradiction.ts"
import { commandFor, evidenceLines, formatDetail } from "./evidence.ts"
import { formatKept, formatSummary, toJson } from "./formatAttempt.ts"
import { attemptsKept, findIn, journalArgument, journalFlag, nameAtServer, openJournal, serverOf } from "./journal.ts"
import { linksOf } from "./links.ts"
import { credentialsArgument, credentialsFlag } from "./login.ts"
import { answerFlags, checkWords, readResolution } from "./readResolution.ts"

const flags = {
  id: Argument.String("id").pipe(Argument.withDescription("the attempt, as `hipay-pos attempts` shows it")),
  ...answerFlags,
  json: Flags.yes("json", "print JSON"),
  journal: journalFlag,
  terminals: Flags.text(
    "terminals",
    "without --url, the terminals file of a gateway: the attempt's terminal is asked for its last transaction where its profile declares a duplicata to be trusted"
  ),
  url: Flags.text(
    "url",
    "base URL of the mock or gateway that has the attempt: it is asked, and ends it, too; by default the one that the journal names"
  ),
  credentials: credentialsFlag
}

type Options = Command.Command.Config.Infer<typeof flags>

/** Ends an attempt whose outcome was unknown. */
export const resolve = Command.make(
  "resolve",
  flags,
  Effect.fnUntraced(
    function* (options) {
      const { id, url, credentials, journal } = options
      yield* checkWords(options)
      const attempts = yield* attemptsKept("resolve", journal)
      const attempt = findIn(attempts, id)
      const isOpen = attempt !== undefined && AttemptJournal.isUnsettled(attempt)
      // If a person said how it ended, the server may not know yet.
      const isSaid = attempt?.endings.at(-1)?.by !== undefined
      // Its server is asked even if no flag names it: what it knows counts before a person's answer.
      const through = url === "" && attempt !== undefined && (isOpen || isSaid) ? serverOf(attempt) : url
      const asked = through === "" ? undefined : yield* connect("resolve", through, credentials)
      const isTold = asked !== undefined && (isSaid || Option.isSome(options.outcome))
      if (attempt !== undefined && (isOpen || isTold)) return yield* resolveKept(options, attempt, asked)
      if (asked !== undefined) return yield* resolveTheirs(options, asked, nameAtServer(attempt, id))
      if (attempt === undefined) return yield* refuse(`resolve: there is no attempt ${id}; see hipay-pos attempts`)
      return yield* refuse(`resolve: ${id} has ended already: ${attempt.state}`)
    },
    Effect.onInterrupt(() =>
      Effect.sync(() => {
        process.exitCode = STILL_UNKNOWN
      })
    )
  )
).pipe(
  Command.withDescription(
    "Ends a payment whose outcome was unknown: by what the server knows or the terminal proves, else as a person says."
  ),
  Command.withExamples([
    { command: "hipay-pos resolve ID", description: "Only ask: the server that it went through may know" },
    {
      command: 'hipay-pos resolve ID --outcome approved --by Ada --evidence "receipt 000123"',
      description: "The terminal printed a receipt"
    },
    {
      command:
        'hipay-pos resolve ID --outcome approved --paid 25.00 --authorization A12345 --last-four 4242 --by Ada --evidence "receipt 000123"',
      description: "The receipt says another amount"
    },
    {
      command: 'hipay-pos resolve ID --url http://127.0.0.1:8080 --outcome declined --by Ada --evidence "no receipt"',
      description: "At the server and in this machine's journal"
    },
    {
      command:
        'hipay-pos resolve ID --url http://127.0.0.1:8080 --outcome set-aside --by Ada --evidence "asked the bank"',
      description: "Still unknown, but the terminal may take the next order"
    }
  ])
)

/** Resolves an attempt of this machine's journal, and the server's if it has one. */
const resolveKept = Effect.fnUntraced(function* (
  options: Options,
  attempt: AttemptJournal.Attempt,
  asked: AskedServer | undefined
) {
  const { id } = attempt
  const journal = openJournal(options.journal)
  const last = attempt.endings.findLast(({ received }) => received !== undefined)
  const said = AttemptJournal.isUnsettled(attempt) ? last?.received : undefined
  const resolution = yield* readResolution(options, attempt, said)
  const askTerminal = yield* makeAskTerminal(options.terminals, journal)
  const resolving: Effect.Effect<Settlement, unknown> =
    asked === undefined
      ? Effect.tryPromise({
          try: () => resolveInJournal(journal, id, resolution, askTerminal),
          catch: (error) => error
        })
      : PosClient.make({
          server: asked.server.href,
          username: asked.login.username,
          password: Redacted.make(asked.login.password),
          live: true,
          journal,
          fetch: makeFetch()
        }).resolve(id, resolution)
  const settlement = yield* Effect.catch(resolving, (error) => refusal(error, options, attempt, resolution))
  const all = yield* attemptsKept("resolve", options.journal)
  const kept = all.find((each) => each.id === id) ?? attempt
  if (settlement._tag === "NeedsPerson") {
    const { advice, received } = settlement
    const more = `${credentialsArgument(options.credentials)}${yield* journalArgument(options.journal)}`
    const next = `Then: ${commandFor(id, attempt.server ?? options.url, more)}`
    yield* Console.log(
      options.json
        ? jsonLine({ ...toJson(kept), advice, received })
        : [formatKept(kept), ...(received ? evidenceLines(received) : []), printable(advice), next].join("\n")
    )
    return yield* unknown
  }
  if (settlement._tag === "Settled" && isOtherAnswer(settlement, kept))
    return yield* refuseOtherAnswer(attempt, resolution, settlement)
  yield* Console.log(options.json ? jsonLine(toJson(kept)) : formatKept(kept))
  if (settlement._tag === "SetAside" && !options.json) yield* Console.log(SET_ASIDE)
  if (settlement._tag !== "Settled") return
  for (const { message } of settlement.warnings ?? []) {
    yield* Console.error(paint("odd", `warning: ${printable(message)}`))
  }
  const answer = resolution ?? saidIn(attempt)
  if (answer === undefined || settlement.answer !== undefined) return
  if (settlement.state === "not-started") yield* sayNotSent(kept, answer)
  else yield* sayContradiction(attempt, answer, settlement.paid ?? (isPaid(settlement) ? undefined : 0))
})

/** Resolves an attempt that only the server has as unknown. */
const resolveTheirs = Effect.fnUntraced(function* (options: Options, asked: AskedServer, address: string) {
  const attempts = yield* attemptsAt(asked)
  const read = yield* Effect.result(attempts.get(address))
  if (Result.isFailure(read)) {
    const error = read.failure
    if (error.code !== ("attempt.damaged" satisfies ProblemCode)) return yield* refusalOf(asked, error)
    if (options.paid !== "" || options.over) return yield* refuse(`resolve: --paid: ${DAMAGED_PAID_PROBLEM}`)
    const resolution = yield* readResolution(options)
    if (resolution === undefined) return yield* refusalOf(asked, error)
    return yield* resolveTold(options, asked, linksOf(asked.server.href, address).id, resolution)
  }
  const first = read.success
  const proved = first.state === "unknown" ? yield* Effect.result(attempts.ask(first.id)) : Result.succeed(first)
  const now = Result.getOrElse(proved, () => first)
  const resolution = yield* readResolution(options, now, now.state === "unknown" ? now.error?.evidence : undefined)
  if (resolution !== undefined) return yield* resolveTold(options, asked, now.id, resolution)
  yield* Console.log(options.json ? jsonLine(now) : formatDetail(now).join("\n"))
  if (!isUndecided(now)) return
  if (Result.isFailure(proved) && proved.failure.code === ("attempt.not.proved" satisfies ProblemCode) && !options.json)
    yield* Console.log(printable(proved.failure.detail))
  return yield* unknown
})

/** Records the person's answer at the server. Of a damaged attempt only id and order are known. */
const resolveTold = Effect.fnUntraced(function* (
  options: Options,
  asked: AskedServer,
  id: string,
  resolution: ResolveRequest
) {
  const { resolve } = yield* attemptsAt(asked)
  const resolved = yield* Effect.mapError(resolve(id, resolution), (error) => {
    const { kind, code, detail, status, seconds } = error
    const refused = refusalOf(asked, error)
    // If the reply was lost or came from a proxy, the person's answer may have been recorded.
    if (kind === "Unreachable" || kind === "Unreadable" || (kind === "ServerFailed" && code === undefined))
      return refuse(`${refused.line}. Look at the attempt before you resolve it again`)
    if (code === ("resolution.unknown" satisfies ProblemCode)) return refused
    if (kind !== "Rejected" && kind !== "NotFound" && kind !== "ServerFailed") return refused
    if (code === ("attempt.answer.pending" satisfies ProblemCode)) {
      const { outcome } = resolution
      return stillUnderWay(new StillUnderWay(defined({ id, outcome, hasEnded: true, seconds })))
    }
    return refuse(`resolve: ${options.id} was not resolved: ${detail} (HTTP ${status})`)
  })
  if (options.json) return yield* Console.log(jsonLine(resolved))
  yield* Console.log(
    "damaged" in resolved
      ? `${id} ${printable(resolved.state)}, order ${printable(resolved.orderId)}. Its record is damaged: lists and totals leave it out, so enter its amount in the books by hand.`
      : formatSummary(resolved)
  )
  if (resolution.outcome === "set-aside") yield* Console.log(SET_ASIDE)
})

const SET_ASIDE =
  "It is set aside: its terminal takes the next order, and its outcome stays unknown. Resolve it once you know it."

/** The exit code if a person has to answer, or if a signal stopped the asking. */
const STILL_UNKNOWN = 4

const unknown = Effect.suspend(() => {
  process.exitCode = STILL_UNKNOWN
  return Effect.fail(new CommandFailed({ code: STILL_UNKNOWN }))
})

/** Without an answer from a person nothing is wrong: the outcome is just not known yet. */
const stillUnderWay = ({ message, outcome }: StillUnderWay): CommandFailed =>
  new CommandFailed({ code: outcome === undefined ? STILL_UNKNOWN : 2, line: `resolve: ${message} (--override)` })

const refusal = (
  error: unknown,
  { id }: Options,
  attempt: AttemptJournal.Attempt,
  resolution: Said | undefined
): Effect.Effect<never, CommandFailed> => {
  if (error instanceof NotUnsettled && !AttemptJournal.isUnsettled(attempt))
    return Effect.fail(refuse(`resolve: ${id} has ended already: ${error.state ?? attempt.state}`))
  if (error instanceof StillUnderWay) return Effect.fail(stillUnderWay(error))
  if (error instanceof NotResolvedAtServer && error.other !== undefined)
    return Effect.fail(refuseOtherAnswer(attempt, resolution, error.other))
  if (
    error instanceof NotUnsettled ||
    error instanceof EvidenceMissing ||
    error instanceof NotResolvedAtServer ||
    error instanceof AttemptJournal.JournalFailed
  ) {
    return Effect.fail(refuse(`resolve: ${id}: ${error.message}`))
  }
  return Effect.die(error)
}
