/**
 * Settles a card tender with an unknown outcome: by the client's journal, by the server, or else by a person.
 *
 * The client asks the server and keeps the answer in its journal; this module turns it into the sale's resolution.
 */
import { AttemptJournal, type Client, NotResolvedAtServer, NotUnsettled, type Settlement } from "@hipay-pos/client"
import { defined } from "@hipay-pos/core/Defined"
import type { Command, ResolutionGiven } from "../sale/Command.ts"
import type { CardTender, Sale } from "../sale/Sale.ts"
import { attemptOf, doubtIn, isOfEarlierPayment, putBack, putBackWord } from "./attemptOf.ts"
import type { Mode } from "./lockFolder.ts"

/** The source of answers: the client, with its journal. */
export interface Askable {
  readonly client: Pick<Client, "resolve">
  readonly journal: AttemptJournal.AttemptJournal
  readonly mode: Mode
}

/** What a person says, and whether the server should ask the terminal, which then prints a copy of its last receipt. */
export interface Asking {
  readonly said?: ResolutionGiven | undefined
  readonly askTerminal?: boolean
}

/** The result for a tender, as a command. */
export type Found = Extract<Command, { readonly _tag: "Resolve" | "Doubt" }>

/** A person says that nothing or all was paid of a payment that was approved in part, for an amount that is not known. */
export class PartPaid extends Error {
  override readonly name = "PartPaid"
}

/**
 * Finds out how a tender ended; `undefined` while nothing is known. A person's answer counts if journal and server do not
 * determine it. Rejects with `PartPaid`, and if the journal cannot be read or written.
 */
export const settle = async (
  { client, journal, mode }: Askable,
  sale: Pick<Sale, "currency">,
  tender: CardTender,
  { said, askTerminal = true }: Asking = {}
): Promise<Found | undefined> => {
  const found = (warnings: AttemptJournal.Ending["warnings"], resolution: ResolutionGiven | undefined) => {
    const doubt = doubtIn(warnings)
    if (doubt !== undefined) return { _tag: "Doubt", tender: tender.number, doubt } as const
    return resolution && ({ _tag: "Resolve", tender: tender.number, resolution } as const)
  }
  const endedIn = (attempt: AttemptJournal.Attempt) =>
    found(attempt.endings.at(-1)?.warnings, endedAs(tender, attempt) ?? unlessPartPaid(tender, attempt, said))

  if (tender.doubt !== undefined) return found([], said)
  const attempt = (await attemptOf(journal, tender)) ?? (await putBack(journal, tender, sale, mode))
  if (!AttemptJournal.isUnsettled(attempt)) return endedIn(attempt)
  const { outcome, by, evidence, paid, over } = said ?? {}
  const answer = outcome && by && evidence ? { outcome, by, evidence, paid, over } : undefined
  const settlement = await client.resolve(attempt.id, answer, { askTerminal }).catch((error: unknown) => {
    if (error instanceof NotUnsettled) return undefined
    throw error
  })
  if (settlement === undefined) {
    // It has ended meanwhile, and the journal has the result.
    const ended = await attemptOf(journal, tender)
    if (ended === undefined || AttemptJournal.isUnsettled(ended))
      throw new Error("the client has another journal than the till")
    return endedIn(ended)
  }
  if (settlement._tag !== "Settled") return undefined
  const resolution = resolutionOf(tender, settlement) ?? unlessPartPaid(tender, settlement, said)
  return found(
    settlement.warnings,
    resolution && { ...resolution, ...(wasNotAsked(settlement) ? { serverNotAsked: true } : {}) }
  )
}

/** What a person says. Throws `PartPaid` if a part was approved, and they say that it was nothing or all. */
const unlessPartPaid = (
  { amount }: CardTender,
  { state }: Pick<AttemptJournal.Ending, "state">,
  said: ResolutionGiven | undefined
): ResolutionGiven | undefined => {
  if (state !== "approved-in-part" || said === undefined) return said
  const { outcome, paid = amount } = said
  if (outcome === "declined" || paid >= amount) throw new PartPaid("expected the amount that was paid, less than asked")
  return said
}

/** Whether the server was unreachable when a person resolved the payment. */
const wasNotAsked = ({ warnings = [] }: Extract<Settlement, { readonly _tag: "Settled" }>): boolean =>
  warnings.some(({ code }) => code === "server-not-asked")

/**
 * The server's answer about a tender that a person resolved while the server was unreachable. Sends the resolution now, unless
 * the server has an outcome. `undefined` while the server is still unreachable. Rejects with the reason why the resolution
 * cannot be sent, or is not accepted.
 */
export const compare = async (
  { client, journal, mode }: Askable,
  sale: Pick<Sale, "currency">,
  tender: CardTender,
  askTerminal: boolean
): Promise<Extract<Command, { readonly _tag: "Compare" }> | undefined> => {
  const { number, resolution } = tender
  const attempt = (await attemptOf(journal, tender)) ?? (await putBack(journal, tender, sale, mode))
  if (resolution && AttemptJournal.isUnsettled(attempt)) await putBackWord(journal, attempt.id, tender, resolution)
  const settlement = await client.resolve(attempt.id, undefined, { askTerminal }).catch((error: unknown) => {
    // The server has no such attempt, or the journal now has a better answer than the person's.
    if (error instanceof NotUnsettled) return undefined
    throw error
  })
  if (settlement?._tag === "Settled" && wasNotAsked(settlement)) return undefined
  // The server does not confirm the resolution: the payment is unknown again there, or its record is unreadable.
  if (settlement?._tag === "NeedsPerson") throw new NotResolvedAtServer({ id: attempt.id, detail: settlement.advice })
  const charged = chargedIn(settlement ?? (await attemptOf(journal, tender))?.endings.at(-1), tender)
  const { paid = 0, extra = 0 } = resolution ?? {}
  return charged === undefined || charged === paid + extra
    ? { _tag: "Compare", tender: number }
    : { _tag: "Compare", tender: number, paid: charged }
}

/** The amount charged, if known. */
const chargedIn = (told: Settlement | AttemptJournal.Ending | undefined, { amount }: CardTender): number | undefined =>
  told && "state" in told ? (told.paid ?? (AttemptJournal.isApproved(told) ? amount : 0)) : undefined

/**
 * How it ended according to the journal; `undefined` if a person has to decide. The journal does not say whether the
 * server got a person's resolution.
 */
const endedAs = (tender: CardTender, attempt: AttemptJournal.Attempt): ResolutionGiven | undefined => {
  if (isOfEarlierPayment(attempt)) return undefined
  const { by, evidence, paid, tip } = attempt.endings.at(-1) ?? {}
  const answer = by && evidence ? { by, evidence } : undefined
  const resolution = resolutionOf(tender, defined({ state: attempt.state, paid, tip, answer }))
  return resolution && answer ? { ...resolution, serverNotAsked: true } : resolution
}

/** How an attempt ended, and the person who resolved it, if one did. */
interface Ended extends Pick<AttemptJournal.Ending, "state" | "paid" | "tip"> {
  readonly answer?: { readonly by: string; readonly evidence: string }
}

const resolutionOf = (tender: CardTender, { state, paid, tip, answer }: Ended): ResolutionGiven | undefined => {
  const who = answer === undefined ? server : { source: "person" as const, ...answer }
  const approved = (paid: number): ResolutionGiven => ({
    outcome: "approved",
    paid,
    ...(paid > tender.amount ? { over: true, ...(tip === undefined ? {} : { tip: true }) } : {}),
    ...who
  })
  switch (state) {
    case "approved":
      return approved(Math.max(paid ?? 0, tender.amount))
    case "approved-in-part":
      // A person has to find out the amount of a partial payment.
      return paid === undefined ? undefined : approved(paid)
    case "declined":
    case "not-started":
      return { outcome: "declined", ...who }
    case "open":
    case "unknown":
      return undefined
  }
}

const server = { source: "server", by: "server", evidence: "the server's record of the attempt" } as const
