/** A relay that reads its logins again while it runs. */
import { createHash } from "node:crypto"
import { setTimeout as pause } from "node:timers/promises"
import { assert, describe, it } from "vitest"
import { basic, order, startRelay, startService, till } from "./relay.ts"

const passphrase = "SecretPassphrase"

describe("a relay that reads its logins again", () => {
  it("ends the payments of a new shop by the notifications at the address that all shops share", async () => {
    await using service = await startService((_, response) => response.destroy())
    await using relay = await startRelay(service.url, { relay: { notifications: { passphrase } } })
    const added = { username: "shop-2", password: "its own password" }
    const logins = [till, added].map((each) => ({ ...each, roles: ["pay", "read"] as const }))
    await relay.reload({ terminals: [], logins })
    const headers = { authorization: basic(added) }
    const paid = await relay.pay(order("ADDED_1"), headers)
    assert.strictEqual(paid.status, 504)
    const body =
      "transaction_reference=T-1&status=116&test=true&currency=EUR&authorized_amount=12.45&order%5Bid%5D=ADDED_1&order%5Bamount%5D=12.45&order%5Bcurrency%5D=EUR"
    const { status } = await fetch(`${relay.url}/notifications/hipay`, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-allopass-signature": createHash("sha256").update(body).update(passphrase).digest("hex")
      }
    })
    assert.strictEqual(status, 204)
    const listed = async () => {
      const response = await relay.request("/attempts", { headers })
      return ((await response.json()) as { readonly attempts: ReadonlyArray<{ readonly state: string }> }).attempts
    }
    const unknown = await listed()
    assert.lengthOf(unknown, 1)
    const until = performance.now() + 30_000
    while ((await listed())[0]?.state !== "approved" && performance.now() < until) await pause(5)
    assert.strictEqual((await listed())[0]?.state, "approved")
  })
})
