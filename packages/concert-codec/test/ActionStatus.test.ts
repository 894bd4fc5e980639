import { assert, describe, it } from "@effect/vitest"
import * as ActionStatus from "@hipay-pos/concert-codec/ActionStatus"

describe("ActionStatus", () => {
  it.each([
    ["10", "done"],
    ["01", "not-done"],
    ["11", "taken-into-account"],
    ["42", "42"]
  ])("%s is %s, both ways", (code, status) => {
    assert.strictEqual(ActionStatus.fromCode(code), status)
    assert.strictEqual(ActionStatus.toCode(status), code)
  })

  it("labels the fourteen public complements in English and French", () => {
    assert.strictEqual(ActionStatus.complements.length, 14)
    for (const { code, en, fr } of ActionStatus.complements) {
      assert.isAbove(en.length, 0)
      assert.isAbove(fr.length, 0)
      assert.strictEqual(ActionStatus.label(code), en)
      assert.strictEqual(ActionStatus.label(code, "fr"), fr)
    }
  })

  it.each([
    ["00", "not-performed", "unknown reason", "motif inconnu"],
    ["01", "not-performed", "authorised", "transaction autorisée"],
    ["02", "refused", "call for authorisation", "appel pour autorisation"],
    ["03", "not-performed", "forcing asked for", "forçage demandé"],
    ["04", "refused", "refused", "refusée"],
    ["05", "refused", "card barred", "carte interdite"],
    ["06", "cancelled", "abandoned by the customer", "abandon du client"],
    ["07", "not-performed", "not completed", "non aboutie"],
    ["08", "timed-out", "not performed: no input in time", "non effectuée : délai de saisie dépassé"],
    ["09", "not-performed", "not performed: format error", "non effectuée : erreur de format"],
    ["10", "not-performed", "not performed: selection error", "non effectuée : erreur de sélection"],
    ["11", "cancelled", "not performed: abandoned by the operator", "non effectuée : abandon de l'opérateur"],
    ["12", "not-performed", "not performed: unknown action", "non effectuée : action inconnue"],
    ["13", "not-performed", "not performed: currency not supported", "non effectuée : devise non acceptée"]
  ])("%s means %s: %s", (code, reason, en, fr) => {
    assert.strictEqual(ActionStatus.reasonOf(code), reason)
    assert.strictEqual(ActionStatus.label(code), en)
    assert.strictEqual(ActionStatus.label(code, "fr"), fr)
  })

  it("names an unknown complement, and an absent one", () => {
    assert.strictEqual(ActionStatus.label("77"), "unknown reason 77")
    assert.strictEqual(ActionStatus.label("\x1bc"), "unknown reason .c")
    assert.strictEqual(ActionStatus.label("77", "fr"), "motif inconnu 77")
    assert.strictEqual(ActionStatus.label(undefined), "no reason given")
    assert.strictEqual(ActionStatus.label(undefined, "fr"), "aucun motif donné")
    assert.strictEqual(ActionStatus.reasonOf("77"), "not-performed")
    assert.strictEqual(ActionStatus.reasonOf(undefined), "not-performed")
  })

  it("looks at the first two characters only", () => {
    assert.strictEqual(ActionStatus.label("04148HOLDER INVALID          "), "refused")
    assert.strictEqual(ActionStatus.reasonOf("0614"), "cancelled")
  })

  describe("a long complement", () => {
    const whole = "04" + "14" + "8HOLDER INVALID      " + "5A" + "FF"

    it("has 29 characters in five parts", () => {
      assert.strictEqual(whole.length, 29)
      const parts = { field39: "14", text: "8HOLDER INVALID", field55: "5A", field58: "FF" }
      assert.deepStrictEqual(ActionStatus.extended(whole), parts)
      assert.strictEqual(ActionStatus.complementValue("04", parts), whole)
    })

    it("has no parts if it is blank or two characters long", () => {
      assert.isUndefined(ActionStatus.extended("04"))
      assert.isUndefined(ActionStatus.extended(`04${" ".repeat(27)}`))
      assert.strictEqual(ActionStatus.complementValue("04", undefined), "04")
    })

    it("may have lost its blanks at the end, or be longer than it should", () => {
      assert.deepStrictEqual(ActionStatus.extended("0414"), { field39: "14" })
      assert.deepStrictEqual(ActionStatus.extended("04148HOLDER"), { field39: "14", text: "8HOLDER" })
      assert.deepStrictEqual(ActionStatus.extended(`${whole}MORE`)?.rest, "MORE")
      assert.strictEqual(ActionStatus.complementValue("04", { rest: "MORE" }), `04${" ".repeat(27)}MORE`)
    })
  })

  it("knows which actions move money", () => {
    assert.deepStrictEqual(
      ["debit", "credit", "cancel", "duplicata", "identification", "4"].map(ActionStatus.isPayment),
      [true, true, true, false, false, false]
    )
  })
})
