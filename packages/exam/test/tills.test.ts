/** Tills that are bad on purpose, driven through scenarios against the mock: what is found, and that the money is named. */
import { assert, describe, it } from "vitest"
import type { Task } from "../src/till/drive.ts"
import type { Outcome } from "../src/till/Outcome.ts"
import {
  type Answered,
  type Changes,
  codesOf,
  drivenAs,
  examine,
  examineBy,
  examineLed,
  examineLeftOut,
  minorUnits,
  plain,
  read,
  type Send,
  type Till
} from "./Till.ts"

describe("a plain till", () => {
  it("passes if it is correct", async () => {
    const names = ["approved", "declined", "not-started", "exact-amount", "silence", "unknown-504", "refund", "cancel"]
    assert.deepStrictEqual(await codesOf(plain, ...names), Object.fromEntries(names.map((name) => [name, []])))
  })
})

/** Sends the order, and then whatever is to follow an approval or what is unknown. */
const followed =
  (on: "approved" | "unknown", follow: (send: Send, task: Task) => Promise<unknown>): Till =>
  async (send, task) => {
    const outcome = await plain(send, task)
    if (outcome === on) await follow(send, task)
    return outcome
  }

describe("a till that gives money back", () => {
  it("under the id of an unknown order has no proof of a payment, although the Credit succeeds", async () => {
    const till: Till = async (send, { orderId }) => {
      const outcome = read(await send("Debit", orderId))
      return outcome === "unknown" ? read(await send("Credit", orderId)) : outcome
    }
    assert.deepStrictEqual(await codesOf(till, "silence", "unknown-504"), {
      silence: [
        "critical given-back-too-much",
        "critical given-back-while-unknown",
        "critical said-approved-when-unknown"
      ],
      "unknown-504": ["critical given-back-while-unknown", "critical said-approved-when-unknown"]
    })
  })

  it("after each approval gets a finding with the shop's loss", async () => {
    for (const type of ["Credit", "Cancel"]) {
      const till = followed("approved", (send, { orderId }) => send(type, orderId))
      const found = await examine(till, "approved", "exact-amount")
      assert.deepStrictEqual(
        found.map(({ codes }) => codes),
        [["critical taken-back"], ["critical taken-back", "critical taken-back", "critical taken-back"]]
      )
      assert.deepStrictEqual(found[0]?.words, [
        {
          en: "The sale was paid, and the till gave the money back, which it was not asked for: 0.00 EUR of 12.34 EUR is left.",
          fr: "La vente était payée et la caisse a rendu l’argent sans qu’on le lui demande : il reste 0,00 EUR sur 12,34 EUR."
        }
      ])
    }
  })

  it("gets the finding of a lost sale, not of a second payment, if it says so itself", async () => {
    const till: Till = async (send, { orderId }) => {
      const outcome = read(await send("Debit", orderId))
      if (outcome !== "approved") return outcome
      await send("Cancel", orderId)
      return "declined"
    }
    assert.deepStrictEqual(await codesOf(till, "approved"), { approved: ["high taken-back"] })
  })

  it("with an unknown outcome gets a finding with the amount given away, although nothing was charged", async () => {
    const till = followed("unknown", (send, { orderId }) => send("Credit", `${orderId}-R`))
    const [silence, charged] = await examine(till, "silence", "unknown-504")
    assert.deepStrictEqual(silence?.codes, ["critical given-back-too-much", "critical given-back-while-unknown"])
    assert.deepStrictEqual(silence?.words, [
      {
        en: "12.34 EUR more was given back than was charged: the shop loses it.",
        fr: "12,34 EUR ont été rendus en trop : le magasin les perd."
      },
      {
        en: "A Credit was sent while it was not known whether the sale was paid: if it was not, the shop gives 12.34 EUR away.",
        fr: "Un Credit est parti alors qu’on ignorait si la vente était payée : si elle ne l’était pas, le magasin fait cadeau de 12,34 EUR."
      }
    ])
    assert.deepStrictEqual(charged?.codes, ["critical given-back-while-unknown"])
  })

  it("by a cancellation with an unknown outcome gets a finding that it may cancel another customer's payment", async () => {
    const [found] = await examine(
      followed("unknown", (send, { orderId }) => send("Cancel", orderId)),
      "unknown-504"
    )
    assert.deepStrictEqual(found?.words, [
      {
        en: "A Cancel was sent while it was not known whether the sale was paid: a terminal cancels its last payment, which may be another customer's.",
        fr: "Un Cancel est parti alors qu’on ignorait si la vente était payée : un terminal annule son dernier paiement, peut-être celui d’un autre client."
      }
    ])
  })

  it("for a sale that was declined gives it away", async () => {
    const till: Till = async (send, { orderId }) => {
      const outcome = read(await send("Debit", orderId))
      if (outcome === "declined") await send("Credit", `${orderId}-R`)
      return outcome
    }
    const [found] = await examine(till, "declined")
    assert.deepStrictEqual(found?.codes, ["critical given-back-too-much", "critical given-back-unpaid"])
    assert.strictEqual(
      found?.words[1]?.en,
      "A Credit was sent for a sale that was not paid: the shop gives 12.34 EUR away."
    )
  })
})

describe("a till that asks for another amount than the sale's", () => {
  it("fails at its second try as at its first", async () => {
    const tried = new Set<string>()
    const till: Till = async (send, { orderId }) => {
      const isFirst = !tried.has(orderId)
      tried.add(orderId)
      return read(isFirst ? await send("Debit", orderId) : await send("Debit", `${orderId}-2`, { amount: 100 }))
    }
    const [found] = await examine(till, "not-started")
    assert.deepStrictEqual(found?.codes, ["critical wrong-amount"])
    assert.strictEqual(found?.words[0]?.en, "The sale is 12.34 EUR, the order asks for 1.00 EUR.")
  })

  it("is right if it collects the rest", async () => {
    const till: Till = async (send, { orderId, amount }) => {
      const { paid } = await send("Debit", orderId)
      return read(await send("Debit", `${orderId}-2`, { amount: minorUnits(amount) - paid }))
    }
    assert.deepStrictEqual(await codesOf(till, "approved-in-part"), { "approved-in-part": [] })
  })
})

describe("a sale that is paid already", () => {
  it("must be shown as paid if it is presented again", async () => {
    const till: Till = async (send, { orderId }) => {
      const { status, success } = await send("Debit", orderId)
      return success ? "approved" : status === 409 ? "unknown" : "not-started"
    }
    assert.deepStrictEqual(await codesOf(till, "duplicate-order"), {
      "duplicate-order": ["medium said-unknown-when-approved"]
    })
  })
})

describe("an answer that came with 200 and proves nothing", () => {
  const names = ["another-json", "another-order", "failure-unproved"]
  const reading =
    (of: (body: { readonly paymentStatus?: unknown }) => Outcome): Till =>
    async (send, { orderId }) =>
      of((await send("Debit", orderId)).body as { readonly paymentStatus?: unknown })

  it("is unknown to a correct till", async () => {
    assert.deepStrictEqual(
      await codesOf(
        reading(() => "unknown"),
        ...names
      ),
      { "another-json": [], "another-order": [], "failure-unproved": [] }
    )
  })

  it("loses goods if a till takes anything but a Failure, or a Success of any order, for paid", async () => {
    const codes = ["critical said-approved-when-unknown"]
    const all = reading(({ paymentStatus }) => (paymentStatus === "Failure" ? "unknown" : "approved"))
    assert.deepStrictEqual(await codesOf(all, ...names), {
      "another-json": codes,
      "another-order": codes,
      "failure-unproved": []
    })
    const any = reading(({ paymentStatus }) => (paymentStatus === "Success" ? "approved" : "unknown"))
    assert.deepStrictEqual(await codesOf(any, ...names), {
      "another-json": [],
      "another-order": codes,
      "failure-unproved": []
    })
  })

  it("makes the customer pay again if a till takes every Failure for a refusal", async () => {
    const till = reading(({ paymentStatus }) => (paymentStatus === "Failure" ? "declined" : "unknown"))
    assert.deepStrictEqual(await codesOf(till, ...names), {
      "another-json": [],
      "another-order": [],
      "failure-unproved": ["critical said-declined-when-unknown"]
    })
  })

  it("may be followed by the same order again, which gets the true outcome", async () => {
    const again: Till = async (send, { orderId }) => {
      await send("Debit", orderId)
      const { status } = await send("Debit", orderId)
      return status === 200 || status === 409 ? "approved" : "unknown"
    }
    const found = await examine(again, ...names)
    assert.deepStrictEqual(
      found.map(({ codes, charged }) => [codes, charged]),
      names.map(() => [["note repeated-while-unknown"], 1])
    )
  })
})

describe("a till that takes the newest payment of the amount for its own", () => {
  it("has no proof: it belongs to an earlier sale with another order id", async () => {
    const till: Till = async (send, task, url) => {
      const outcome = await plain(send, task)
      if (outcome !== "unknown") return outcome
      const headers = { authorization: `Basic ${btoa("merchant:secret")}` }
      const found = await fetch(`${url}/attempts?state=approved&limit=1`, { headers })
      const { attempts } = (await found.json()) as { readonly attempts: ReadonlyArray<{ readonly amount: number }> }
      return attempts[0]?.amount === minorUnits(task.amount) ? "approved" : "unknown"
    }
    const [found] = await examine(till, "silence")
    assert.deepInclude(found, { codes: ["critical said-approved-when-unknown"], charged: 1 })
  })
})

describe("two sales of one amount that a person makes", () => {
  const selling =
    (...ids: ReadonlyArray<string>) =>
    async (send: Send) => {
      for (const id of ids) await send("Debit", id, { amount: 750 })
    }

  it("are distinguished by their order ids", async () => {
    const [right] = await examineLed(selling("1", "2"), { outcome: "approved" }, "order-id-reuse")
    assert.deepInclude(right, { verdict: "passed", codes: [], charged: 2 })
    const [shared] = await examineLed(selling("1", "1"), {}, "order-id-reuse")
    assert.deepStrictEqual(shared?.codes, ["high no-order"])
  })

  it("end with the till's report about the second one", async () => {
    const twice = async (send: Send) => {
      for (const id of ["1", "2"]) await send("Debit", id)
    }
    for (const [outcome, codes] of [
      ["unknown", []],
      ["approved", ["critical said-approved-when-unknown"]],
      ["declined", ["critical said-declined-when-unknown"]]
    ] as const) {
      const [found] = await examineLed(twice, { outcome }, "silence")
      assert.deepStrictEqual(found?.codes, [...codes])
    }
  })
})

describe("a till that sells nothing", () => {
  it("because it sends no order has nothing to refund or to cancel either", async () => {
    const asks: Till = async (_, __, url) => {
      await fetch(`${url}/v1/connector/healthcheck`)
      return "approved"
    }
    assert.deepStrictEqual(await codesOf(asks, "approved", "refund", "cancel"), {
      approved: ["high no-order"],
      refund: ["high no-order"],
      cancel: ["high no-order"]
    })
  })

  it("because it does not try again although nothing was paid is stuck", async () => {
    const tried = new Set<string>()
    const stuck: Till = async (send, task) => {
      if (tried.has(task.orderId)) return "not-started"
      tried.add(task.orderId)
      return plain(send, task)
    }
    const [found] = await examine(stuck, "not-started")
    assert.deepStrictEqual(found?.codes, ["high nothing-charged"])
    assert.deepStrictEqual(found?.words, [
      {
        en: "The sale could have been paid, and was not: nothing was charged.",
        fr: "La vente pouvait être payée et ne l’a pas été : rien n’a été débité."
      }
    ])
  })

  it("because it pays out instead of charging has sent no order of the sale", async () => {
    const till: Till = async (send, { orderId }) => read(await send("Credit", orderId))
    assert.deepStrictEqual(await codesOf(till, "approved"), {
      approved: ["critical given-back-too-much", "critical given-back-unpaid", "high no-order"]
    })
  })
})

describe("a till whose orders reach no terminal", () => {
  const sending =
    (changes: Changes, transactionType = "Debit"): Till =>
    async (send, { orderId }) =>
      read(await send(transactionType, orderId, changes))
  const names = ["approved", "declined", "exact-amount", "silence"]

  it.each<readonly [string, Changes]>([
    ["at its root", { root: { sandbox_code: "00" } }],
    ["in the order", { order: { sandbox_code: "00" } }],
    ["in the technical information", { technical: { sandbox_code: "00" } }]
  ])("because of a sandbox_code %s is told to leave it out", async (_, changes) => {
    const found = await examine(sending(changes), ...names)
    for (const { codes, words } of found) {
      assert.deepStrictEqual(codes, ["critical no-terminal"])
      assert.deepStrictEqual(words, [
        {
          en: "The order has a sandbox_code, which asks for a test answer: no terminal is woken, nothing is charged, and goods leave unpaid. Leave sandbox_code out.",
          fr: "La commande a un sandbox_code, qui demande une réponse de test : aucun terminal n’est réveillé, rien n’est débité et la marchandise part sans être payée. Retirez sandbox_code."
        }
      ])
    }
  })

  it("because of initialize_payment_terminal gets the hint to set it to true", async () => {
    const found = await examine(sending({ order: { initialize_payment_terminal: false } }), ...names)
    for (const { codes, words } of found) {
      assert.deepStrictEqual(codes, ["critical no-terminal"])
      assert.match(words[0]?.en ?? "", /^The order says initialize_payment_terminal: false: .* set it to true\.$/)
    }
  })

  it("gets an answer that says what to change", async () => {
    const described: Array<unknown> = []
    const till: Till = async (send, { orderId }) => {
      for (const changes of [{ root: { sandbox_code: "00" } }, { order: { initialize_payment_terminal: false } }]) {
        const { status, body } = await send("Debit", orderId, changes)
        const { error } = body as { readonly error?: { readonly description?: unknown } }
        described.push(status, error?.description)
      }
      return "not-started"
    }
    await examine(till, "approved")
    assert.deepStrictEqual(described, [
      400,
      "An examination counts what terminals charge, and this order wakes none. Leave out sandbox_code.",
      400,
      "An examination counts what terminals charge, and this order wakes none. Leave out initialize_payment_terminal, or set it to true."
    ])
  })

  it("because the server refuses them was not examined, and gets the reason", async () => {
    const found = await examine(sending({}, "debit"), ...names)
    for (const { codes, words } of found) {
      assert.deepStrictEqual(codes, ["high order-refused"])
      assert.strictEqual(
        words[0]?.en,
        'The server refused the order, and nothing reached a terminal: order.transaction_type: expected one of Debit, Credit, Cancel, got "debit".'
      )
    }
  })
})

describe("an amount that is not a whole number of minor units", () => {
  it("is reported as it was sent, not as another amount", async () => {
    for (const [amount, got] of [
      ["1234", '"1234"'],
      [12.34, "12.34"],
      [0, "0"]
    ] as const) {
      const till: Till = async (send, { orderId }) => {
        await send("Debit", orderId, { order: { price: { amount, currency: "EUR" } } })
        return "not-started"
      }
      const [found] = await examine(till, "approved")
      assert.deepStrictEqual(found?.codes, ["high order-refused"])
      assert.include(found?.words[0]?.en, `order.price.amount: expected `)
      assert.include(found?.words[0]?.en, `, got ${got}.`)
    }
  })
})

describe("a till that sends a refused order again, changed", () => {
  const line = { type: "good", product_reference: "R", quantity: 1, name: "A", unit_price: 1, tax_rate: 0 }
  const refused = { order: { basket: [{ type: "good", product_reference: "R", name: "A", unit_price: 99 }] } }

  it("is examined by the order that was served", async () => {
    const till: Till = async (send, { orderId }) => {
      assert.strictEqual((await send("Debit", orderId, refused)).status, 400)
      return read(await send("Debit", orderId))
    }
    assert.deepStrictEqual(await codesOf(till, "approved", "declined"), { approved: [], declined: [] })
  })

  it.each([
    ["a field is missing", refused],
    ["the basket does not add up", { order: { basket: [{ ...line, total_amount: 1 }] } }]
  ])("is examined by the order that was served, not by the one in which %s", async (_, changes) => {
    const careless: Till = async (send, { orderId }) => {
      assert.strictEqual((await send("Debit", orderId, changes)).status, 400)
      try {
        const { status } = await send("Debit", orderId)
        return status === 200 ? "approved" : "declined"
      } catch {
        return "declined"
      }
    }
    assert.deepStrictEqual(await codesOf(careless, "declined", "unknown-504", "cut-in-body"), {
      declined: ["critical said-approved-when-declined"],
      "unknown-504": ["critical said-declined-when-unknown"],
      "cut-in-body": ["critical said-declined-when-unknown"]
    })
  })
})

interface Summary {
  readonly orderId?: string
  readonly state?: Outcome | "open"
}

/** Sends the order asynchronously, and says how it ended by the events of its attempt or of all, which it then leaves. */
const following =
  (what: "own" | "all"): Till =>
  async (send, { orderId }, url) => {
    const headers = { authorization: `Basic ${btoa("merchant:secret")}` }
    const follow = (path: string) => fetch(`${url}${path}/events`, { headers })
    const all = what === "all" ? await follow("/attempts") : undefined
    const { location } = await send("Debit", orderId, { headers: { prefer: "respond-async" } })
    const { body } = all ?? (await follow(String(location)))
    let text = ""
    for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? assert.fail()) {
      text += piece
      for (const [, data = ""] of text.matchAll(/^data: (.*)\n/gm)) {
        const { orderId: of, state } = JSON.parse(data) as Summary
        if (of === orderId && state !== undefined && state !== "open") return state
      }
    }
    return assert.fail("the stream ended")
  }

describe("a till that follows events", () => {
  it.each(["own", "all"] as const)(
    "of %s attempts has been told how it ended, whether it says so or not",
    async (what) => {
      const till = following(what)
      const silent: Till = async (...args) => {
        await till(...args)
        return undefined
      }
      for (const each of [till, silent]) {
        assert.deepStrictEqual(await codesOf(each, "approved", "declined"), { approved: [], declined: [] })
      }
    }
  )
})

describe("a till whose login is refused", () => {
  const sending =
    (count: number): Till =>
    async (send, { orderId }) => {
      let outcome: Outcome = "unknown"
      for (let sent = 0; sent < count; sent++) outcome = read(await send("Debit", orderId))
      return outcome
    }

  it("may try a few times, and no more", async () => {
    assert.deepStrictEqual(await codesOf(sending(3), "unauthorized"), { unauthorized: [] })
    const [found] = await examine(sending(16), "unauthorized")
    assert.deepStrictEqual(found?.codes, ["medium refused-login-repeated"])
    assert.match(found?.words[0]?.en ?? "", /^The login was refused, and the till sent 16 orders with it: /)
  })

  it("says that nothing was paid, not that it does not know", async () => {
    const till: Till = async (send, task) => {
      await plain(send, task)
      return "unknown"
    }
    assert.deepStrictEqual(await codesOf(till, "unauthorized"), {
      unauthorized: ["medium said-unknown-when-not-started"]
    })
  })

  it("is answered as the server answers a wrong password", async () => {
    const answers: Array<Answered> = []
    const till: Till = async (send, { orderId }) => {
      answers.push(await send("Debit", orderId, { password: "changed" }), await send("Debit", orderId))
      return "not-started"
    }
    assert.deepStrictEqual(await codesOf(till, "unauthorized"), { unauthorized: [] })
    const [wrong, refused] = answers
    assert.strictEqual(wrong?.status, 401)
    assert.deepStrictEqual(refused, wrong)
  })
})

describe("a till with another login than the examination's", () => {
  it("gets a finding about the login, not about missing orders", async () => {
    const till: Till = async (send, { orderId }) => read(await send("Debit", orderId, { password: "changed" }))
    const found = await examine(till, "approved", "unauthorized")
    assert.deepStrictEqual(
      found.map(({ codes }) => codes),
      [["high wrong-login"], ["high wrong-login"]]
    )
    assert.deepStrictEqual(found[0]?.words, [
      {
        en: "The till's orders came with another login than the examination's, such as one with a space (merchant+NAME), or with none (HTTP 401): nothing can be sold.",
        fr: "Les commandes de la caisse sont arrivées avec un autre identifiant que celui de l’examen, par exemple avec un espace (merchant+NOM), ou sans identifiant (HTTP 401) : rien ne peut être vendu."
      }
    ])
    assert.deepStrictEqual(found[0]?.requests, [["POST", "/v1/connector/order"]])
  })

  it("as in a space of the mock, where nothing could be examined", async () => {
    const found = await examine(
      (send, task) => plain((...order) => send(order[0], order[1], { username: "merchant+till1" }), task),
      "approved",
      "declined"
    )
    assert.deepStrictEqual(
      found.map(({ codes, charged }) => [codes, charged]),
      [
        [["high wrong-login"], 0],
        [["high wrong-login"], 0]
      ]
    )
  })
})

describe("a till that writes a byte order mark before its JSON", () => {
  it("is examined as the servers read it", async () => {
    const till: Till = async (send, { orderId }) => read(await send("Debit", orderId, { mark: "\uFEFF" }))
    assert.deepStrictEqual(await codesOf(till, "approved", "declined"), { approved: [], declined: [] })
  })
})

describe("a till that has given money back as requested", () => {
  it("must say so: a refund that it calls declined would be made again", async () => {
    const till: Till = async (send, task) => {
      const outcome = await plain(send, task)
      return task.action === "pay" ? outcome : "declined"
    }
    const found = await examine(till, "refund", "cancel")
    for (const { codes, words } of found) {
      assert.deepStrictEqual(codes, ["critical said-declined-when-given-back"])
      assert.strictEqual(
        words[0]?.en,
        'The money was given back, and the till says "declined": 12.34 EUR may be given back once more, in cash or to the card.'
      )
    }
  })
})

describe("a till at an AppNepting terminal", () => {
  const technical = {
    device_information: { serial_number: "1850320198", manufacturer: "PAX" },
    terminal_transaction_display: { protocol: "AppNepting" }
  }

  it("cannot cancel, which is not a fault of its own: it is not examined", async () => {
    const till: Till = async (send, { orderId, action }) =>
      read(await send(action === "pay" ? "Debit" : action === "refund" ? "Credit" : "Cancel", orderId, { technical }))
    const found = await examine(till, "approved", "refund", "cancel")
    assert.deepStrictEqual(
      found.map(({ codes, missing }) => [codes, missing]),
      [
        [[], undefined],
        [[], undefined],
        [[], "concert"]
      ]
    )
  })

  it("is not examined with a person either", async () => {
    const sold = async (send: Send) => {
      await send("Debit", "S", { technical })
      await send("Cancel", "S", { technical })
    }
    const [found] = await examineLed(sold, { outcome: "declined" }, "cancel")
    assert.deepStrictEqual([found?.codes, found?.missing], [[], "concert"])
  })

  it("is examined if the cancellation charges again instead of being refused", async () => {
    const till: Till = async (send, { orderId, action }) => {
      if (action === "pay") return read(await send("Debit", orderId, { technical }))
      const outcome = read(await send("Cancel", orderId, { technical }))
      await send("Debit", `${orderId}-2`, { technical })
      return outcome
    }
    const [found] = await examine(till, "cancel")
    assert.deepInclude(found, { verdict: "failed", missing: undefined, charged: 2 })
    assert.include(found?.codes ?? [], "critical charged-twice")
  })
})

/** Sends orders under new ids until one is not unknown. */
const trying = async (send: Send, type: string, orderId: string, changes?: Changes): Promise<Outcome> => {
  for (let tries = 1; tries <= 3; tries++) {
    const outcome = read(await send(type, `${orderId}-${tries}`, changes))
    if (outcome !== "unknown") return outcome
  }
  return "unknown"
}

describe("a refund with a lost answer", () => {
  /** What a till says of its refund, whatever is answered. */
  const saying =
    (outcome: Outcome): Till =>
    async (send, task) => {
      const answered = await plain(send, task)
      return task.action === "pay" ? answered : outcome
    }

  it("is unknown to a correct till, which may send it again under the same order id", async () => {
    assert.deepStrictEqual(await codesOf(plain, "refund-lost"), { "refund-lost": [] })
    const again: Till = async (send, { orderId, action }) => {
      if (action === "pay") return read(await send("Debit", orderId))
      for (const _ of [1, 2]) assert.notStrictEqual((await send("Credit", `${orderId}-R`)).status, 200)
      return "unknown"
    }
    const [found] = await examine(again, "refund-lost")
    assert.deepInclude(found, { codes: ["note repeated-while-unknown"], charged: 2 })
  })

  it("is lost for a till, too, that looks at its sale before by the same order again", async () => {
    const till: Till = async (send, { orderId, action }) => {
      await send("Debit", orderId)
      if (action === "pay") return "approved"
      return (await send("Credit", orderId)).status === 200 ? "approved" : "declined"
    }
    assert.deepStrictEqual(await codesOf(till, "refund-lost"), {
      "refund-lost": ["critical said-declined-when-unknown"]
    })
  })

  it("is given twice by a till that sends it again under another order id", async () => {
    const till: Till = async (send, { orderId, action }) =>
      action === "pay" ? read(await send("Debit", orderId)) : trying(send, "Credit", orderId)
    const [found] = await examine(till, "refund-lost")
    assert.deepInclude(found, {
      codes: ["critical given-back-too-much", "critical another-refund-while-unknown"],
      charged: 3
    })
    assert.deepStrictEqual(found?.words[1], {
      en: "Another Credit over 12.34 EUR was sent while it was not known whether the first one gave the money back: the shop may give it back twice.",
      fr: "Un autre Credit de 12,34 EUR est parti alors qu’on ignorait si le premier avait rendu l’argent : le magasin peut le rendre deux fois."
    })
  })

  it("must not be called done, nor refused, by the till", async () => {
    for (const outcome of ["declined", "not-started", "approved"] as const) {
      assert.deepStrictEqual(await codesOf(saying(outcome), "refund-lost"), {
        "refund-lost": [`critical said-${outcome}-when-unknown`]
      })
    }
  })

  it("is the subject of the person's last answer, not the sale before", async () => {
    const sold = async (send: Send) => {
      await send("Debit", "S")
      await send("Credit", "S-R")
    }
    for (const [outcome, codes] of [
      ["unknown", []],
      ["approved", ["critical said-approved-when-unknown"]],
      ["declined", ["critical said-declined-when-unknown"]]
    ] as const) {
      const [found] = await examineLed(sold, { outcome }, "refund-lost")
      assert.deepStrictEqual(found?.codes, [...codes])
    }
  })
})

describe("a part payment with a lost answer", () => {
  /** Sends the order, whose answer is cut off the first time, and then once more under the same order id. */
  const repeating =
    (go: (send: Send, orderId: string, paid: number) => Promise<Outcome>): Till =>
    async (send, { orderId }) => {
      const first = await send("Debit", orderId).catch(() => undefined)
      const { status, body } = first ?? (await send("Debit", orderId))
      assert.strictEqual(status, 409)
      const { error } = body as { readonly error: { readonly details: { readonly paid: number } } }
      return go(send, orderId, error.details.paid)
    }
  /** What fails the till. */
  const failuresOf = async (till: Till) => {
    const [found] = await examine(till, "part-lost")
    return found?.codes.filter((code) => !code.startsWith("note"))
  }

  it("is told to the same order id, and its rest is collected or left to the cashier", async () => {
    const collecting = repeating(async (send, orderId, paid) => {
      const rest = await send("Debit", `${orderId}-rest`, { amount: 1234 - paid })
      // The sale is finished again: its rest was collected before.
      return rest.status === 409 ? "approved" : read(rest)
    })
    assert.deepStrictEqual(await failuresOf(collecting), [])
    assert.deepStrictEqual(await failuresOf(repeating(async () => "approved-in-part")), [])
  })

  it("is unknown to a till that does not ask again", async () => {
    const sent = new Set<string>()
    const till: Till = async (send, { orderId }) => {
      if (sent.has(orderId)) return "unknown"
      sent.add(orderId)
      return send("Debit", orderId).then(
        () => assert.fail("the answer arrived"),
        () => "unknown"
      )
    }
    assert.deepStrictEqual(await failuresOf(till), [])
  })

  it("may be learnt after the till has said unknown: a cashier collects the rest", async () => {
    let asksAgain = async (): Promise<unknown> => assert.fail("the till sent nothing")
    const till: Till = async (send, { orderId }) => {
      asksAgain = () => send("Debit", orderId)
      await asksAgain().catch(() => undefined)
      return "unknown"
    }
    const [found] = await examineBy(drivenAs(till), ["part-lost"], { later: () => asksAgain() })
    assert.deepStrictEqual(found?.codes, ["note repeated-while-unknown"])
  })

  it("may be learnt just before the till says unknown", async () => {
    assert.deepStrictEqual(await failuresOf(repeating(async () => "unknown")), [])
  })

  it("is not the whole because it was paid before", async () => {
    const till = repeating(async () => "approved")
    assert.deepStrictEqual(await failuresOf(till), ["critical rest-forgotten"])
  })

  it("is not the whole because the same sale was paid before, to a till that does not ask again by itself", async () => {
    const till: Till = async (send, { orderId }) => {
      const answered = await send("Debit", orderId).catch(() => undefined)
      return answered === undefined ? "unknown" : "approved"
    }
    assert.deepStrictEqual(await failuresOf(till), ["critical rest-forgotten"])
  })

  it("is shown with the answer that tells how much was paid", async () => {
    // Asks for the attempt, so that only that answer tells it.
    let hasAsked = false
    const till: Till = async (send, { orderId }, url) => {
      if (hasAsked) return "approved"
      hasAsked = true
      assert.isUndefined(await send("Debit", orderId).catch(() => undefined))
      const headers = { authorization: `Basic ${btoa("merchant:secret")}` }
      assert.strictEqual((await fetch(`${url}/attempts?orderId=${orderId}`, { headers })).status, 200)
      return "approved"
    }
    const [found] = await examine(till, "part-lost")
    assert.deepStrictEqual(found?.codes, ["critical rest-forgotten"])
    assert.deepStrictEqual(
      found?.requests.map(([method]) => method),
      ["POST", "GET"]
    )
  })

  it("is not followed by the whole under another order id", async () => {
    const till = repeating(async (send, orderId) => read(await send("Debit", `${orderId}-again`)))
    assert.include((await failuresOf(till)) ?? [], "critical charged-too-much")
  })
})

describe("the rest of a part payment with a lost answer", () => {
  const resting =
    (rest: (send: Send, orderId: string, changes: Changes) => Promise<Outcome>): Till =>
    async (send, { orderId, amount }) => {
      const { paid } = await send("Debit", orderId)
      return rest(send, `${orderId}-rest`, { amount: minorUnits(amount) - paid })
    }
  const once = (outcome: Outcome) =>
    resting(async (send, orderId, changes) => {
      assert.strictEqual(read(await send("Debit", orderId, changes)), "unknown")
      return outcome
    })

  it("leaves a part paid, and the rest unknown", async () => {
    for (const outcome of ["unknown", "approved-in-part"] as const) {
      assert.deepStrictEqual(await codesOf(once(outcome), "rest-lost"), { "rest-lost": [] })
    }
    assert.deepStrictEqual(await codesOf(once("approved"), "rest-lost"), {
      "rest-lost": ["critical said-approved-when-unknown"]
    })
    assert.deepStrictEqual(await codesOf(once("declined"), "rest-lost"), {
      "rest-lost": ["critical said-declined-when-approved-in-part"]
    })
  })

  it("is paid twice if it is collected again under another order id", async () => {
    const till = resting((send, orderId, changes) => trying(send, "Debit", orderId, changes))
    const [found] = await examine(till, "rest-lost")
    assert.deepInclude(found, {
      codes: ["critical charged-too-much", "critical another-order-while-unknown"],
      charged: 3
    })
  })

  it("may be the part that is given back instead: that is unknown then", async () => {
    const till: Till = async (send, { orderId }) => {
      const { paid } = await send("Debit", orderId)
      return read(await send("Credit", `${orderId}-R`, { amount: paid }))
    }
    assert.deepStrictEqual(await codesOf(till, "rest-lost"), { "rest-lost": [] })
  })
})

describe("a till that says that something is not possible", () => {
  it("is not examined if no order of it came, and earlier charges stay recorded", async () => {
    const till: Till = async (send, task) =>
      task.action === "pay" && task.currency === "EUR" ? plain(send, task) : "not-possible"
    const found = await examine(till, "refund", "cancel", "zero-decimals")
    for (const [index, charged] of [1, 1, 0].entries()) {
      assert.deepInclude(found[index], { verdict: "not-examined", missing: "left-out", codes: [], charged })
    }
  })

  it("after it has charged a hundred times the amount fails for the charge", async () => {
    const till: Till = async (send, { orderId }) => {
      await send("Debit", orderId, { amount: 120_000 })
      return "not-possible"
    }
    const [found] = await examine(till, "zero-decimals")
    assert.deepInclude(found, { verdict: "failed", missing: undefined, charged: 1 })
    assert.includeMembers(found?.codes ?? [], [
      "critical charged-too-much",
      "critical wrong-amount",
      "critical said-not-possible-when-approved"
    ])
    assert.include(
      found?.words.map(({ en }) => en) ?? [],
      'The card was charged, and the till says "not-possible": the customer pays 1200 JPY again.'
    )
  })

  it("after it has given the money back, once or twice, is judged for that", async () => {
    for (const [times, codes] of [
      [1, ["critical said-not-possible-when-given-back"]],
      [2, ["critical given-back-too-much", "critical said-not-possible-when-given-back"]]
    ] as const) {
      const till: Till = async (send, task) => {
        if (task.action === "pay") return plain(send, task)
        for (let time = 0; time < times; time++) await send("Credit", `${task.orderId}-${time}`)
        return "not-possible"
      }
      const [found] = await examine(till, "refund")
      assert.deepInclude(found, { verdict: "failed", missing: undefined, codes: [...codes], charged: 1 + times })
    }
  })

  it("still fails for charging twice in a step that it could do", async () => {
    const till: Till = async (send, task) => {
      if (task.action !== "pay") return "not-possible"
      await send("Debit", `${task.orderId}-2`)
      return plain(send, task)
    }
    const [found] = await examine(till, "refund")
    assert.deepInclude(found, { verdict: "failed", missing: undefined, codes: ["critical charged-twice"] })
  })
})

describe("a scenario that a person leaves out", () => {
  it("is not examined, though they had begun with it", async () => {
    let id = 0
    const found = await examineLeftOut((send) => send("Debit", `${++id}`), "refund", "cancel")
    for (const each of found) {
      assert.deepInclude(each, { verdict: "not-examined", missing: "left-out", codes: [], charged: 1 })
    }
  })

  it("fails if the money is already wrong", async () => {
    const twice = async (send: Send) => {
      for (const id of ["1", "2"]) await send("Debit", id)
    }
    const [charged] = await examineLeftOut(twice, "refund")
    assert.deepInclude(charged, { verdict: "failed", missing: undefined, codes: ["critical charged-twice"] })
    const [asked] = await examineLeftOut((send) => send("Debit", "1", { amount: 123_400 }), "refund")
    assert.deepInclude(asked, { verdict: "failed", codes: ["critical charged-too-much", "critical wrong-amount"] })
  })
})

describe("a part that was paid", () => {
  /** Gives back so many minor units of a part, and says how the sale ended. */
  const returning =
    (amountOf: (paid: number, asked: number) => number, said: Outcome | undefined): Till =>
    async (send, { orderId, amount }) => {
      const { paid } = await send("Debit", orderId)
      await send("Credit", `${orderId}-R`, { amount: amountOf(paid, minorUnits(amount)) })
      return said
    }
  const all = (paid: number) => paid

  it("may be given back: the sale is not paid then, and saying nothing is right too", async () => {
    for (const said of ["declined", "not-started", undefined] as const) {
      assert.deepStrictEqual(await codesOf(returning(all, said), "approved-in-part"), { "approved-in-part": [] })
    }
  })

  it("and was given back leaves nothing paid", async () => {
    for (const said of ["approved", "approved-in-part"] as const) {
      const [found] = await examine(returning(all, said), "approved-in-part")
      assert.deepStrictEqual(found?.codes, ["critical rest-forgotten"])
      assert.match(found?.words[0]?.en ?? "", /^0\.00 EUR of 12\.34 EUR was paid, .*: the shop loses 12\.34 EUR\.$/)
    }
  })

  /** Gives back so many minor units of a part, then orders the whole anew. */
  const payingAnew =
    (transactionType: "Cancel" | "Credit", amountOf: (paid: number) => number): Till =>
    async (send, { orderId }) => {
      const { paid } = await send("Debit", orderId)
      const of = transactionType === "Cancel" ? orderId : `${orderId}-R`
      assert.isTrue((await send(transactionType, of, { amount: amountOf(paid) })).success)
      return read(await send("Debit", `${orderId}-2`))
    }

  it("may be given back, and the whole be paid by another card", async () => {
    for (const type of ["Cancel", "Credit"] as const) {
      assert.deepStrictEqual(await codesOf(payingAnew(type, all), "approved-in-part"), { "approved-in-part": [] })
    }
  })

  it("and was given back in part leaves less than the whole to pay", async () => {
    assert.deepStrictEqual(
      await codesOf(
        payingAnew("Credit", (paid) => paid - 1),
        "approved-in-part"
      ),
      { "approved-in-part": ["critical charged-too-much", "critical another-order-after-payment"] }
    )
  })

  it("is not the whole that is given back", async () => {
    assert.deepStrictEqual(
      await codesOf(
        returning((_, asked) => asked, "declined"),
        "approved-in-part"
      ),
      {
        "approved-in-part": ["critical given-back-too-much"]
      }
    )
  })
})
