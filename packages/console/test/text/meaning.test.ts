import { assert, describe, it } from "vitest"
import { words } from "../../src/text/fr.ts"

describe("what a field of Concert means, in French", () => {
  it.each([
    ["CB", "1250", "12.50 EUR", "12,50 EUR"],
    ["CB", "1250", "1250 JPY", "1250 JPY"],
    ["CB", "1250", "1250 minor units", "1250 unités mineures"],
    ["CE", "978", "EUR, Euro", "EUR, euro"],
    ["CD", "0", "debit", "débit"],
    ["CK", "100", "the customer's copy as text", "exemplaire client, en texte"],
    ["CK", "121", "both copies as HTML", "les deux exemplaires, en HTML"],
    ["CK", "000", "no ticket", "pas de ticket"],
    ["AE", "01", "not-done", "non effectuée"],
    ["AF", "04", "refused", "refusée"],
    ["AF", "  ", "no reason given", "aucun motif donné"],
    ["AF", "04  51SOLDE", 'refused, response code 51, "SOLDE"', 'refusée, code réponse 51, "SOLDE"'],
    ["CC", "00B", "CB, Visa, Mastercard contactless", "CB, Visa, Mastercard sans contact"],
    ["CC", "005", "Cofinoga", "Cofinoga"],
    ["CZ", "0320", "Concert V3.20", "Concert V3.20"]
  ])("%s %j, %j: %j", (tag, value, meaning, french) => {
    assert.strictEqual(words.fieldMeaning({ tag, value, meaning }), french)
  })

  it("is the server's text, in English, where the page knows none, and nothing where there is none", () => {
    assert.isUndefined(words.fieldMeaning({ tag: "ZX", value: "1", meaning: "something new" }))
    assert.isUndefined(words.fieldMeaning({ tag: "CF", value: "ORDER_1" }))
  })
})
