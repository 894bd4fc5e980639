/**
 * Whatever is lost - an order, an answer, the till itself, its journal, a write to disk - a till's records say what was
 * charged, or that this is unknown. Random walks, each with a seed, with a server that may or may not charge, and a person
 * who reports what the terminal shows.
 */
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import { AttemptJournal, type Fetch, makeClient } from "@hipay-pos/client"
import type { Action, TillState } from "../../src/api.ts"
import type { CardTender } from "../../src/sale/Sale.ts"
import type { SaleEvent } from "../../src/sale/SaleEvent.ts"
import type { Till } from "../../src/server/Till.ts"
import { makeLiveTill, seenOf } from "./shop.ts"

const ASK_EVERY = 5000
const STEPS = 60

/** An attempt as the server lists it. */
interface Listed {
  readonly id: string
  readonly orderId: string
  readonly transactionType: "Debit"
  readonly login: string
  readonly amount: number
  readonly currency: "EUR"
  readonly openedAt: string
  readonly state: "approved" | "declined" | "unknown"
  readonly endedAt?: string
  readonly paid?: number
}

/** What is sent to the server, as far as it reads it. */
interface Sent {
  readonly order: { readonly order_id: string; readonly price: { readonly amount: number } }
  readonly outcome: "approved" | "declined"
  readonly paid?: number
}

/** The fate of an order: what was charged, what the server records, and whether its answer arrives. */
const courses = [
  { charges: true, state: "approved", answers: true },
  { charges: true, state: "approved", answers: false },
  { charges: true, state: "unknown", answers: true },
  { charges: true, state: "unknown", answers: false },
  { charges: false, state: "declined", answers: true },
  { charges: false, state: "unknown", answers: true },
  { charges: false, state: undefined, answers: false }
] as const

const cut = () => new TypeError("fetch failed", { cause: { code: "ECONNRESET", syscall: "read" } })
const never = new Promise<never>(() => {})
const headers = { "x-hipay-pos-mode": "gateway" }
const problem = (status: number, code: string, details = {}) =>
  Response.json({ error: { status, code, message: "No", description: "why", details } }, { status, headers })

/** Lets everything in progress advance by some steps. */
const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise(setImmediate)
}

/** Chance that is the same for the same seed. */
const chanceOf = (seed: number) => {
  let state = seed
  const random = () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return {
    happens: (share: number) => random() < share,
    below: (count: number) => Math.floor(random() * count),
    oneOf: <A>(all: ReadonlyArray<A>): A => all[Math.floor(random() * all.length)] as A
  }
}

/** A shop: the state of its till, journal and server that survives every crash. */
const openShop = (seed: number) => {
  const chance = chanceOf(seed)
  const attempts = new Map<string, Listed>()
  const charged = new Map<string, number>()
  const events: Array<SaleEvent> = []
  let entries: Array<AttemptJournal.Opening | AttemptJournal.Ending> = []

  const take = async ({ order }: Sent): Promise<Response> => {
    const { order_id: orderId, price } = order
    assert.isFalse(attempts.has(orderId) || charged.has(orderId), `${orderId} was sent twice`)
    const { charges, state, answers } = chance.oneOf(courses)
    if (charges) charged.set(orderId, price.amount)
    const at = new Date().toISOString()
    const common = { orderId, transactionType: "Debit", login: "m", amount: price.amount, currency: "EUR" } as const
    const id = String(attempts.size)
    if (state !== undefined) {
      const paid = state === "approved" ? { paid: price.amount } : {}
      const ended = state === "unknown" ? {} : { endedAt: at }
      attempts.set(orderId, { id, ...common, openedAt: at, state, ...ended, ...paid })
    }
    await turns(chance.below(4))
    if (!answers) throw cut()
    if (state === "unknown") return problem(504, "outcome.unknown", { attempt: `/attempts/${id}` })
    return Response.json(
      { paymentStatus: charges ? "Success" : "Failure", errorCode: charges ? undefined : "05" },
      { headers }
    )
  }

  const resolve = (attempt: Listed, { outcome, paid = attempt.amount }: Sent): Response => {
    if (attempt.state !== "unknown") return problem(409, "attempt.not.unknown")
    const approved = outcome === "approved" ? { paid } : {}
    attempts.set(attempt.orderId, { ...attempt, state: outcome, endedAt: new Date().toISOString(), ...approved })
    // The receipt of a word may be lost, too.
    if (chance.happens(0.3)) throw cut()
    return Response.json({}, { headers })
  }

  const serve = async (address: string, { method, body }: RequestInit): Promise<Response> => {
    const { pathname, searchParams } = new URL(address)
    if (pathname.endsWith("/healthcheck")) return Response.json({}, { headers })
    if (chance.happens(0.1))
      throw new TypeError("fetch failed", { cause: { code: "ECONNREFUSED", syscall: "connect" } })
    const all = [...attempts.values()]
    const named = all.find(({ id }) => pathname.split("/")[2] === id)
    if (method === "POST" && pathname.endsWith("/ask")) return problem(409, "attempt.not.proved")
    if (method === "POST" && named !== undefined) return resolve(named, JSON.parse(String(body)) as Sent)
    if (method === "POST") return take(JSON.parse(String(body)) as Sent)
    if (named !== undefined) return Response.json(named, { headers })
    return Response.json(
      { attempts: all.filter(({ orderId }) => orderId === searchParams.get("orderId")) },
      { headers }
    )
  }

  /** Starts the till on the stored state, and returns how to kill it in the middle of anything. */
  const start = async () => {
    let isDead = false
    /** Delays a process's action, which never completes if the process has died. */
    const alive = async <A>(run: () => A | Promise<A>): Promise<A> => {
      await turns(chance.below(3))
      if (isDead) return never
      const done = await run()
      return isDead ? never : done
    }
    const remembered = new AttemptJournal.Attempts()
    for (const entry of entries) remembered.add(entry)
    const journal = AttemptJournal.fromPromises({
      open: (opening) =>
        alive(() => {
          const attempt = remembered.open(opening)
          if (AttemptJournal.isNew(attempt, opening)) entries.push(opening)
          return attempt
        }),
      end: (ending) =>
        alive(() => {
          remembered.add(ending)
          entries.push(ending)
        }),
      attempts: () => alive(() => remembered.all()),
      ofOrder: (orderId) => alive(() => remembered.ofOrder(orderId))
    })
    const fetch: Fetch = async (address, init) => {
      const answer = serve(String(address), init ?? {})
      // An order that was sent arrives, whatever happens to the till.
      answer.catch(() => {})
      return alive(() => answer)
    }
    const login = { server: "http://server.test", username: "m", password: "s", live: true }
    const till = await makeLiveTill({
      client: makeClient({ ...login, journal, fetch }),
      journal,
      store: {
        read: () => [...events],
        append: (added) => {
          if (isDead || chance.happens(0.02)) throw new Error("the disk is full")
          events.push(...added)
        },
        close: () => {}
      },
      askEvery: ASK_EVERY
    })
    const kill = () => {
      isDead = true
    }
    return { till, kill }
  }

  return {
    chance,
    charged,
    sales: () => new Set(events.map(({ sale }) => sale)),
    start: async (): Promise<Awaited<ReturnType<typeof start>>> => {
      for (;;) {
        const started = await start().catch((error: Error) => error)
        if (!(started instanceof Error)) return started
        assert.strictEqual(started.message, "the disk is full")
      }
    },
    /** The journal is an older copy of itself from now on. */
    loseJournal: () => {
      entries = entries.slice(0, chance.below(entries.length + 1))
    }
  }
}

const cardsOf = (till: Till, sale: string): ReadonlyArray<CardTender> =>
  (till.records.detail(sale)?.sale.tenders ?? []).filter((tender) => tender.means === "card")

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval"] }))
afterEach(() => void vi.useRealTimers())

describe("whatever is lost on the way", () => {
  it.each(Array.from({ length: 25 }, (_, i) => i + 1))(
    "the books say what was charged, or unknown: walk %i",
    async (seed) => {
      const shop = openShop(seed)
      const { chance, charged } = shop
      let { till, kill } = await shop.start()

      const restart = async (isJournalLost: boolean) => {
        kill()
        if (isJournalLost) shop.loseJournal()
        const next = await shop.start()
        till = next.till
        kill = next.kill
      }
      const act = (action: Action) =>
        till.act(action).catch((error: Error) => assert.match(error.message, /disk is full/))

      /** The cashier's next action, based on the screen. */
      const goOn = ({ sale, parked }: TillState): Promise<unknown> => {
        if (sale === null || sale.stage === "completed") {
          const [first] = parked
          if (sale !== null) return act({ do: "next" })
          if (first !== undefined && chance.happens(0.5)) return act({ do: "recall", sale: first.id })
          return act({ do: "add-amount", amount: 1000, rate: 20 })
        }
        const seen = seenOf(sale)
        const lost = cardsOf(till, sale.id).find(({ state }) => state === "unknown")
        if (lost !== undefined) {
          if (chance.happens(0.3)) return act({ do: "park", ...seen })
          if (chance.happens(0.2)) return act({ do: "ask", ...seen })
          const outcome = charged.has(lost.orderId) ? "approved" : "declined"
          return act({
            do: "resolve",
            tender: lost.number,
            outcome,
            by: "Ana",
            evidence: "the terminal's list",
            ...seen
          })
        }
        if (sale.stage !== "open") return turns(3)
        const amount = chance.happens(0.3) ? Math.ceil(sale.remaining / 2) : sale.remaining
        return act({ do: "card", amount, terminal: "Counter", ...seen })
      }

      for (let step = 0; step < STEPS; step++) {
        if (till.state().storageFailed || chance.happens(0.06)) await restart(chance.happens(0.3))
        else if (chance.happens(0.2)) {
          vi.advanceTimersByTime(ASK_EVERY)
          await turns(5)
        } else await goOn(till.state())

        for (const sale of shop.sales()) {
          const cards = cardsOf(till, sale)
          for (const { orderId, state, paid, resolution } of cards) {
            if (state === "waiting" || state === "unknown") continue
            assert.strictEqual(paid, charged.get(orderId) ?? 0, `${orderId} is ${state}`)
            assert.isUndefined(resolution?.serverPaid)
          }
          const sum = cards.reduce((sum, { orderId }) => sum + (charged.get(orderId) ?? 0), 0)
          assert.isAtMost(sum, 1000, `${sale} was charged`)
        }
      }
      kill()
    }
  )
})
