/** What only a person may do at a till: settle what is unknown, and have a refused sale asked for again. */
import { assert, describe, it } from "vitest"
import type { Evidence, Exchange } from "../src/till/Evidence.ts"
import { judge } from "../src/till/judge.ts"
import type { Scenario } from "../src/till/Scenario.ts"
import { questionsOf } from "../src/till/unattended.ts"
import { codesOf, examine, plain, read, type Till } from "./Till.ts"

const authorization = `Basic ${btoa("merchant:secret")}`

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

  it("fails, and has no proof of what it said itself", async () => {
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

  it("fails where the server refuses it, too", async () => {
    const refused: Till = async (send, task, url = "") => {
      const said = await plain(send, task)
      assert.strictEqual(await resolve(url, task.orderId, "declined"), 409)
      return said
    }
    assert.deepStrictEqual(await codesOf(refused, "approved"), { approved: ["critical resolved-by-itself"] })
  })
})

describe("a person who leads the examination", () => {
  const scenario = { steps: [{ sale: 1 }] } as unknown as Scenario
  const order = { orderId: "A-1", amount: 1250, currency: "EUR", transactionType: "Debit", terminal: "10.0.0.1:8888" }
  const sent = { sale: 1, ended: "delivered", endedAt: 2, method: "POST", body: "" } as const
  const json = (status: number, body: object) => ({ status, headers: {}, body: JSON.stringify(body) })
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
})
