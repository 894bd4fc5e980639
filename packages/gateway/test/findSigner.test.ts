import { Hash } from "node:crypto"
import { signNotification } from "@hipay-pos/client/notification"
import { afterAll, assert, beforeEach, describe, it, vi } from "vitest"
import { findSigner } from "../src/node/findSigner.ts"

const update = vi.spyOn(Hash.prototype, "update")
/** How often the body was hashed. */
const hashes = () => update.mock.calls.filter(([data]) => (data as unknown) === body).length
beforeEach(() => void update.mockClear())
afterAll(() => update.mockRestore())

const passphrases = Array.from({ length: 200 }, (_, number) => ({ passphrase: `é of account ${number}` }))
const body = new TextEncoder().encode("status=116&order%5Bid%5D=A")

const find = (headers: Readonly<Record<string, string>>) =>
  findSigner(passphrases, { body, headers: new Headers(headers) })

describe("the passphrase that a notification was signed with", () => {
  it.each(["SHA-1", "SHA-256", "SHA-512"] as const)(
    "is found by its %s, and the body is hashed once",
    async (algorithm) => {
      const signer = passphrases.at(-1)
      assert.strictEqual(find(await signNotification(body, signer?.passphrase ?? "", { algorithm })), signer)
      assert.strictEqual(hashes(), 1)
    }
  )

  it("is the first if none fits, so that the refusal says why", async () => {
    assert.strictEqual(find(await signNotification(body, "another")), passphrases[0])
    assert.strictEqual(hashes(), 1)
  })

  it("is the first, without hashing, if the header has no signature or there is only one", async () => {
    const signed = await signNotification(body, "another")
    for (const headers of [{}, { "x-allopass-signature": "ab" }]) assert.strictEqual(find(headers), passphrases[0])
    assert.strictEqual(findSigner(passphrases.slice(0, 1), { body, headers: new Headers(signed) }), passphrases[0])
    assert.isUndefined(findSigner([], { body, headers: new Headers(signed) }))
    assert.strictEqual(hashes(), 0)
  })
})
