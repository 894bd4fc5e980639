/**
 * What is found out later about a card tender with an unknown outcome: by the client's journal, by the server that
 * heard of it after all, or else by a person.
 *
 * The client asks the server and keeps what comes of it in its journal; here it becomes the sale's resolution.
 */
import { AttemptJournal, type Client, NotUnsettled } from "@hipay-pos/client"
import * as Effect from "effect/Effect"
import type { ResolutionGiven } from "../sale/Command.ts"
import type { CardTender } from "../sale/Sale.ts"

/**
 * How a tender ended, or `undefined` while it is unknown. What a person says counts where journal and server know
 * nothing. Rejects when the journal cannot be read or written.
 */
export const settle = async (
  client: Pick<Client, "resolve">,
  journal: AttemptJournal.AttemptJournal,
  tender: CardTender,
  said?: ResolutionGiven
): Promise<ResolutionGiven | undefined> => {
  const attempts = await Effect.runPromise(journal.ofOrder?.(tender.orderId) ?? journal.attempts)
  const attempt = attempts.findLast(({ orderId }) => orderId === tender.orderId)
  if (attempt === undefined) return said
  if (!AttemptJournal.isUnsettled(attempt)) {
    const ending = attempt.endings.at(-1)
    const { by, evidence } = ending ?? {}
    return resolutionOf(tender, attempt.state, ending?.paid, by && evidence ? { by, evidence } : undefined) ?? said
  }
  const { outcome, by, evidence, paid, over } = said ?? {}
  const answer = outcome && by && evidence ? { outcome, by, evidence, paid, over } : undefined
  const settlement = await client.resolve(attempt.id, answer).catch((error: unknown) => {
    if (error instanceof NotUnsettled) return undefined
    throw error
  })
  // It has ended meanwhile, and the journal knows how.
  if (settlement === undefined) return settle(client, journal, tender, said)
  if (settlement._tag !== "Settled") return undefined
  return settlement.by === "person" ? said : (resolutionOf(tender, settlement.state, settlement.paid) ?? said)
}

const resolutionOf = (
  tender: CardTender,
  state: AttemptJournal.AttemptState,
  paid: number | undefined,
  person?: { readonly by: string; readonly evidence: string }
): ResolutionGiven | undefined => {
  const who = person === undefined ? server : { source: "person" as const, ...person }
  switch (state) {
    case "approved":
      return paid !== undefined && paid > tender.amount
        ? { outcome: "approved", paid, over: true, ...who }
        : { outcome: "approved", paid: tender.amount, ...who }
    case "approved-in-part":
      // A part of unknown amount is for a person to find out.
      return paid === undefined ? undefined : { outcome: "approved", paid, ...who }
    case "declined":
    case "not-started":
      return { outcome: "declined", ...who }
    case "open":
    case "unknown":
      return undefined
  }
}

const server = { source: "server", by: "server", evidence: "the server's record of the attempt" } as const
