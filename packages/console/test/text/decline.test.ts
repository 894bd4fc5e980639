import { assert, describe, it } from "vitest"
import { declineInFrench } from "../../src/text/decline.fr.ts"

describe("why nothing was paid, in French", () => {
  it.each([
    ["08", "non effectuée\u00A0: délai de saisie dépassé"],
    ["04", "refusée"],
    // What stands behind the two characters is the bank's.
    ["04  51SOLDE INSUFFISANT", "refusée"],
    ["1006", "annulé ou refusé sur le terminal"]
  ])("is what the code says: %s", (complement, said) => {
    assert.strictEqual(declineInFrench({ reason: "not-performed", complement }), said)
  })

  it("is the reason if there is no code, or one that no table has", () => {
    assert.strictEqual(declineInFrench({ reason: "busy" }), "le terminal était occupé")
    assert.strictEqual(declineInFrench({ reason: "not-performed", complement: "1042" }), "non effectué, code 1042")
    assert.strictEqual(declineInFrench({ reason: "refused", complement: "Z9" }), "refusé, code Z9")
  })
})
