import { assert, describe, it } from "@effect/vitest"
import { AttemptJournal, type Client, NotUnsettled, type Settlement } from "@hipay-pos/client"
import * as Effect from "effect/Effect"
import type { ResolutionGiven } from "../../src/sale/Command.ts"
import type { CardTender } from "../../src/sale/Sale.ts"
import { compare, type Found, PartPaid, settle } from "../../src/server/settle.ts"

const tender: CardTender = {
  means: "card",
  number: 1,
  direction: "in",
  amount: 1290,
  orderId: "T1-1",
  terminal: "Counter",
  startedAt: 10,
  state: "unknown",
  paid: 0
}

const said = { outcome: "declined", by: "Ana", evidence: "the terminal shows nothing" } as const

/** A journal with the tender's attempt, and how that ended. */
const journalWith = async (ending?: Omit<AttemptJournal.Ending, "id" | "endedAt">) => {
  const journal = AttemptJournal.memory()
  const opening = { id: "a1", orderId: "T1-1", transactionType: "Debit", amount: 1290, currency: "EUR" } as const
  await Effect.runPromise(journal.open({ ...opening, terminal: "127.0.0.1:8888", openedAt: 10 }))
  if (ending !== undefined) await Effect.runPromise(journal.end({ id: "a1", endedAt: 20, ...ending }))
  return journal
}

/** A client that resolves an attempt like this, and does nothing else. */
const clientThat = (resolve: () => Settlement) => ({ resolve: async () => resolve() })

/** What is asked, and about which sale. */
const ask = (
  client: Pick<Client, "resolve">,
  journal: AttemptJournal.AttemptJournal,
  tender: CardTender,
  said?: ResolutionGiven
) => settle({ client, journal, mode: "live" }, { currency: "EUR" }, tender, { said }).then(resolutionIn)

const resolutionIn = (found: Found | undefined): ResolutionGiven | undefined =>
  found?._tag === "Resolve" ? found.resolution : undefined

/** The result of a tender that a person declined while the server was unreachable. */
const compareDeclined = (client: Pick<Client, "resolve">, journal: AttemptJournal.AttemptJournal) => {
  const resolution = { ...said, paid: 0, source: "person", at: 30, serverNotAsked: true } as const
  const declined = { ...tender, state: "declined", resolution } as const
  return compare({ client, journal, mode: "live" }, { currency: "EUR" }, declined, true)
}

const unasked = clientThat(() => {
  throw new Error("the server was asked about an attempt that the journal knows the end of")
})

describe("a tender whose outcome was unknown", () => {
  it("ends as the journal says, when a crash kept it from the sale: by a person, or by the server", async () => {
    const byPerson = await journalWith({ state: "approved", by: "Ana", evidence: "ticket 12" })
    assert.deepStrictEqual(await ask(unasked, byPerson, tender), {
      outcome: "approved",
      paid: 1290,
      source: "person",
      by: "Ana",
      evidence: "ticket 12",
      // The stop may have come before the server was told.
      serverNotAsked: true
    })
    const byServer = await journalWith({ state: "approved-in-part", paid: 400 })
    const found = await ask(unasked, byServer, tender)
    assert.deepStrictEqual([found?.outcome, found?.paid, found?.source], ["approved", 400, "server"])
  })

  it("has the tip apart from the amount, whether the server or the journal tells of it", async () => {
    const tipped = { state: "approved", paid: 1500, tip: 210 } as const
    const client = clientThat(() => ({ _tag: "Settled", by: "server", ...tipped }))
    const told = await ask(client, await journalWith({ state: "unknown" }), tender)
    const found = await ask(unasked, await journalWith(tipped), tender)
    for (const each of [told, found]) assert.deepInclude(each, { paid: 1500, over: true, tip: true })
  })

  it("ends as the server says, whatever a person thinks they saw", async () => {
    const client = clientThat(() => ({ _tag: "Settled", by: "server", state: "approved", paid: 1290 }))
    const found = await ask(client, await journalWith({ state: "unknown" }), tender, said)
    assert.deepStrictEqual([found?.outcome, found?.source], ["approved", "server"])
  })

  it("ends as a person says, where the server does not know", async () => {
    const { by, evidence } = said
    const answer = { by, evidence }
    const client = clientThat(() => ({ _tag: "Settled", by: "person", state: "declined", paid: 0, answer }))
    const found = await ask(client, await journalWith({ state: "unknown" }), tender, said)
    assert.deepStrictEqual(found, { ...said, source: "person" })
  })

  it("ends as another person has said at the server", async () => {
    const answer = { by: "Ben", evidence: "ticket 12" }
    const client = clientThat(() => ({ _tag: "Settled", by: "person", state: "approved", paid: 1290, answer }))
    const journal = await journalWith({ state: "unknown" })
    const ben = { outcome: "approved", paid: 1290, source: "person", ...answer } as const
    assert.deepStrictEqual(await ask(client, journal, tender), ben)
  })

  it("ends as another person has said meanwhile", async () => {
    const journal = await journalWith({ state: "unknown" })
    const resolve = async () => {
      const faster = { state: "approved", paid: 1290, by: "Ben", evidence: "ticket 12" } as const
      await Effect.runPromise(journal.end({ id: "a1", endedAt: 30, ...faster }))
      throw new NotUnsettled({ id: "a1", state: "approved" })
    }
    const found = await ask({ resolve }, journal, tender, said)
    assert.deepInclude(found, { outcome: "approved", paid: 1290, source: "person", by: "Ben" })
  })

  it("stays as it is until somebody knows", async () => {
    const client = clientThat(() => ({ _tag: "NeedsPerson", advice: "look at the terminal" }))
    assert.isUndefined(await ask(client, await journalWith({ state: "unknown" }), tender))
    assert.isUndefined(await ask(client, await journalWith(), tender))
  })

  it("is told to the server later, when it could not be asked about a person's word", async () => {
    const { by, evidence } = said
    const answer = { by, evidence }
    const warnings = [{ code: "server-not-asked", message: "resolve the attempt again" }]
    const silent = clientThat(() => ({ _tag: "Settled", by: "person", state: "declined", paid: 0, answer, warnings }))
    const journal = await journalWith({ state: "declined", by, evidence })
    const unknown = await journalWith({ state: "unknown" })
    assert.strictEqual((await ask(silent, unknown, tender, said))?.serverNotAsked, true)

    const compared = (client: Pick<Client, "resolve">) => compareDeclined(client, journal)
    assert.isUndefined(await compared(silent))
    const agrees = clientThat(() => ({ _tag: "Settled", by: "person", state: "declined", paid: 0, answer }))
    const otherwise = clientThat(() => ({ _tag: "Settled", by: "server", state: "approved", paid: 1290 }))
    const knowsNone = clientThat(() => {
      throw new NotUnsettled({ id: "a1" })
    })
    assert.deepStrictEqual(await compared(agrees), { _tag: "Compare", tender: 1 })
    assert.deepStrictEqual(await compared(otherwise), { _tag: "Compare", tender: 1, paid: 1290 })
    assert.deepStrictEqual(await compared(knowsNone), { _tag: "Compare", tender: 1 })
  })

  it("is compared with the journal's later answer, if a crash kept that from the sale", async () => {
    const journal = await journalWith({ state: "declined", by: said.by, evidence: said.evidence })
    await Effect.runPromise(journal.end({ id: "a1", state: "approved", paid: 1290, endedAt: 40 }))
    const client = clientThat(() => {
      throw new NotUnsettled({ id: "a1" })
    })
    assert.deepStrictEqual(await compareDeclined(client, journal), { _tag: "Compare", tender: 1, paid: 1290 })
  })

  it.each([
    ["was lost", async () => AttemptJournal.memory()],
    ["is a copy from before that", () => journalWith({ state: "unknown" })]
  ])("is told to the server later although the journal %s, which is told, too", async (_, open) => {
    const journal = await open()
    const attemptIn = async () => (await Effect.runPromise(journal.attempts))[0]
    const client: Pick<Client, "resolve"> = {
      resolve: async (id, word) => {
        const attempt = await attemptIn()
        assert.isUndefined(word)
        assert.deepInclude(attempt, { id, orderId: "T1-1", state: "declined" })
        assert.deepInclude(attempt?.endings.at(-1), { by: "Ana", evidence: said.evidence, paid: 0, endedAt: 30 })
        return { _tag: "Settled", by: "server", state: "approved", paid: 1290 }
      }
    }
    assert.deepStrictEqual(await compareDeclined(client, journal), { _tag: "Compare", tender: 1, paid: 1290 })
  })

  it("is a person's to tell when the terminal leaves it open whether the payment was cancelled since", async () => {
    const warnings = [{ code: "operation-not-named", message: "make sure that it was not cancelled there" }]
    const client = clientThat(() => ({ _tag: "Settled", by: "terminal", state: "approved", paid: 1290, warnings }))
    const journal = await journalWith({ state: "unknown" })
    const asked = { client, journal, mode: "live" } as const
    const doubt = { _tag: "Doubt", tender: 1, doubt: "operation-not-named" } as const
    assert.deepStrictEqual(await settle(asked, { currency: "EUR" }, tender), doubt)
    assert.deepStrictEqual(await settle(asked, { currency: "EUR" }, tender, { said }), doubt)
    const ended = await journalWith({ state: "approved", warnings })
    assert.deepStrictEqual(
      await settle({ ...asked, client: unasked, journal: ended }, { currency: "EUR" }, tender),
      doubt
    )
    const doubted = { ...tender, doubt: "operation-not-named" } as const
    assert.isUndefined(await ask(unasked, await journalWith({ state: "approved" }), doubted))
    assert.deepStrictEqual(await ask(unasked, await journalWith({ state: "approved" }), doubted, said), said)
  })

  it("is paid if what the terminal leaves open does not concern the money", async () => {
    const warnings = [{ code: "contract-unmatched", message: "the terminal used contract 7654321" }]
    const client = clientThat(() => ({ _tag: "Settled", by: "terminal", state: "approved", paid: 1290, warnings }))
    assert.strictEqual((await ask(client, await journalWith({ state: "unknown" }), tender))?.outcome, "approved")
  })

  it("is a person's to tell when only a part was approved and the amount is not known: neither nothing nor all", async () => {
    const part = clientThat(() => ({ _tag: "Settled", by: "server", state: "approved-in-part" }))
    const ended = await journalWith({ state: "approved-in-part" })
    const unknown = await journalWith({ state: "unknown" })
    const paid = { ...said, outcome: "approved", paid: 400 } as const
    for (const [client, journal] of [
      [unasked, ended],
      [part, unknown]
    ] as const) {
      assert.isUndefined(await ask(client, journal, tender))
      assert.deepStrictEqual(await ask(client, journal, tender, paid), paid)
      for (const wrong of [said, { ...said, outcome: "approved" }, { ...paid, paid: 1290 }] as const) {
        const refused = await ask(client, journal, tender, wrong).catch((error: unknown) => error)
        assert.instanceOf(refused, PartPaid)
      }
    }
  })

  it("is a person's to tell when it was not sent because of an earlier payment of its order id", async () => {
    for (const reason of ["OrderIdConflict", "AlreadyReversed"]) {
      const journal = await journalWith({ state: "not-started", reason })
      assert.isUndefined(await ask(unasked, journal, tender))
      const approved = { ...said, outcome: "approved" } as const
      assert.deepStrictEqual(await ask(unasked, journal, tender, approved), approved)
    }
  })

  it("ends as its own attempt did, and not as one that reversed it", async () => {
    const journal = await journalWith({ state: "declined" })
    const reversal = { id: "a2", orderId: "T1-1", transactionType: "Cancel", amount: 1290, currency: "EUR" } as const
    await Effect.runPromise(journal.open({ ...reversal, terminal: "127.0.0.1:8888", openedAt: 30 }))
    await Effect.runPromise(journal.end({ id: "a2", state: "approved", endedAt: 40 }))
    assert.strictEqual((await ask(unasked, journal, tender))?.outcome, "declined")
  })

  it("is looked up and resolved at the server although the journal was lost", async () => {
    const journal = AttemptJournal.memory()
    const asked: Array<ResolutionGiven["outcome"] | undefined> = []
    const client: Pick<Client, "resolve"> = {
      resolve: async (id, word) => {
        const [attempt] = await Effect.runPromise(journal.attempts)
        assert.deepInclude(attempt, { id, orderId: "T1-1", transactionType: "Debit", amount: 1290, currency: "EUR" })
        assert.deepInclude(attempt, { mode: "live", state: "open", openedAt: 10 })
        asked.push(word?.outcome as ResolutionGiven["outcome"] | undefined)
        return word === undefined
          ? { _tag: "NeedsPerson", advice: "look at the terminal" }
          : { _tag: "Settled", by: "server", state: "approved", paid: 1290 }
      }
    }
    assert.isUndefined(await ask(client, journal, tender))
    assert.strictEqual((await ask(client, journal, tender, said))?.outcome, "approved")
    assert.deepStrictEqual(asked, [undefined, "declined"])
    assert.lengthOf(await Effect.runPromise(journal.attempts), 1)
  })

  it("is not looked up forever if the client has another journal", async () => {
    const client = clientThat(() => {
      throw new NotUnsettled({ id: "a1" })
    })
    const problem = await ask(client, await journalWith(), tender).catch((error: Error) => error.message)
    assert.strictEqual(problem, "the client has another journal than the till")
  })
})
