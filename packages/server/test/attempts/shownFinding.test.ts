/** How findings are shown that an earlier version kept with the values of a service's answer. */
import type { Finding } from "@hipay-pos/core/Finding"
import { assert, describe, it } from "vitest"
import { redactAttempt } from "../../src/attempts/redactAttempt.ts"
import { detail } from "../../src/render/attemptView.ts"
import { answerTo } from "../../src/render/Dialect.ts"
import { frames } from "../frames.ts"
import { attempt } from "./storeLaws.ts"

const finding = (code: string, actual: string): Finding => ({
  path: "payment",
  code,
  severity: "warning",
  rule: "order",
  message: `expected no such field, got ${actual}`,
  expected: "no such field",
  actual
})

const kept = {
  ...attempt("1"),
  findings: [
    finding("upstream-field-unknown", '{ holder: "DUPONT JEAN", token: "tok_abc", born: 19800131 }'),
    finding("order-id-characters", '"commande n°1"')
  ]
}

describe("a finding about a field that is not known", () => {
  it("is shown without the texts and long numbers that an earlier version kept", () => {
    const [unknown, own] = detail(kept, { frames, answerTo: answerTo["pos-api"] }).findings
    const actual = "{ holder: a text of 11 characters, token: a text of 7 characters, born: a number }"
    assert.deepStrictEqual(unknown, finding("upstream-field-unknown", actual))
    assert.deepStrictEqual(own, kept.findings[1])
  })

  it("loses them when the store is redacted", async () => {
    const { findings } = await redactAttempt(kept, frames)
    assert.notMatch(JSON.stringify(findings), /DUPONT|tok_abc|19800131/)
  })
})
