/**
 * Faithful validation against the validator that the service evidently runs: openapi-request-validator 8 with ajv 6, fed
 * with the contract's facts, and with the contract's own document where it is at hand.
 */
import { existsSync, readFileSync } from "node:fs"
import { validate } from "@hipay-pos/server"
import { assert, describe, it } from "vitest"
import { rootOrder } from "./contract.ts"
import { makeOracle } from "./oracle.ts"

const text = readFileSync(new URL("../../../core/test/fixtures/orders/full.json", import.meta.url), "utf8")
const fixture = JSON.parse(text)
const document = new URL("../../../../../shared/spec/pos_api.yaml", import.meta.url)

/** The same numbers every time: a small generator with a seed. */
const makeRandom = (seed: number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const junk: ReadonlyArray<unknown> = [
  null,
  true,
  false,
  0,
  -1,
  1,
  1.5,
  7,
  1e15,
  -0.01,
  "",
  "x",
  "EUR",
  "eur",
  "JPY",
  "001",
  "0001",
  "1",
  "😀😀😀",
  "good",
  "Debit",
  "AppNepting",
  "ConcertV3.2",
  "1988-06-12",
  "1988-6-12",
  [],
  [1],
  [null],
  {},
  { a: 1 },
  [[]],
  [{}]
]

/** Bodies that the validator never gets: a parser in front of it accepts only objects and arrays. */
const isParsed = (body: unknown): boolean => typeof body === "object" && body !== null

/** An order with up to four random changes, removals or additions. */
const mutated = (random: () => number): unknown => {
  let body: unknown = JSON.parse(text)
  const pick = <A>(from: ReadonlyArray<A>): A => from[Math.floor(random() * from.length)] as A
  for (let changes = 1 + Math.floor(random() * 4); changes > 0; changes--) {
    let parent: Record<string, unknown> | undefined
    let key = ""
    let at = body
    while (
      typeof at === "object" &&
      at !== null &&
      Object.keys(at).length > 0 &&
      (parent === undefined || random() < 0.75)
    ) {
      parent = at as Record<string, unknown>
      key = pick(Object.keys(at))
      at = parent[key]
    }
    if (parent === undefined || random() < 0.01) body = structuredClone(pick(junk.filter(isParsed)))
    else if (random() < 0.3 && !Array.isArray(parent)) delete parent[key]
    else parent[key] = structuredClone(pick(junk))
  }
  return body
}

const wordsOf = (verdict: ReturnType<typeof validate>) => {
  if (verdict._tag !== "ContractFault") return "accepted"
  const { code, path, message } = verdict.finding
  return `${code}.openapi.requestValidation ${path} ${message}`
}

const compare = (oracle: ReturnType<typeof makeOracle>, count: number) => {
  const random = makeRandom(20_261_123)
  let refused = 0
  for (let i = 0; i < count; i++) {
    const body = mutated(random)
    // Ours runs first, because the validator writes its defaults into the body.
    const verdict = validate(body, "faithful")
    const sent = JSON.stringify(body)
    const theirs = oracle(body)
    const expected = theirs.error ?? "accepted"
    if (wordsOf(verdict) !== expected) assert.fail(`expected ${expected}, got ${wordsOf(verdict)}: ${sent}`)
    if (theirs.error !== undefined) refused++
    if (verdict._tag === "Accepted") assert.deepStrictEqual(verdict.body, theirs.body)
  }
  assert.isAbove(refused, count / 4)
  assert.isBelow(refused, count)
}

describe("faithful validation", () => {
  it("agrees with the service's evident validator on 20 000 bodies: verdict, code, path, words and defaults", () => {
    compare(makeOracle(rootOrder), 20_000)
  })

  it.skipIf(!existsSync(document))("agrees with it on the contract's own document too", () => {
    compare(makeOracle(readFileSync(document, "utf8")), 5_000)
  })

  it("accepts with a warning what strict refuses beyond the contract's schema", () => {
    const body = structuredClone(fixture)
    body.order.basket[0].total_amount = 1
    const verdict = validate(body, "faithful")
    assert.strictEqual(verdict._tag, "Accepted")
    if (verdict._tag === "Accepted") {
      assert.deepStrictEqual(
        verdict.findings.map(({ severity, code }) => `${severity} ${code}`),
        ["warning line-total"]
      )
    }
    assert.strictEqual(validate(body, "strict")._tag, "InvalidBody")
  })

  it("reaches no terminal with what passes but makes no order", () => {
    const body = structuredClone(fixture)
    body.order.price.amount = 12.5
    const verdict = validate(body, "faithful")
    assert.strictEqual(verdict._tag, "Undeliverable")
  })
})
