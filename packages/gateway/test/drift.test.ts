/** What this toolkit does not know in an answer, and how a relay shows it. */
import type { Received } from "@hipay-pos/client/response"
import type { Finding } from "@hipay-pos/core/Finding"
import type { Attempt } from "@hipay-pos/server/Attempt"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { driftIn, unknownIn } from "../src/relay/drift.ts"

const answer = (status: number, json: unknown, headers: Readonly<Record<string, string>> = {}): Received =>
  ({
    _tag: "Received",
    status,
    headers: new Headers({ "content-type": "application/json", ...headers }),
    json
  }) as Received

/** Each finding's sample by its path. */
const samplesOf = (status: number, json: unknown, sent: unknown = {}) =>
  Object.fromEntries(unknownIn(answer(status, json), sent).map(({ path, actual }) => [path, actual]))

describe("an unknown field of an answer", () => {
  it("is shown by its type and size, whatever it holds", () => {
    assert.deepStrictEqual(
      samplesOf(200, {
        paymentStatus: "Success",
        order: { order_id: "A", customer_name: "Marie Curie" },
        cardholder_name: "DUPONT JEAN",
        payment: { holder: "Jean Dupont", pan: "497010******0014", token: "tok_abcdef", phone: "0612345678" },
        billing: { city: "Lyon", street: "12 rue Victor" },
        password: "hunter2",
        authorization: "Basic abc",
        note: "dupont",
        names: ["dupont", "martin"],
        birth_date: 19800131,
        pin: 1234,
        nothing: null,
        none: [],
        empty: {}
      }),
      {
        "order.customer_name": "a text of 11 characters",
        cardholder_name: "a text of 11 characters",
        payment:
          "{ holder: a text of 11 characters, pan: a text of 16 characters, token: a text of 10 characters, phone: a text of 10 characters }",
        billing: "{ city: a text of 4 characters, street: a text of 13 characters }",
        password: "a text of 7 characters",
        authorization: "a text of 9 characters",
        note: "a text of 6 characters",
        names: "[a text of 6 characters, …]",
        birth_date: "a number",
        pin: "a number",
        nothing: "null",
        none: "[]",
        empty: "{}"
      }
    )
  })

  it("may be an error code in either place that has one", () => {
    assert.deepStrictEqual(
      samplesOf(200, { paymentStatus: "Failure", error: { errorCode: "1010" }, errorCode: "1011" }),
      { "error.errorCode": "1010", errorCode: "1011" }
    )
  })

  it("is shown itself if it can only be a program's word, a small number or true or false", () => {
    assert.deepStrictEqual(
      samplesOf(200, {
        paymentStatus: "PENDING",
        order: {},
        attempt_count: 2,
        is_offline: true,
        result: { state: "in_progress", cardType: "VISA", version: "v1.2" }
      }),
      {
        paymentStatus: "PENDING",
        attempt_count: "2",
        is_offline: "true",
        result: "{ state: in_progress, cardType: VISA, version: v1.2 }"
      }
    )
  })

  it("is not shown if its name only looks like a program's word", () => {
    const fields = {
      access_code: "abc",
      promoCode: "SUMMER",
      postal_code: "AB1",
      token_type: "bearer",
      customer: { status: "vip" },
      code: "no code but words",
      reason: "4970101234"
    }
    for (const [path, sample] of Object.entries(samplesOf(500, { error: fields, ...fields }))) {
      if (path === "error.code") continue
      assert.match(sample, /^(a text of \d+ characters|\{ status: a text of 3 characters \})$/, path)
    }
  })

  it("is named only by what can be a field's name", () => {
    assert.sameMembers(
      Object.keys(samplesOf(200, { paymentStatus: "Success", order: {}, "Jean Dupont": 1, "0612345678": 1, ok: 1 })),
      ["…", "ok"]
    )
    assert.deepStrictEqual(samplesOf(200, { paymentStatus: "Success", order: {}, by: { "Jean Dupont": 1 } }), {
      by: "{ …: 1 }"
    })
  })
})

describe("other unknown things", () => {
  it("are shown as a code itself, and as the length of other words", () => {
    assert.deepStrictEqual(
      samplesOf(401, {
        error: {
          code: "connector.api.login.unauthorized",
          description: "The login shop1 / Test_secret123 has been rejected",
          message: "x"
        }
      }),
      { "error.description": "a text of 50 characters" }
    )
    const codeOf = (code: unknown) => samplesOf(400, { error: { code } })["error.code"]
    assert.strictEqual(codeOf("some.new.bad.request"), "some.new.bad.request")
    assert.strictEqual(codeOf("no such order of Jean Dupont"), "a text of 28 characters")
    assert.strictEqual(codeOf(4010303), "4010303")
    const failed = { paymentStatus: "Failure", order: {} }
    assert.strictEqual(samplesOf(200, { ...failed, error: { errorCode: "90123" } })["error.errorCode"], "90123")
    assert.strictEqual(
      samplesOf(200, { ...failed, error: { errorCode: "0612345678" } })["error.errorCode"],
      "a text of 10 characters"
    )
  })

  it("are shown without the text of an unexpected body", () => {
    assert.deepStrictEqual(samplesOf(200, "DUPONT JEAN"), { "": "a text of 11 characters" })
    const html = {
      ...answer(502, undefined, { "content-type": "text/html; charset=utf-8" }),
      fault: "NotJson" as const
    }
    assert.strictEqual(unknownIn(html, {})[0]?.actual, "another text, content type text/html; charset=utf-8")
    const odd = {
      ...answer(502, undefined, { "content-type": "text/html; by=Jean Dupont" }),
      fault: "NotJson" as const
    }
    assert.strictEqual(unknownIn(odd, {})[0]?.actual, "another text, content type of another form")
  })
})

describe("an answer with many unknown fields", () => {
  it("has fifty findings, and one that says how many more there were", () => {
    const fields = Object.fromEntries(Array.from({ length: 90_000 }, (_, i) => [`f${i.toString(36)}`, "x"]))
    const found = unknownIn(answer(200, { paymentStatus: "Success", order: {}, ...fields }), {})
    assert.lengthOf(found, 51)
    const last = found.at(-1)
    assert.deepInclude(last, { code: "upstream-more", path: "", expected: "at most 50 findings" })
    const named = found.filter(({ code }) => code === "upstream-field-unknown").length
    assert.strictEqual(named, 50)
    assert.match(last?.actual ?? "", /^\d+ more$/)
    assert.isAtLeast(Number.parseInt(last?.actual ?? "", 10), 80_000)
  })

  it("has all of them, up to fifty", () => {
    const fields = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, "x"]))
    const found = unknownIn(answer(200, { paymentStatus: "Success", order: {}, ...fields }), {})
    assert.lengthOf(found, 50)
    assert.notInclude(JSON.stringify(found), "upstream-more")
  })
})

describe("the unknown things in a store's answers", () => {
  const finding = (code: string, path: string, actual: string): Finding => ({
    path,
    code,
    severity: "warning",
    rule: "order",
    message: `expected no such field, got ${actual}`,
    expected: "no such field",
    actual
  })
  const driftOf = (attempts: ReadonlyArray<ReadonlyArray<Finding>>) =>
    Effect.runPromise(
      driftIn({
        list: ({ before }) =>
          Effect.succeed(
            before === undefined
              ? attempts.map((findings, i) => ({ id: `a${i}`, openedAt: 1_000 - i, findings }) as unknown as Attempt)
              : []
          )
      })
    )

  it("do not repeat texts that earlier versions kept", async () => {
    const drift = await driftOf([
      [
        finding("upstream-field-unknown", "payment", '{ holder: "DUPONT JEAN", token: "tok_\\"abc", age: 19800131 }'),
        finding("upstream-field-unknown", "zip", "69001"),
        finding("upstream-message", "error.description", '"The login shop1 has been rejected"'),
        finding("upstream-code-unknown", "error.code", '"some.code"'),
        finding("upstream-code-unknown", "errorCode", "4010303"),
        finding("upstream-field-unknown", "long", "a text of 12345 characters")
      ]
    ])
    assert.deepStrictEqual(Object.fromEntries(drift.map(({ path, sample }) => [path, sample])), {
      payment: "{ holder: a text of 11 characters, token: a text of 9 characters, age: a number }",
      zip: "a number",
      "error.description": "a text of 33 characters",
      "error.code": "some.code",
      errorCode: "4010303",
      long: "a text of 12345 characters"
    })
  })

  it("have at most five hundred entries, and one for the rest", async () => {
    const many = Array.from({ length: 20 }, (_, a) =>
      Array.from({ length: 50 }, (_, i) => finding("upstream-field-unknown", `f${a}x${i}`, "null"))
    )
    const drift = await driftOf(many)
    assert.lengthOf(drift, 501)
    assert.deepInclude(drift[0], { code: "upstream-more", path: "", sample: "500 more", count: 500 })
    const more = [finding("upstream-more", "", "10 more"), finding("upstream-more", "", "20 more")]
    assert.deepInclude((await driftOf(more.map((each) => [each])))[0], { code: "upstream-more", count: 2 })
  })

  it("are those of the newest five thousand attempts, however many there are", async () => {
    let listed = 0
    const drift = await Effect.runPromise(
      driftIn({
        list: ({ limit = 0 }) =>
          Effect.sync(() =>
            Array.from({ length: limit }, () => {
              listed += 1
              return {
                id: `a${listed}`,
                openedAt: 0,
                findings: [finding("upstream-status", "", "299")]
              } as unknown as Attempt
            })
          )
      })
    )
    assert.strictEqual(drift[0]?.count, 5_000)
    assert.strictEqual(listed, 5_000)
  })
})
