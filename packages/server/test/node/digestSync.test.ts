import { assert, describe, it } from "@effect/vitest"
import { digest } from "../../src/attempts/digest.ts"
import { digestSync } from "../../src/node/digestSync.ts"

describe("a digest", () => {
  it("is the same if made synchronously", async () => {
    // FIPS 180-2, appendix B.1.
    assert.strictEqual(digestSync("abc"), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    for (const text of ["", "abc", "thé 4,50 €", "\ud800"]) assert.strictEqual(digestSync(text), await digest(text))
  })
})
