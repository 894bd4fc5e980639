/**
 * Card payments with an unknown outcome: the server is asked about them, and a person may say how one ended.
 *
 * One question at a time, so that what the server says and what a person says never overtake each other. A server that
 * does not answer holds each question up until the client gives it up: a person waits for the one that is being asked,
 * and for no other.
 */
import { type AttemptJournal, type Client, NotResolvedAtServer, StillUnderWay } from "@hipay-pos/client"
import * as Result from "effect/Result"
import { decide, type ResolutionGiven } from "../sale/Command.ts"
import { type CardTender, type Sale, unsettledOf } from "../sale/Sale.ts"
import type { Mode } from "./lockFolder.ts"
import { type Refused, refuse, toRefused } from "./Refused.ts"
import type { SaleBook } from "./SaleBook.ts"
import { settle } from "./settle.ts"

/** The payments. */
export interface UnknownPayments {
  /** Asks the server about every one; what it says ends the payment. Does nothing while it is still asking. Never rejects. */
  readonly ask: () => Promise<void>
  /** Ends a tender as a person says, or as the server does where it knows. */
  readonly resolve: (sale: Sale, tender: number, said: ResolutionGiven) => Promise<Result.Result<Sale, Refused>>
  /** Asks nothing more. Resolves once the last answer is written down. */
  readonly close: () => Promise<void>
}

/** The payments of a book's sales. */
export const makeUnknownPayments = (options: {
  readonly client: Client
  readonly journal: AttemptJournal.AttemptJournal
  readonly mode: Mode
  readonly book: SaleBook
  readonly notify: () => void
}): UnknownPayments => {
  const { book, notify } = options
  let last: Promise<unknown> = Promise.resolve()
  let isAsking = false
  let isClosed = false

  const enqueue = <A>(run: () => Promise<A>): Promise<A> => {
    const done = last.then(run)
    last = done.catch(() => {})
    return done
  }

  const askAbout = async (id: string) => {
    const sale = book.get(id)
    const tender = sale && unknownOf(sale)
    if (isClosed || sale === undefined || tender === undefined) return
    const resolution = await settle(options, sale, tender).catch((error: unknown) => {
      if (error instanceof StillUnderWay) return undefined
      throw error
    })
    if (resolution === undefined) return
    book.apply(book.get(id) ?? sale, { _tag: "Resolve", tender: tender.number, resolution })
    notify()
  }

  return {
    ask: async () => {
      if (isAsking) return
      isAsking = true
      try {
        // Each is queued on its own: a resolution that a person gives meanwhile does not wait for all of them.
        for (const sale of book.all()) if (unknownOf(sale) !== undefined) await enqueue(() => askAbout(sale.id))
      } catch {
        // The journal could not be read: it is asked again.
      } finally {
        isAsking = false
      }
    },
    resolve: ({ id }, number, said) =>
      enqueue(async () => {
        const sale = book.get(id)
        const tender = sale && unknownOf(sale)
        if (sale === undefined || tender === undefined) return refuse("not-unknown", "the end of the payment is known")
        const allowed = decide(sale, { _tag: "Resolve", tender: number, resolution: said }, Date.now())
        if (Result.isFailure(allowed)) return Result.fail(toRefused(allowed.failure))
        const settled = await settle(options, sale, tender, said).then(Result.succeed, (error: unknown) => {
          if (error instanceof StillUnderWay) return refuse("under-way", error.message)
          if (error instanceof NotResolvedAtServer) return refuse("not-resolved", error.message)
          throw error
        })
        if (Result.isFailure(settled)) return Result.fail(settled.failure)
        const resolution = settled.success ?? said
        const resolved = book.apply(book.get(id) ?? sale, { _tag: "Resolve", tender: number, resolution })
        return Result.mapError(resolved, toRefused)
      }),
    close: async () => {
      isClosed = true
      await last
    }
  }
}

const unknownOf = (sale: Sale): CardTender | undefined => {
  const tender = unsettledOf(sale)
  return tender?.state === "unknown" ? tender : undefined
}
