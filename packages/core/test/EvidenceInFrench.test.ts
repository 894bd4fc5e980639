import { assert, describe, it } from "@effect/vitest"
import { contradictions } from "@hipay-pos/core/EvidenceInFrench"
import { ContradictionKind } from "@hipay-pos/core/TerminalEvidence"

describe("what contradicts, in French", () => {
  it("has words for every kind", () => {
    assert.deepStrictEqual(Object.keys(contradictions).toSorted(), [...ContradictionKind.literals].toSorted())
  })

  it.each([
    ["action", "credit", "debit", "opération annoncée : crédit, demandée : débit"],
    ["action", "Z", "debit", "opération annoncée : Z, demandée : débit"],
    ["complement", "01", "", "non effectué, mais avec le motif 01 (transaction autorisée)"],
    ["complement", "04", "", "effectué, mais avec le motif 04, qui dit le contraire"],
    ["amount", "15.00 EUR", "12.50 EUR", "montant annoncé : 15,00 EUR, demandé : 12,50 EUR"],
    ["amount", "1x", "", "montant annoncé : 1x"],
    ["repeated-field", "", "", "un champ est arrivé deux fois, avec des valeurs différentes"]
  ] as const)("says of %s with %s and %s what the screens show", (kind, told, asked, words) => {
    assert.strictEqual(contradictions[kind](told, asked), words)
  })
})
