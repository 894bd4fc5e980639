/** What only a person may do at a till: settle what is unknown, and have a refused sale asked for again. */
import { assert, describe, it } from "vitest"
import type { Evidence, Exchange } from "../src/till/Evidence.ts"
import { judge } from "../src/till/judge.ts"
import type { Scenario } from "../src/till/Scenario.ts"
import { questionsOf } from "../src/till/unattended.ts"
import { codesOf, examine, plain, read, type Till } from "./Till.ts"

const authorization = `Basic ${btoa("merchant:secret")}`

const scenario = { steps: [{ sale: 1 }] } as unknown as Scenario
const order = { orderId: "A-1", amount: 1250, currency: "EUR", transactionType: "Debit", terminal: "10.0.0.1:8888" }
const sent = { sale: 1, ended: "delivered", endedAt: 2, method: "POST", body: "" } as const
const json = (status: number, body: object) => ({ status, headers: {}, body: JSON.stringify(body) })
const refusal = { paymentStatus: "Failure", error: { errorCode: "04" } }
const success = { paymentStatus: "Success", order: { price: { amount: 1250 } } }

/** Asks for the attempt of an order and resolves it. */
const resolve = async (url: string, orderId: string, outcome: "approved" | "declined"): Promise<number> => {
  const found = await fetch(`${url}/attempts?q=${orderId}`, { headers: { authorization } })
  const { attempts } = (await found.json()) as { readonly attempts: ReadonlyArray<{ readonly id: string }> }
  const { status } = await fetch(`${url}/attempts/${attempts[0]?.id}/resolve`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ outcome, by: "till", evidence: "no answer", override: true })
  })
  return status
}

/** Resolves what is unknown, and says so. */
const resolving =
  (outcome: "approved" | "declined"): Till =>
  async (send, task, url = "") => {
    const said = await plain(send, task)
    if (said !== "unknown") return said
    assert.strictEqual(await resolve(url, task.orderId, outcome), 200)
    return outcome
  }

describe("a driven till that resolves its unknown payments", () => {
  const names = ["silence", "unknown-504"]

  it("fails, and its own resolution is no proof", async () => {
    const found = await examine(resolving("declined"), ...names)
    for (const { codes, words } of found) {
      assert.deepStrictEqual(codes, ["critical resolved-by-itself", "critical said-declined-when-unknown"])
      assert.deepStrictEqual(words[0], {
        en: "The till resolved an unknown payment by itself: without a person who looks at the terminal, the customer may pay twice, or goods may leave unpaid.",
        fr: "La caisse a régularisé elle-même un paiement inconnu : sans personne pour regarder le terminal, le client peut payer deux fois, ou la marchandise partir sans être payée."
      })
    }
  })

  it("learns nothing of it by asking for the attempt, or by the order again", async () => {
    const asking: Till = async (send, task, url = "") => {
      const said = await resolving("approved")(send, task, url)
      if (said !== "approved") return said
      const found = await fetch(`${url}/attempts?q=${task.orderId}`, { headers: { authorization } })
      await found.text()
      assert.strictEqual((await send("Debit", task.orderId)).status, 409)
      return "approved"
    }
    assert.deepStrictEqual(await codesOf(asking, "unknown-504"), {
      "unknown-504": [
        "critical resolved-by-itself",
        "critical said-approved-when-unknown",
        "note repeated-while-unknown"
      ]
    })
  })

  it("may not have the sale paid under another order id", async () => {
    const paying: Till = async (send, task, url = "") => {
      const said = await resolving("declined")(send, task, url)
      return said === "declined" ? read(await send("Debit", `${task.orderId}-2`)) : said
    }
    assert.deepStrictEqual(await codesOf(paying, "silence"), {
      silence: ["critical another-order-while-unknown", "critical resolved-by-itself"]
    })
  })

  it("also fails if the server refuses it", async () => {
    const refused: Till = async (send, task, url = "") => {
      const said = await plain(send, task)
      assert.strictEqual(await resolve(url, task.orderId, "declined"), 409)
      return said
    }
    assert.deepStrictEqual(await codesOf(refused, "approved"), { approved: ["critical resolved-by-itself"] })
  })
})

describe("a driven till that gets a refusal", () => {
  const loop: Till = async (send, { orderId }) => {
    const outcome = read(await send("Debit", orderId))
    return outcome === "declined" ? read(await send("Debit", `${orderId}-2`)) : outcome
  }

  it("must not send the order again on its own, under another order id or under the same one", async () => {
    const same: Till = async (send, task) => {
      const outcome = await plain(send, task)
      return outcome === "declined" ? plain(send, task) : outcome
    }
    for (const till of [loop, same]) {
      const found = await examine(till, "approved", "declined", "red-key")
      assert.deepStrictEqual(
        found.map(({ codes }) => codes),
        [[], ["high paid-again-by-itself"], ["high paid-again-by-itself"]]
      )
      assert.deepStrictEqual(found[1]?.words, [
        {
          en: "The payment was declined, and the till sent another order by itself: the terminal asks for a card again though the customer may have left, and the next one in the queue might pay.",
          fr: "Le paiement était refusé et la caisse a envoyé d’elle-même une autre commande : le terminal redemande une carte alors que le client est peut-être parti, et le suivant pourrait payer."
        }
      ])
    }
  })

  it("by asking for the attempt must not do so either", async () => {
    const till: Till = async (send, { orderId }, url = "") => {
      const { location } = await send("Debit", orderId, { headers: { prefer: "respond-async" } })
      const events = await fetch(`${url}${location}/events`, { headers: { authorization } })
      const declined = (await events.text()).includes('"state":"declined"')
      return declined ? read(await send("Debit", `${orderId}-2`)) : "approved"
    }
    assert.deepStrictEqual(await codesOf(till, "approved", "declined"), {
      approved: [],
      declined: ["high paid-again-by-itself"]
    })
  })

  it("is right if the sale, or another one, is requested again", () => {
    const drive = { sale: 1, orderId: "A-1", amount: 1250, currency: "EUR", action: "pay", said: {} } as const
    const again = { ...sent, id: 2, at: 6, endedAt: 7, path: "/v1/connector/order", order, answer: json(200, success) }
    const declined = { ...again, id: 1, at: 0, endedAt: 2, answer: json(200, refusal) }
    const codes = (drives: Evidence["drives"], exchanges: ReadonlyArray<Exchange> = [declined, again]) =>
      judge(scenario, { exchanges, charges: [], drives, answers: {}, headless: true })
        .filter(({ severity }) => severity === "high")
        .map(({ code }) => code)
    const once = { ...drive, startedAt: 0, endedAt: 9 }
    assert.deepStrictEqual(codes([once]), ["paid-again-by-itself"])
    assert.deepStrictEqual(
      codes([
        { ...once, endedAt: 3 },
        { ...once, startedAt: 4 }
      ]),
      []
    )
    // Two at the same time: either may have sent it.
    assert.deepStrictEqual(codes([once, once]), [])
    assert.deepStrictEqual(codes([once], [declined, { ...again, sale: 2 }]), [])
    const refund = { ...again, order: { ...order, transactionType: "Credit" } }
    assert.deepStrictEqual(codes([once], [declined, refund]), [])
  })
})

describe("a person who leads the examination", () => {
  const details = { attempt: "/attempts/one" }
  const attempt = { id: "one", orderId: "A-1", transactionType: "Debit", state: "declined" }
  const exchanges: ReadonlyArray<Exchange> = [
    { ...sent, id: 1, at: 0, path: "/v1/connector/order", order, answer: json(504, { error: { details } }) },
    { ...sent, id: 2, at: 3, endedAt: 4, path: "/attempts/one/resolve", answer: json(200, attempt) }
  ]
  const evidence: Evidence = {
    exchanges,
    charges: [],
    drives: [
      {
        ...{ sale: 1, orderId: "", amount: 1250, currency: "EUR", action: "pay", startedAt: 0, endedAt: 9 },
        said: { outcome: "declined" }
      }
    ],
    answers: {},
    headless: false
  }
  const codesFor = (answers: Evidence["answers"]) => judge(scenario, { ...evidence, answers }).map(({ code }) => code)

  it("may resolve, and is asked whether it was them once it was done", () => {
    assert.deepStrictEqual(questionsOf(scenario, exchanges.slice(0, 1)), [])
    assert.deepStrictEqual(
      questionsOf(scenario, exchanges).map(({ name }) => name),
      ["resolved-by-person"]
    )
    assert.deepStrictEqual(codesFor({}), [])
    assert.deepStrictEqual(codesFor({ "resolved-by-person": true }), [])
    assert.deepStrictEqual(codesFor({ "resolved-by-person": false }), ["no-resolved-by-person"])
  })

  it("may pay again after a refusal, and is asked whether it was them", () => {
    const path = "/v1/connector/order"
    const refused = { ...sent, id: 1, at: 0, path, order, answer: json(200, refusal) }
    const again = { ...sent, id: 2, at: 3, endedAt: 4, path, order, answer: json(200, success) }
    assert.deepStrictEqual(
      questionsOf(scenario, [refused, again]).map(({ name }) => name),
      ["paid-again-by-person"]
    )
    assert.deepStrictEqual(questionsOf(scenario, [refused]), [])
    const codesFor = (answers: Evidence["answers"]) =>
      judge(scenario, { ...evidence, exchanges: [refused, again], answers, drives: [] }).map(({ code }) => code)
    assert.deepStrictEqual(codesFor({ "paid-again-by-person": true }), [])
    assert.deepStrictEqual(codesFor({ "paid-again-by-person": false }), ["no-paid-again-by-person"])
  })
})
