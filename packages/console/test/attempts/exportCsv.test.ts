import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { assert, describe, it } from "vitest"
import { toPaymentsSheet } from "../../src/attempts/exportCsv.ts"
import { words as en } from "../../src/text/en.ts"
import { words as fr } from "../../src/text/fr.ts"

const attempt = (transactionType: AttemptSummary["transactionType"]): AttemptSummary => ({
  id: `a-${transactionType}`,
  login: "merchant",
  orderId: "ORDER-1",
  transactionType,
  terminal: { kind: "simulated", name: "192.168.1.20:8888" },
  amount: 1_250,
  currency: "EUR",
  state: "approved",
  paid: 1_250,
  openedAt: "2026-11-27T10:00:00.000Z",
  warnings: 0
})

describe("the payments as a file", () => {
  it.each([
    [en, "en", ["Operation", "Debit", "Credit", "Cancel"]],
    [fr, "fr", ["Opération", "Débit", "Crédit", "Annulation"]]
  ] as const)("say what is a refund and what a cancellation: %#", (words, language, said) => {
    const sheet = toPaymentsSheet([attempt("Debit"), attempt("Credit"), attempt("Cancel")], words, language)
    const rows = sheet.split("\r\n").map((line) => line.split(language === "fr" ? ";" : ","))
    const column = rows[0]?.indexOf(said[0]) ?? -1
    assert.deepStrictEqual(
      rows.slice(0, 4).map((cells) => cells[column]),
      [...said]
    )
    for (const cells of rows.slice(0, 4)) assert.lengthOf(cells, 11)
  })
})
