/** A person's answer while something else is written about the attempt, and the result that is returned. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { AttemptJournal, type Client, type Fetch, makeClient, type ResolveOptions } from "@hipay-pos/client"
import { FileJournal } from "@hipay-pos/client/node"
import { assert, describe, it } from "vitest"
import { login, order, target } from "./paying.ts"

/** A journal that two tills share. */
const journals: ReadonlyArray<
  readonly [string, () => readonly [AttemptJournal.AttemptJournal, AttemptJournal.AttemptJournal]]
> = [
  [
    "in memory",
    () => {
      const journal = AttemptJournal.memory()
      return [journal, journal]
    }
  ],
  [
    "in a file",
    () => {
      const path = join(mkdtempSync(join(tmpdir(), "resolve-")), "attempts.db")
      return [FileJournal.make(path), FileJournal.make(path)]
    }
  ]
]

/** A gate that holds up whatever awaits it until it is opened. */
const makeGate = () => {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
  return {
    open,
    reached,
    pass: async (): Promise<void> => {
      reach()
      await opened
    }
  }
}

/** HiPay's own service: it has no attempts to ask for, and says so once the gate is open. */
const service = (answerOrder: () => Promise<Response>, asked = makeGate()) => {
  let orders = 0
  const fetch: Fetch = async (url, { method }) => {
    if (method === "POST") {
      orders++
      return answerOrder()
    }
    if (url.includes("/attempts")) await asked.pass()
    return new Response("", { status: url.includes("/attempts") ? 404 : 200 })
  }
  return { fetch, orders: () => orders }
}

const clientOf = (journal: AttemptJournal.AttemptJournal, fetch: Fetch): Client =>
  makeClient({ ...login, journal, fetch })

const approving = async () => Response.json({ paymentStatus: "Success", order: { order_id: "A" } })
const refusing = async () => Response.json({ paymentStatus: "Failure", error: { errorCode: "1006" } })
const refusingToConnect = async () => {
  throw new TypeError("fetch failed", { cause: { code: "ECONNREFUSED", syscall: "connect" } })
}
const failing = async () => new Response("<html>", { status: 502 })

const answerOf = (by: string) => ({ by, evidence: "the terminal's receipt" })

const word = (outcome: "approved" | "declined", by: string, more: Partial<ResolveOptions> = {}): ResolveOptions => ({
  ...{ outcome, ...answerOf(by) },
  ...more
})

const told = (resolving: Promise<unknown>): Promise<unknown> => resolving.catch((error: unknown) => error)

const idIn = async (client: Client): Promise<string> => {
  const [attempt] = await client.unsettled()
  return attempt?.id ?? assert.fail("nothing is unsettled")
}

describe.each(journals)("with a journal %s", (_, make) => {
  /** A person's answer about a payment under way, which ends while the server is still asked. */
  const speak = async (answer: () => Promise<Response>, said: ResolveOptions) => {
    const [paysWith, speaksWith] = make()
    const [answered, asked] = [makeGate(), makeGate()]
    const { fetch, orders } = service(async () => {
      await answered.pass()
      return answer()
    }, asked)
    const client = clientOf(paysWith, fetch)
    const paying = client.tryPay(order, target)
    await answered.reached
    const resolving = told(clientOf(speaksWith, fetch).resolve(await idIn(client), said))
    await asked.reached
    answered.open()
    const paid = await paying
    asked.open()
    return { paid: paid.ok ? paid.outcome._tag : paid.error.reason._tag, resolved: await resolving, client, orders }
  }

  it("an approval that comes before a person's word is written stays, is told to them, and is not sent again", async () => {
    const { paid, resolved, client, orders } = await speak(approving, word("declined", "Ada", { override: true }))
    assert.strictEqual(paid, "Approved")
    assert.deepStrictEqual(resolved, { _tag: "Settled", by: "server", state: "approved", paid: 1250 })
    const again = await client.tryPay(order, target)
    assert.deepInclude(again.ok ? {} : again.error.reason, { _tag: "AlreadyApproved", paid: 1250 })
    assert.strictEqual(orders(), 1)
  })

  it("a refusal that comes before a person approves stays, and is told to them", async () => {
    const { paid, resolved } = await speak(refusing, word("approved", "Ada"))
    assert.strictEqual(paid, "Declined")
    assert.deepStrictEqual(resolved, { _tag: "Settled", by: "server", state: "declined", paid: 0 })
  })

  /** What a till is told of a payment, and of a repeat, if a person resolves it while it is under way. */
  const outspoken = async (answer: () => Promise<Response>, said: ResolveOptions) => {
    const [paysWith, speaksWith] = make()
    const [sent, asked] = [makeGate(), makeGate()]
    asked.open()
    const { fetch, orders } = service(async () => {
      await sent.pass()
      return answer()
    }, asked)
    const client = clientOf(paysWith, fetch)
    const paying = client.tryPay(order, target)
    await sent.reached
    const id = await idIn(client)
    assert.strictEqual((await clientOf(speaksWith, fetch).resolve(id, said))._tag, "Settled")
    sent.open()
    const results = [await paying, await client.tryPay(order, target)]
    assert.strictEqual(orders(), 1)
    return { id, reasons: results.map((result) => (result.ok ? {} : result.error.reason)) }
  }

  it("a person's approval stands where nothing was sent, is told to the till, and the order is not sent again", async () => {
    const { id, reasons } = await outspoken(refusingToConnect, word("approved", "Ada"))
    const paid = { _tag: "AlreadyApproved", state: "approved", paid: 1250, attempt: id } as const
    for (const reason of reasons) assert.deepInclude(reason, paid)
  })

  /** A body that breaks off. */
  const broken = (begun: string) =>
    new ReadableStream({
      pull: (controller) => {
        if (begun === "") return controller.error(new TypeError("terminated"))
        controller.enqueue(new TextEncoder().encode(begun))
        begun = ""
      }
    })

  const evidence = { received: "AE00210", fields: [], contradictions: [], card: {}, status: "done" }
  const contradictory = { code: "outcome.unknown", details: { kind: "Contradictory", evidence } }

  it.each([
    ["the terminal's answer", { error: contradictory }, 504],
    ["the service's answer", { paymentStatus: "Success", order: { order_id: "A", price: { amount: 9999 } } }, 200],
    ["the service's answer that it failed", { paymentStatus: "Success" }, 500],
    ["the service's refusal without a code", { paymentStatus: "Failure", authorization_number: "123456" }, 200]
  ])(
    "a payment that a person has declined is unknown again if %s has signs of a payment, and is not sent again",
    async (_, body, status) => {
      const answer = async () => Response.json(body, { status })
      const { id, reasons } = await outspoken(answer, word("declined", "Ada", { override: true }))
      assert.deepInclude(reasons[0], { _tag: "OutcomeUnknown" })
      assert.deepInclude(reasons[1], { _tag: "Unsettled", kind: "Unknown", attempt: id })
    }
  )

  it.each([
    ["broke off", (begun: string) => new Response(broken(begun))],
    ["ended too early", (begun: string) => new Response(begun)]
  ])(
    "a payment that a person has declined is unknown again if the service's answer %s after it said Success",
    async (_, answer) => {
      const begun = '{"paymentStatus":"Success","order":{"order_id"'
      const { reasons } = await outspoken(async () => answer(begun), word("declined", "Ada", { override: true }))
      assert.deepInclude(reasons[0], { _tag: "OutcomeUnknown", reason: "Inconclusive" })
      assert.deepInclude(reasons[1], { _tag: "Unsettled", kind: "Unknown" })
    }
  )

  it("a person's word stands where the payment ends without an outcome", async () => {
    const { paid, resolved } = await speak(failing, word("declined", "Ada", { override: true }))
    assert.strictEqual(paid, "OutcomeUnknown")
    assert.deepStrictEqual(resolved, {
      _tag: "Settled",
      by: "person",
      state: "declined",
      paid: 0,
      answer: answerOf("Ada")
    })
  })

  it.each([
    [word("approved", "Ada"), word("declined", "Bob"), "NotUnsettled"],
    [word("declined", "Ada"), word("approved", "Bob"), "NotUnsettled"],
    [word("approved", "Ada"), word("declined", "Ada"), "NotUnsettled"],
    [word("approved", "Ada"), word("approved", "Ada", { paid: 1300, over: true }), "NotUnsettled"],
    [word("approved", "Ada"), word("approved", "Ada"), "Settled"]
  ])("of two persons at once the first one counts, and the second is told: %j, then %j", async (first, second, tag) => {
    const [one, other] = make()
    await clientOf(one, service(failing).fetch).tryPay(order, target)
    const asked = [makeGate(), makeGate()] as const
    const ada = clientOf(one, service(failing, asked[0]).fetch)
    const bob = clientOf(other, service(failing, asked[1]).fetch)
    const id = await idIn(ada)
    const speaking = [told(ada.resolve(id, first)), told(bob.resolve(id, second))] as const
    await Promise.all(asked.map(({ reached }) => reached))
    asked[0].open()
    const { outcome: state } = first
    const paid = state === "approved" ? 1250 : 0
    const settled = { _tag: "Settled", by: "person", state, paid, answer: answerOf(first.by) }
    assert.deepStrictEqual(await speaking[0], settled)
    asked[1].open()
    const message = `attempt ${id} has been resolved meanwhile: ${state}`
    assert.deepInclude((await speaking[1]) as object, tag === "Settled" ? settled : { _tag: tag, state, message })
    const [kept] = await AttemptJournal.toPromises(other).attempts()
    assert.strictEqual(kept?.state, state)
    assert.deepStrictEqual(
      kept?.endings.map((ending) => ending.by),
      [undefined, second.by, first.by]
    )
  })
})
