/**
 * The laws of every journal of attempts, as checks for any test runner: `for (const { name, check } of
 * journalLaws(make)) test(name, check)`.
 */
import type { ContradictionKind } from "@hipay-pos/core/TerminalEvidence"
import * as Effect from "effect/Effect"
import { type Attempt, type AttemptJournal, type Ending, isUnsettled, type Opening } from "../AttemptJournal.ts"

/** A statement that has to be true, and a check that rejects if it is not. */
export interface Law {
  readonly name: string
  readonly check: () => Promise<void>
}

/** The laws of a journal. `make` returns an empty journal each time it is called. */
export const journalLaws = (make: () => AttemptJournal | Promise<AttemptJournal>): ReadonlyArray<Law> =>
  Object.entries(laws).map(([name, law]) => ({
    name,
    check: async () => {
      const journal = await make()
      await law({
        open: (opening) => Effect.runPromise(journal.open(opening)),
        end: (ending) => Effect.runPromise(journal.end(ending)),
        attempts: () => Effect.runPromise(journal.attempts),
        ofOrder: async (orderId) =>
          Effect.runPromise(
            journal.ofOrder?.(orderId) ??
              Effect.map(journal.attempts, (all) => all.filter((attempt) => attempt.orderId === orderId))
          ),
        unsettled: () =>
          Effect.runPromise(journal.unsettled ?? Effect.map(journal.attempts, (all) => all.filter(isUnsettled)))
      })
    }
  }))

interface Asked {
  readonly open: (opening: Opening) => Promise<Attempt>
  readonly end: (ending: Parameters<AttemptJournal["end"]>[0]) => Promise<void>
  readonly attempts: () => Promise<ReadonlyArray<Attempt>>
  readonly ofOrder: (orderId: string) => Promise<ReadonlyArray<Attempt>>
  readonly unsettled: () => Promise<ReadonlyArray<Attempt>>
}

const opening = (id: string, orderId = `ORDER_${id}`): Opening => ({
  id,
  orderId,
  transactionType: "Debit",
  amount: 1250,
  currency: "EUR",
  terminal: "192.168.1.20:8888",
  openedAt: 1
})

const laws: Readonly<Record<string, (journal: Asked) => Promise<void>>> = {
  "is empty at first": async ({ attempts }) => {
    equal(await attempts(), [])
  },
  "shows an attempt as soon as it is opened, with all that was said of it": async ({ open, attempts }) => {
    await open(opening("a"))
    equal(await attempts(), [{ ...opening("a"), state: "open", endings: [] }])
  },
  "keeps an attempt open until it has ended, whatever ends meanwhile": async ({ open, end, attempts }) => {
    await open(opening("a"))
    await open(opening("b"))
    await end({ id: "b", state: "approved", endedAt: 2 })
    equal(await states(attempts), ["open", "approved"])
  },
  "shows the oldest first": async ({ open, attempts }) => {
    for (const id of ["c", "a", "b"]) await open(opening(id))
    equal(
      (await attempts()).map(({ id }) => id),
      ["c", "a", "b"]
    )
  },
  "keeps every field of an ending": async ({ open, end, attempts }) => {
    const ending = {
      id: "a",
      state: "approved-in-part",
      endedAt: 2,
      detail: 'détail, "quoted",\nin two lines',
      paid: 1000,
      serverAttempt: "/attempts/1",
      by: "Ada",
      evidence: "receipt 42"
    } as const
    await open(opening("a"))
    await end(ending)
    equal((await attempts())[0]?.endings, [ending])
  },
  "adds a later ending to an earlier one, and counts the last": async ({ open, end, attempts }) => {
    await open(opening("a"))
    await end({ id: "a", state: "unknown", endedAt: 2 })
    await end({ id: "a", state: "approved", endedAt: 3, by: "Ada", evidence: "receipt 42" })
    const [attempt] = await attempts()
    equal(
      attempt?.endings.map(({ state }) => state),
      ["unknown", "approved"]
    )
    equal(attempt?.state, "approved")
  },
  "keeps several attempts of one order apart": async ({ open, end, attempts, ofOrder }) => {
    await open(opening("a", "ORDER"))
    await end({ id: "a", state: "declined", endedAt: 2 })
    await open(opening("b", "ORDER"))
    equal(await states(attempts), ["declined", "open"])
    equal((await attempts()).map(isUnsettled), [false, true])
    await open(opening("c"))
    equal(await ofOrder("ORDER"), (await attempts()).slice(0, 2))
    equal(await ofOrder("another"), [])
  },
  "opens no second attempt of an order that is unsettled or approved, and returns the one in its way": async ({
    open,
    end,
    attempts
  }) => {
    equal((await open(opening("a", "ORDER"))).id, "a")
    equal((await open(opening("b", "ORDER"))).id, "a")
    await end({ id: "a", state: "unknown", endedAt: 2 })
    equal((await open(opening("c", "ORDER"))).state, "unknown")
    await end({ id: "a", state: "declined", endedAt: 3 })
    equal((await open(opening("d", "ORDER"))).id, "d")
    await end({ id: "d", state: "approved", endedAt: 4, paid: 1250 })
    equal(await open(opening("e", "ORDER")), (await attempts())[1])
    equal((await open({ ...opening("f", "ORDER"), transactionType: "Credit" })).id, "f")
    equal(await states(attempts), ["declined", "approved", "open"])
  },
  "opens no second attempt of an order whose state it does not know, or has lost, and lists the first as unsettled":
    async ({ open, end, attempts, unsettled }) => {
      for (const state of ["authorised", undefined]) {
        const [orderId, first] = [`ORDER_${state}`, `${state}`]
        await open(opening(first, orderId))
        // A journal may refuse such an ending: then the attempt stays open.
        await end({ id: first, state, endedAt: 2 } as unknown as Ending).catch(() => {})
        equal((await open(opening(`${state}-again`, orderId))).id, first)
      }
      equal((await attempts()).map(isUnsettled), [true, true])
      equal(await unsettled(), await attempts())
    },
  "opens one attempt of an order, however many are opened at the same time": async ({ open, attempts }) => {
    const opened = await Promise.all(Array.from({ length: 20 }, (_, i) => open(opening(`at-once-${i}`, "ORDER"))))
    equal(new Set(opened.map(({ id }) => id)).size, 1)
    equal((await attempts()).length, 1)
  },
  "keeps mode and server, so that a simulated attempt is not in the way of a live one": async ({
    open,
    end,
    attempts
  }) => {
    const simulated = { ...opening("a", "ORDER"), mode: "simulated", server: "http://127.0.0.1:8080" } as const
    const live = { ...opening("b", "ORDER"), mode: "live", server: "https://pos.example" } as const
    await open(simulated)
    await end({ id: "a", state: "approved", endedAt: 2, paid: 1250 })
    equal(await open(live), { ...live, state: "open", endings: [] })
    equal((await open({ ...live, id: "c", server: "https://another.example" })).id, "b")
    equal((await open({ ...simulated, id: "d" })).id, "a")
    equal(
      (await attempts()).map(({ mode, server }) => [mode, server]),
      [
        ["simulated", "http://127.0.0.1:8080"],
        ["live", "https://pos.example"]
      ]
    )
  },
  "stays settled when an unknown end comes late": async ({ open, end, attempts }) => {
    await open(opening("a"))
    await end({ id: "a", state: "approved", endedAt: 2, paid: 1250, by: "Ada", evidence: "receipt 42" })
    await end({ id: "a", state: "unknown", endedAt: 3 })
    equal(await states(attempts), ["approved"])
    equal((await attempts())[0]?.endings.at(-1)?.paid, 1250)
  },
  "is changed by no person once it is settled, and by nothing once the terminal has approved it; signs of a payment make it unknown again if a person has declined it":
    async ({ open, end, attempts }) => {
      type Said = Omit<Ending, "id" | "endedAt">
      const sent = { received: "AE", fields: [], contradictions: [], card: {} }
      const done: Said = { state: "unknown", received: { ...sent, status: "done" } }
      const authorized: Said = { state: "unknown", received: { ...sent, card: { authorizationNumber: "123456" } } }
      const contradictory = (kind: ContradictionKind): Said => ({
        state: "unknown",
        received: { ...sent, status: "not-done", contradictions: [{ kind, message: "not done, yet" }] }
      })
      const inconclusive: Said = { state: "unknown", reason: "Inconclusive" }
      const approved: Said = { state: "approved", paid: 1250 }
      const declined: Said = { state: "declined", paid: 0 }
      const pairs: ReadonlyArray<readonly [first: Said, then: Said, stands: Said["state"]]> = [
        [approved, { ...declined, by: "Ada" }, "approved"],
        [approved, declined, "approved"],
        [declined, { ...approved, by: "Ada" }, "declined"],
        [declined, approved, "approved"],
        [{ ...declined, by: "Ada" }, { ...approved, by: "Bob" }, "declined"],
        [{ ...declined, by: "Ada" }, approved, "approved"],
        [{ ...approved, by: "Ada" }, { ...declined, by: "Bob" }, "approved"],
        [{ ...approved, by: "Ada" }, declined, "declined"],
        [approved, { state: "not-started" }, "approved"],
        [{ ...approved, by: "Ada" }, { state: "not-started" }, "approved"],
        [{ ...declined, by: "Ada" }, done, "unknown"],
        [{ ...declined, by: "Ada" }, authorized, "unknown"],
        [{ ...declined, by: "Ada" }, contradictory("signs-of-a-sale"), "unknown"],
        [{ ...declined, by: "Ada" }, contradictory("complement"), "unknown"],
        [{ ...declined, by: "Ada" }, contradictory("register"), "declined"],
        [{ ...declined, by: "Ada" }, inconclusive, "unknown"],
        [{ ...declined, by: "Ada" }, { state: "unknown", received: sent }, "declined"],
        [{ ...approved, by: "Ada" }, done, "approved"],
        [declined, done, "declined"],
        [{ ...approved, by: "Ada" }, { state: "not-started", reason: "AlreadyReversed" }, "approved"],
        [{ ...approved, by: "Ada" }, { state: "not-started", reason: "OrderIdConflict" }, "approved"]
      ]
      for (const [i, [first, then]] of pairs.entries()) {
        const id = `${i}`
        await open(opening(id))
        await end({ ...first, id, endedAt: 2 })
        await end({ ...then, id, endedAt: 3 })
      }
      equal(
        (await attempts()).map(({ state, endings }) => [state, endings.at(-1)?.state, endings.length]),
        pairs.map(([, , stands]) => [stands, stands, 2])
      )
    },
  "keeps what is written at the same time": async ({ open, attempts }) => {
    const ids = Array.from({ length: 20 }, (_, i) => `at-once-${i}`)
    await Promise.all(ids.map((id) => open(opening(id))))
    equal((await attempts()).map(({ id }) => id).sort(), [...ids].sort())
  }
}

const states = async (attempts: Asked["attempts"]) => (await attempts()).map(({ state }) => state)

/** Equal as JSON, keys in any order. */
const equal = (actual: unknown, expected: unknown): void => {
  const [a, b] = [JSON.stringify(sorted(actual)), JSON.stringify(sorted(expected))]
  if (a !== b) throw new Error(`expected ${b}, got ${a}`)
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)])
  )
}
