/** The explanation of an error, in both languages. */
import { readFileSync } from "node:fs"
import {
  AlreadyApproved,
  AlreadyReversed,
  NotStarted,
  OrderIdConflict,
  OutcomeUnknown,
  PosClientError,
  Unsettled
} from "@hipay-pos/client"
import { explain } from "@hipay-pos/client/explain"
import { makeFakeClient } from "@hipay-pos/client/testing"
import { assert, describe, it } from "vitest"
import { codeAdvice } from "../src/codeAdvice.ts"

const source = readFileSync(new URL("../src/PosClientError.ts", import.meta.url), "utf8")

/** The members of a union type in the source: each needs its sentences. */
const kindsOf = (type: string): ReadonlyArray<string> => {
  const [, union = ""] = new RegExp(`type ${type} =\\n((?:.*\\n)*?)\\n`).exec(source) ?? []
  return [...union.matchAll(/^ {2}\| "(\w+)"/gm)].map(([, kind = ""]) => kind)
}

/** The result of an answer with this code. */
const advised = (code: string) => {
  const next = codeAdvice(code)
  return next === undefined ? { code } : { code, next }
}

const detail = "fetch failed: ECONNREFUSED 10.0.0.1"
const errors = [
  ...kindsOf("NotStartedKind").map((kind) => new NotStarted({ kind: kind as NotStarted["kind"], detail })),
  new NotStarted({ kind: "Rejected", detail, status: 401 }),
  ...[
    "terminal.unresolved",
    "unavailable.terminal.bad.request",
    "busy.terminal.bad.request",
    "unknown.terminal.bad.request",
    "passphrase.not.set",
    "cancel.not.the.last",
    "attempt.not.recorded",
    "server.closing"
  ].map((code) => new NotStarted({ kind: "Rejected", detail, status: 400, ...advised(code) })),
  ...["1002", "1004"].map((code) => new NotStarted({ kind: "Reported", detail, status: 200, ...advised(code) })),
  ...kindsOf("OutcomeUnknownKind").map((kind) => new OutcomeUnknown({ kind: kind as OutcomeUnknown["kind"], detail })),
  ...kindsOf("UnsettledKind").map((kind) => new Unsettled({ kind: kind as Unsettled["kind"], detail })),
  new AlreadyApproved({ state: "approved", recorded: undefined }),
  new AlreadyApproved({ state: "approved-in-part", recorded: undefined }),
  new AlreadyReversed({ state: "approved" }),
  new OrderIdConflict({ detail })
].map((reason) => new PosClientError({ reason }))

const codeOf = (reason: PosClientError["reason"]) => ("code" in reason ? reason.code : undefined)

const undecided = errors.filter(({ reason }) => reason._tag === "OutcomeUnknown" || reason._tag === "Unsettled")

describe("an error explained to a person", () => {
  it("has a sentence for what happened and one for what to do, whatever its kind, and none of the server's words", () => {
    assert.isAbove(errors.length, 32)
    for (const error of errors) {
      for (const language of ["en", "fr"] as const) {
        const { message, advice } = explain(error, language)
        for (const text of [message, advice]) {
          assert.match(text, /^[A-ZÉÀ].*\.$/, `${error.reason._tag} ${language}`)
          assert.notInclude(text, "ECONNREFUSED")
          assert.notInclude(text, "undefined")
        }
      }
    }
  })

  it("says what is unknown in words that are true of a refund, too", () => {
    for (const error of undecided) {
      for (const language of ["en", "fr"] as const) {
        const { message } = explain(error, language)
        assert.notMatch(
          message.replaceAll(/payment server|serveur de paiement/g, ""),
          /payment|paid|charge|paiement|débit/i
        )
      }
    }
  })

  it("warns of a second refund as of a second payment while an outcome is unknown", () => {
    for (const error of [...undecided, ...errors.filter(({ reason }) => codeOf(reason) === "terminal.unresolved")]) {
      assert.match(explain(error, "en").advice, /[Tt]ake no other payment and give no money back/)
      assert.match(explain(error, "fr").advice, /[Nn]’encaissez et ne remboursez rien d’autre/)
    }
  })

  it("offers no cash for a cancellation", () => {
    const reason = new NotStarted({
      kind: "Rejected",
      detail,
      transactionType: "Cancel",
      ...advised("terminal.unresolved")
    })
    const error = new PosClientError({ reason })
    assert.match(explain(error, "en").advice, /a sale or a refund can use another terminal or cash\.$/)
    assert.match(explain(error, "fr").advice, /une vente ou un remboursement peut .* en espèces\.$/)
  })

  it("is true of a refund, too, where the order was approved before", () => {
    const before = errors.filter(({ reason }) => reason._tag === "AlreadyApproved")
    assert.lengthOf(before, 2)
    for (const error of before) {
      for (const language of ["en", "fr"] as const) {
        const { message, advice } = explain(error, language)
        assert.notMatch(`${error.message} ${message} ${advice}`, /paid|pay\b|charge|payée|débit/i)
      }
    }
  })

  it.each([
    [
      "terminal.unresolved",
      /last payment is unknown.*another terminal or cash/,
      /dernier paiement .* inconnue.*autre terminal ou en espèces/
    ],
    ["unavailable.terminal.bad.request", /terminal is on, connected/, /terminal est allumé, relié/],
    ["busy.terminal.bad.request", /busy with another payment\. Wait/, /occupé par un autre paiement : patientez/],
    ["unknown.terminal.bad.request", /terminal's address/, /l’adresse du terminal/],
    ["passphrase.not.set", /passphrase.*Cloud API off and on/, /phrase secrète.*Cloud API/],
    [
      "cancel.not.the.last",
      /last sale only.*If this sale was paid and its money has not been given back, .*refund/,
      /dernière vente.*Si cette vente a été payée et que l’argent n’a pas été rendu, .*remboursez/
    ],
    ["attempt.not.recorded", /runs the payment server/, /responsable du serveur de paiement/],
    ["server.closing", /server is stopping/, /serveur de paiement s’arrête/],
    ["1002", /credentials at HiPay/, /identifiants HiPay/],
    ["1004", /terminal is on, connected/, /terminal est allumé, relié/]
  ])("does not ask to correct an order that the server refused with %s, but says what to do", (code, en, fr) => {
    const error = errors.find(({ reason }) => codeOf(reason) === code)
    assert.isDefined(error)
    assert.match(explain(error, "en").advice, en)
    assert.notInclude(explain(error, "en").advice, "Mend")
    assert.match(explain(error, "fr").advice, fr)
    assert.notInclude(explain(error, "fr").advice, "corrigez")
  })

  it("says of an order that was approved in part before that it was in part, in both languages", () => {
    for (const differs of [undefined, ["pos_technical_info.host_information"]]) {
      const reason = new AlreadyApproved({
        state: "approved-in-part",
        recorded: undefined,
        ...(differs && { differs })
      })
      const error = new PosClientError({ reason })
      assert.match(explain(error, "en").message, /approved in part before/)
      assert.match(explain(error, "fr").message, /acceptée en partie/)
    }
  })

  it("says what a gateway's reason says, which is not always that the terminal was out of reach", async () => {
    const advice = async (kind: string) => {
      const details = { attempt: "/attempts/1", kind, detail: "it" }
      const fake = makeFakeClient([
        { status: 400, body: { error: { code: "unavailable.terminal.bad.request", details } } }
      ])
      const order = { orderId: "A", amount: "12.50 EUR" }
      const result = await fake.tryPay(order, { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] })
      return result.ok ? [] : [explain(result.error, "en").advice, explain(result.error, "fr").advice]
    }
    assert.deepStrictEqual(await advice("AnsweredEarly"), [
      "Nothing was paid. The terminal sent an answer before it was asked, perhaps to an earlier payment. Check at the terminal that its last payment was not for this order, then try again.",
      "Rien n’a été débité. Le terminal a envoyé une réponse avant la demande, peut-être celle d’un paiement précédent : vérifiez sur le terminal que son dernier paiement n’était pas celui de cette commande, puis recommencez."
    ])
    assert.deepStrictEqual(await advice("StoreFailed"), [
      "Nothing was paid. Ask who runs the payment server to look at its store, then try again.",
      "Rien n’a été débité. Demandez au responsable du serveur de paiement de vérifier son stockage, puis recommencez."
    ])
    const [unreachable] = await advice("Unreachable")
    assert.strictEqual(unreachable, `Nothing was paid. ${codeAdvice("unavailable.terminal.bad.request")}`)
  })

  it("has that advice from the answer that refused an order", async () => {
    for (const code of ["busy.terminal.bad.request", "unavailable.terminal.bad.request", "passphrase.not.set"]) {
      const fake = makeFakeClient([{ status: 400, body: { error: { code } } }])
      const result = await fake.tryRefund(
        { orderId: "A", amount: "12.50 EUR" },
        { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
      )
      const advice = result.ok ? "" : explain(result.error, "en").advice
      assert.strictEqual(advice, `Nothing was refunded. ${codeAdvice(code)}`)
    }
    const refused = makeFakeClient([{ status: 401, body: { error: { code: "busy.terminal.bad.request" } } }])
    const result = await refused.tryPay(
      { orderId: "A", amount: "12.50 EUR" },
      { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
    )
    assert.match(result.ok ? "" : result.error.advice, /Check the login/)
  })

  it.each([
    [
      "Debit",
      ["The payment did not start.", "Nothing was paid."],
      ["Le paiement n’a pas démarré.", "Rien n’a été débité."]
    ],
    [
      "Credit",
      ["The refund did not start.", "Nothing was refunded."],
      ["Le remboursement n’a pas démarré.", "Rien n’a été remboursé."]
    ],
    [
      "Cancel",
      ["The cancellation did not start.", "Nothing was cancelled; what was paid stays paid."],
      ["L’annulation n’a pas démarré.", "Rien n’a été annulé ; ce qui a été payé reste payé."]
    ]
  ] as const)("says of a %s that was not started what did not happen", (transactionType, en, fr) => {
    for (const { reason } of errors) {
      if (!(reason instanceof NotStarted)) continue
      const error = new PosClientError({ reason: new NotStarted({ ...reason, transactionType }) })
      for (const [language, [message, nothing]] of [
        ["en", en],
        ["fr", fr]
      ] as const) {
        const explained = explain(error, language)
        assert.strictEqual(explained.message, message)
        assert.isTrue(explained.advice.startsWith(`${nothing} `), explained.advice)
      }
    }
  })

  it("is French in French", () => {
    for (const error of errors) {
      const { message, advice } = explain(error, "fr")
      assert.notMatch(`${message} ${advice}`, /\b(the|payment|nothing|order)\b/i)
    }
  })

  it("says that nothing was charged exactly where that is certain", () => {
    for (const error of errors) {
      const { advice } = explain(error, "fr")
      assert.strictEqual(advice.startsWith("Rien n’a été débité."), error.reason._tag === "NotStarted")
    }
  })

  it("does not speak of a charge where it is unknown: it may be a refund", () => {
    for (const error of errors) {
      if (error.reason._tag === "OutcomeUnknown") assert.notMatch(explain(error, "fr").advice, /débité/)
    }
  })

  it("advises in English what the error itself advises", () => {
    for (const error of errors) assert.strictEqual(explain(error, "en").advice, error.advice)
  })
})
