/**
 * Card payments with an unknown outcome: the till asks the server about them, and a person may resolve one.
 *
 * The till polls the server's record. The terminal prints a copy of its last receipt each time it is asked, so the server asks
 * the terminal only once after the payment has ended, and once more when a person resolves it.
 *
 * One request at a time, so that the server's answer and a person's resolution never overtake each other. If the server does
 * not answer, each request lasts until the client gives up: a person waits only for the request in progress.
 */
import { type AttemptJournal, type Client, NotResolvedAtServer, StillUnderWay } from "@hipay-pos/client"
import * as Result from "effect/Result"
import { decide, type ResolutionGiven } from "../sale/Command.ts"
import { type CardTender, type Sale, unconfirmedOf, unsettledOf } from "../sale/Sale.ts"
import type { Mode } from "./lockFolder.ts"
import { type Refused, refuse, toRefused } from "./Refused.ts"
import type { SaleBook } from "./SaleBook.ts"
import { compare, PartPaid, settle } from "./settle.ts"

/** The payments. */
export interface UnknownPayments {
  /**
   * Asks the server about every unknown payment and applies its answers. Also sends it the resolutions that a person made while
   * it was unreachable. Does nothing while a round is still running. Never rejects.
   */
  readonly ask: () => Promise<void>
  /** Call after a payment has ended: if its outcome is unknown, asks the server and the terminal. Never rejects. */
  readonly ended: (sale: string) => Promise<void>
  /** Asks the server and the terminal at a person's request. */
  readonly askAgain: (sale: Sale) => Promise<Result.Result<Sale, Refused>>
  /** Resolves a tender as the server says or, if it does not know, as a person does. */
  readonly resolve: (sale: Sale, tender: number, said: ResolutionGiven) => Promise<Result.Result<Sale, Refused>>
  /** Stops asking. Resolves once the last answer is stored. */
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

  /** Order ids of tenders whose terminal must still be asked. */
  const terminalToAsk = new Set<string>()

  const askAbout = async (id: string) => {
    const sale = book.get(id)
    const tender = sale && unknownOf(sale)
    if (isClosed || sale === undefined || tender === undefined) return
    const { orderId } = tender
    const found = await settle(options, sale, tender, { askTerminal: terminalToAsk.has(orderId) })
    terminalToAsk.delete(orderId)
    if (found === undefined) return
    book.apply(book.get(id) ?? sale, found)
    notify()
  }

  /** Order ids of tenders whose terminal was asked before a person's resolution was sent, which the server did not accept. */
  const terminalAsked = new Set<string>()

  /** Sends the server a resolution that a person made while it was unreachable, and stores its or the terminal's answer. */
  const tell = async (id: string) => {
    const sale = book.get(id)
    const tender = sale && unconfirmedOf(sale)
    if (isClosed || sale === undefined || tender === undefined) return
    const { orderId } = tender
    const compared = await compare(options, sale, tender, !terminalAsked.has(orderId)).catch((error: unknown) => {
      if (error instanceof NotResolvedAtServer) terminalAsked.add(orderId)
      throw error
    })
    if (compared === undefined) return
    book.apply(book.get(id) ?? sale, compared)
    notify()
  }

  /** A request that fails, for instance because the payment is still in progress, is repeated in the next round. */
  const quietly = (run: (id: string) => Promise<void>, id: string): Promise<void> =>
    enqueue(() => run(id)).catch(() => {})

  /** Asks on behalf of a person, whose resolution counts if neither the server nor the terminal knows. */
  const askFor = (
    { id }: Sale,
    word?: { readonly tender: number; readonly said: ResolutionGiven }
  ): Promise<Result.Result<Sale, Refused>> =>
    enqueue(async () => {
      const sale = book.get(id)
      const tender = sale && unknownOf(sale)
      if (sale === undefined || tender === undefined) return refuse("not-unknown", "the end of the payment is known")
      const said = word && ({ _tag: "Resolve", tender: word.tender, resolution: word.said } as const)
      const allowed = said && decide(sale, said, Date.now())
      if (allowed !== undefined && Result.isFailure(allowed)) return Result.fail(toRefused(allowed.failure))
      const settled = await settle(options, sale, tender, { said: word?.said }).then(
        Result.succeed,
        (error: unknown) => {
          if (error instanceof StillUnderWay) return refuse("under-way", error.message)
          if (error instanceof PartPaid) return refuse("part-paid", error.message)
          if (error instanceof NotResolvedAtServer)
            return refuse(error.mayBeRecorded ? "may-be-recorded" : "not-resolved", error.message)
          throw error
        }
      )
      if (Result.isFailure(settled)) return Result.fail(settled.failure)
      const found = settled.success ?? said
      if (found === undefined) return refuse("not-told", "neither the server nor the terminal can say")
      const applied = Result.mapError(book.apply(book.get(id) ?? sale, found), toRefused)
      return found._tag === "Doubt" && Result.isSuccess(applied)
        ? refuse("in-doubt", "the terminal leaves it open whether the payment stands")
        : applied
    })

  const ask = async () => {
    if (isAsking) return
    isAsking = true
    // Each is queued separately, so that a person's resolution need not wait for all of them.
    for (const sale of book.all()) {
      if (unknownOf(sale) !== undefined) await quietly(askAbout, sale.id)
      if (unconfirmedOf(sale) !== undefined) await quietly(tell, sale.id)
    }
    isAsking = false
  }

  return {
    ask,
    ended: (id) => {
      const sale = book.get(id)
      const tender = sale && unknownOf(sale)
      if (tender !== undefined) terminalToAsk.add(tender.orderId)
      return ask()
    },
    askAgain: (sale) => askFor(sale),
    resolve: (sale, tender, said) => askFor(sale, { tender, said }),
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
