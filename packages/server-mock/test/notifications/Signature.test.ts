import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { algorithms, sign } from "../../src/notifications/Signature.ts"

describe("the signature of a notification", () => {
  it("is the plain hash of body and passphrase, as the portal's example has it", async () => {
    // Body, passphrase and value are those of HiPay's developer portal.
    const value = await sign('{"status":"118","transactionReference":"800451428387"}', "SecretPassphrase", "SHA-256")
    assert.strictEqual(value, "6663ee693fa0c63c8c8864a094203599cd675c7c4342e10e2e7e0da29e5f0d4e")
  })

  it.each(algorithms)("with %s is what another implementation makes of the same bytes", async (algorithm) => {
    const other = createHash(algorithm.replace("-", "").toLowerCase()).update("é=1pâss").digest("hex")
    assert.strictEqual(await sign("é=1", "pâss", algorithm), other)
  })
})
