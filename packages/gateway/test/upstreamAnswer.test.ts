import { assert, describe, it } from "@effect/vitest"
import { toUpstreamAnswer } from "../src/relay/upstreamAnswer.ts"

const PAN = "4970101234567893"

/** What is kept of an answer whose body is a text. */
const kept = (text: string): string =>
  toUpstreamAnswer(
    {
      _tag: "Received",
      status: 200,
      headers: new Headers(),
      json: JSON.parse(text),
      bytes: new TextEncoder().encode(text)
    },
    {}
  ).received.body

describe("the answer of a service", () => {
  it.each([
    '{ "paymentStatus": "Success", "amount": 12.50 }',
    '{"order": {"order_id": "20261129-0042"}, "at": "2026-11-29T12:00:00Z"}'
  ])("is kept as it came: %s", (text) => {
    assert.strictEqual(kept(text), text)
  })

  it.each([
    `{"paymentStatus":"Success","seen":${PAN}}`,
    `{"paymentStatus":"Success","seen":${PAN}e-400}`,
    `{"paymentStatus":"Success","seen":${PAN}e400}`,
    `{"paymentStatus":"Success","seen":"${PAN}","seen":"no"}`,
    `{"paymentStatus":"Success","order":{"order_id":"A","note":"${PAN}","note":"no"}}`
  ])("is kept without a card number that it holds, also one that parsing has lost: %s", (text) => {
    assert.notInclude(kept(text), PAN)
    assert.deepInclude(JSON.parse(kept(text)), { paymentStatus: "Success" })
  })
})
