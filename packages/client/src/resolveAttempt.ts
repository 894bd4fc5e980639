/**
 * Ends an attempt whose outcome is not known: by what the server knows of it, by what its terminal proves, else by a person's
 * answer. Loaded by the first call that needs it.
 */
import { defined } from "@hipay-pos/core/Defined"
import { Money } from "@hipay-pos/core/plain"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import { saidPaid } from "@hipay-pos/core/wire/Resolution"
import * as AttemptJournal from "./AttemptJournal.ts"
import { askServer, endOf, type KnownEnd, type Told } from "./askServer.ts"
import { AttemptsError } from "./attempts/AttemptsError.ts"
import { askTerminal, resolve } from "./attempts/requests.ts"
import { checkResolution, withoutBlanks } from "./checkResolution.ts"
import { maskWritten } from "./Redaction.ts"
import {
  type AskTerminal,
  EvidenceMissing,
  NotResolvedAtServer,
  NotUnsettled,
  type ResolveOptions,
  type Settlement,
  StillUnderWay,
  type TerminalProof
} from "./Resolution.ts"
import type { Server } from "./Server.ts"
import { isUnderWay } from "./withJournal.ts"

type Attempt = AttemptJournal.Attempt
type Settled = Extract<Settlement, { readonly _tag: "Settled" }>

/** Attempts of a journal whose outcome is not known. Rejects with `JournalFailed`. */
export const unsettledIn = async (journal: AttemptJournal.PromiseJournal): Promise<ReadonlyArray<Attempt>> =>
  journal.unsettled === undefined
    ? (await orJournalFailed(journal.attempts())).filter(AttemptJournal.isUnsettled)
    : orJournalFailed(journal.unsettled())

/** Who is asked about an attempt. */
interface Sources {
  readonly server?: Server | undefined
  /** Whether the server has the terminal asked. */
  readonly asksTerminal?: boolean
  /** Asks the terminal where no server stands between. */
  readonly askDirectly?: AskTerminal | undefined
}

/** Resolves one. Rejects with `JournalFailed`, `NotUnsettled`, `StillUnderWay`, `EvidenceMissing`, `NotResolvedAtServer`. */
export const resolveAttempt = async (
  journal: AttemptJournal.PromiseJournal,
  id: string,
  said: ResolveOptions | undefined,
  sources: Sources
): Promise<Settlement> => {
  const { server } = sources
  const resolution = said && withoutBlanks(said)
  const attempt = (await unsettledIn(journal)).find((each) => each.id === id)
  if (attempt === undefined) throw new NotUnsettled({ id })
  if (resolution !== undefined) checkResolution(resolution, attempt)
  const elsewhere = journal.isUnderWay === undefined ? false : await orJournalFailed(journal.isUnderWay(id))
  const isAwaitedHere = isUnderWay(id) || elsewhere
  const mayBeAwaited = resolution?.outcome === "approved" || resolution?.override === true
  const underWay = new StillUnderWay(defined({ id, outcome: resolution?.outcome }))
  if (isAwaitedHere && !mayBeAwaited) throw underWay
  const all = await attemptsOf(journal, attempt.orderId)
  const told = server === undefined ? {} : await askServer(server, attempt, all)
  if (told.known !== undefined) return settle(journal, attempt, "server", told.known)
  if (told.isOpen && !mayBeAwaited) throw underWay
  const asked = isAwaitedHere ? undefined : await askItsTerminal(attempt, told, sources)
  if (asked?._tag === "Proved") {
    const { _tag: _, warnings, ...proved } = asked
    return defined({ ...(await settle(journal, attempt, "terminal", proved)), warnings })
  }
  if (asked?._tag === "Ended") return settle(journal, attempt, "server", asked.known)
  if (resolution !== undefined) return resolveAsSaid(journal, attempt, resolution, server, told)
  const received = told.received ?? attempt.endings.findLast((ending) => ending.received !== undefined)?.received
  return defined({ _tag: "NeedsPerson" as const, advice: adviceAfter(server, asked), received })
}

/** Ends an attempt as the server or the terminal told: by a person's answer, where the server knows nothing else. */
const settle = (
  journal: AttemptJournal.PromiseJournal,
  attempt: Attempt,
  source: "server" | "terminal",
  { answer, ...known }: KnownEnd
): Promise<Settled> => {
  const detail = `the ${source} says so`
  const by = answer === undefined ? source : "person"
  return end(journal, attempt, by, { id: attempt.id, endedAt: Date.now(), ...known, ...answer, detail })
}

/** Writes an end, and says what stands then: another one may have been written meanwhile that counts for more. */
const end = async (
  journal: AttemptJournal.PromiseJournal,
  { id, orderId, server }: Attempt,
  by: Settled["by"],
  ending: AttemptJournal.Ending
): Promise<Settled> => {
  await orJournalFailed(journal.end(ending))
  const stands = (await attemptsOf(journal, orderId)).find((each) => each.id === id)
  const last = stands?.endings.at(-1)
  const settled = stands && endOf({ ...last, state: stands.state }, stands)
  if (settled === undefined) {
    throw new AttemptJournal.JournalFailed({ detail: `it shows no outcome of attempt ${id}, although one was written` })
  }
  if (last?.by === undefined) {
    const found = server === undefined ? "terminal" : "server"
    return { _tag: "Settled", by: by === "person" ? found : by, ...settled }
  }
  const isOwn = last.by === ending.by && last.state === ending.state && last.paid === ending.paid
  if (!isOwn) throw new NotUnsettled({ id, state: settled.state })
  return { _tag: "Settled", by, ...settled, answer: { by: last.by, evidence: last.evidence ?? "" } }
}

/** What asking the terminal came to; `Ended`: the server has learnt the end meanwhile. */
type Asked = TerminalProof | { readonly _tag: "Ended"; readonly known: KnownEnd }

/** Asks the terminal: directly where no server stands between, else through the server that has the attempt as unknown. */
const askItsTerminal = async (
  attempt: Attempt,
  { unresolvedAt }: Told,
  { server, asksTerminal = false, askDirectly }: Sources
): Promise<Asked | undefined> => {
  if (server === undefined) return askDirectly?.(attempt)
  return asksTerminal && unresolvedAt !== undefined ? askThrough(server, unresolvedAt, attempt) : undefined
}

/** Has the server ask the terminal. Undefined where it does not, such as an older one. */
const askThrough = async (server: Server, address: string, attempt: Attempt): Promise<Asked | undefined> => {
  try {
    const told = await askTerminal(server, address)
    const proved = endOf(told, attempt)
    if (proved?.state !== "approved" && proved?.state !== "approved-in-part") return undefined
    const { warnings = [] } = told.outcome ?? {}
    const { state, paid = attempt.amount } = proved
    return { _tag: "Proved", ...proved, state, paid, ...(warnings.length > 0 && { warnings }) }
  } catch (error) {
    if (!(error instanceof AttemptsError)) throw error
    if (error.code === ("attempt.not.proved" satisfies ProblemCode)) return { _tag: "NotProved", why: error.detail }
    if (error.kind === "Forbidden") return { _tag: "NotProved", why: NOT_ASKED }
    if (error.code !== ("attempt.not.unknown" satisfies ProblemCode)) return undefined
    const { known } = await askServer(server, attempt, [attempt], address)
    return known && { _tag: "Ended", known }
  }
}

/** Ends an attempt by a person's answer: at the server first, where it is to be resolved there, too. */
const resolveAsSaid = async (
  journal: AttemptJournal.PromiseJournal,
  attempt: Attempt,
  resolution: ResolveOptions,
  server: Server | undefined,
  { unresolvedAt, isDamaged }: Told
): Promise<Settlement> => {
  const { id } = attempt
  if (server !== undefined && unresolvedAt !== undefined) {
    const words = isDamaged ? withoutAmount(resolution, attempt) : resolution
    const known = await tellServer(server, unresolvedAt, words, attempt)
    if (known !== undefined) return settle(journal, attempt, "server", known)
  }
  const { authorizationNumber, lastFour, outcome } = resolution
  if (outcome === "set-aside") {
    if (unresolvedAt !== undefined) return { _tag: "SetAside" }
    const problem = "expected approved or declined, got set-aside: no server has this attempt as unknown"
    throw new EvidenceMissing({ field: "outcome", problem })
  }
  const settled = fromPerson(resolution, attempt)
  const words = { by: maskWritten(resolution.by), evidence: maskWritten(resolution.evidence) }
  const card = defined({ authorizationNumber, lastFour })
  return end(journal, attempt, "person", { id, endedAt: Date.now(), ...settled, ...words, ...card })
}

/**
 * Records a person's answer at the server, so that both journals end together. Returns what the server knows instead,
 * where it has learnt better meanwhile. A server that does not take the answer keeps it from being recorded here.
 */
const tellServer = async (
  server: Server,
  address: string,
  { outcome, by, evidence, paid, over, authorizationNumber, lastFour, override }: ResolveOptions,
  attempt: Attempt
): Promise<KnownEnd | undefined> => {
  const { id } = attempt
  try {
    const body = { outcome, by, evidence, paid, over, authorizationNumber, lastFour, override }
    await resolve(server, address, defined(body))
    return undefined
  } catch (error) {
    if (!(error instanceof AttemptsError)) throw error
    const { code, detail, status, seconds } = error
    if (code === ("attempt.answer.pending" satisfies ProblemCode))
      throw new StillUnderWay(defined({ id, outcome, hasEnded: true, seconds }))
    if (mayBeKnown.some((each) => each === code)) {
      const { known } = await askServer(server, attempt, [attempt], address)
      if (known !== undefined) return known
    }
    throw new NotResolvedAtServer(defined({ id, detail, status }))
  }
}

/** What a server says that knows how the attempt ended, or may have recorded the answer. */
const mayBeKnown: ReadonlyArray<ProblemCode> = ["attempt.not.unknown", "resolution.unknown"]

/** A server that cannot read its own record of the attempt takes no amount: the evidence has it. */
const withoutAmount = (resolution: ResolveOptions, { currency }: Attempt): ResolveOptions => {
  const { paid, over: _, ...rest } = resolution
  if (paid === undefined) return rest
  return {
    ...rest,
    evidence: `${rest.evidence} (paid: ${Money.textOf(paid, currency)})`
  }
}

/** Those of an order, and others beside them where the journal does not tell them apart. */
const attemptsOf = (journal: AttemptJournal.PromiseJournal, orderId: string): Promise<ReadonlyArray<Attempt>> =>
  orJournalFailed(journal.ofOrder?.(orderId) ?? journal.attempts())

const orJournalFailed = <A>(asked: Promise<A>): Promise<A> =>
  asked.catch((error: unknown) => {
    throw AttemptJournal.toJournalFailed(error)
  })

/** What a person says, as the journal keeps it. */
const fromPerson = (said: ResolveOptions, { amount }: Attempt): KnownEnd => {
  const paid = saidPaid(said, amount)
  const state = said.outcome === "declined" ? "declined" : paid < amount ? "approved-in-part" : "approved"
  return { state, paid }
}

/** What to do where neither the server nor the terminal can tell. */
const LOOK =
  "Look at the terminal's last receipt or its journal, then resolve with the outcome, your name and what you saw."

const NOT_ASKED = `This login may not have the terminal asked: it lacks the role "resolve". ${LOOK}`

const adviceAfter = (server: Server | undefined, asked: Asked | undefined): string => {
  const unproved = asked?._tag === "NotProved" ? asked.why : undefined
  // The server's sentence goes on with what to do.
  if (server !== undefined && unproved !== undefined) return `The server cannot say. ${unproved}`
  const before =
    server !== undefined ? "The server cannot say. " : unproved && `The terminal proves nothing: ${unproved}. `
  return `${before ?? ""}${LOOK}`
}
