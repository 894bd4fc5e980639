/** Forged notifications, to a relay with many accounts: what they cost it. */
import { signNotification } from "@hipay-pos/client/notification"
import { makeLog } from "@hipay-pos/server/bin"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import { account, startRelay, startService } from "./relay.ts"

/** How many hashes were computed, and how many at the same time. */
const hashed = { times: 0, now: 0, most: 0 }

beforeEach(() => {
  Object.assign(hashed, { times: 0, now: 0, most: 0 })
  const digest = crypto.subtle.digest.bind(crypto.subtle)
  vi.spyOn(crypto.subtle, "digest").mockImplementation(async (algorithm, data) => {
    hashed.times++
    hashed.most = Math.max(hashed.most, ++hashed.now)
    return digest(algorithm, data).finally(() => hashed.now--)
  })
})
afterEach(() => void vi.restoreAllMocks())

const names = Array.from({ length: 50 }, (_, number) => `shop-${number + 1}`)
const each = <A>(make: (name: string) => A) => Object.fromEntries(names.map((name) => [name, make(name)]))

/** A relay whose logins have an account and a passphrase each. */
const startChain = async () => {
  const service = await startService((_, response) => response.destroy())
  const lines: Array<Readonly<Record<string, unknown>>> = []
  const log = makeLog({ format: "json" }, (line) => lines.push(JSON.parse(line)))
  const relay = await startRelay(service.url, {
    listener: log.listener,
    logins: names.map((username) => ({ username, password: `password of ${username}` })),
    relay: {
      loginCredentials: each((name) => ({ ...account, username: `account of ${name}` })),
      notifications: { loginPassphrases: each((name) => `passphrase of ${name}`) }
    }
  })
  const post = async (body: string, headers: Readonly<Record<string, string>>) => {
    const { status } = await fetch(`${relay.url}/notifications/hipay`, {
      method: "POST",
      body,
      headers: { "content-type": "application/x-www-form-urlencoded", connection: "close", ...headers }
    })
    return status
  }
  return {
    post,
    lines,
    [Symbol.asyncDispose]: async () => {
      await relay.close()
      log.end()
      await service[Symbol.asyncDispose]()
    }
  }
}

const forged = { "x-allopass-signature": "ab".repeat(32) }

describe("a forged notification", () => {
  it("is hashed as often for many accounts as for one", async () => {
    await using chain = await startChain()
    const body = "x".repeat(10_000)
    assert.strictEqual(await chain.post(body, forged), 403)
    // The signature, and white space that may make it invalid.
    assert.isAtMost(hashed.times, 4)
  })

  it("that is longer than any of HiPay's is not hashed", async () => {
    await using chain = await startChain()
    assert.strictEqual(await chain.post("x".repeat(64 * 1024), forged), 403)
    const before = hashed.times
    assert.strictEqual(await chain.post("x".repeat(64 * 1024 + 1), forged), 413)
    assert.strictEqual(hashed.times, before)
  })

  it("is verified one at a time, however many come at once", async () => {
    await using chain = await startChain()
    const statuses = await Promise.all(Array.from({ length: 20 }, () => chain.post("x".repeat(60_000), forged)))
    assert.deepStrictEqual([...new Set(statuses)], [403])
    assert.strictEqual(hashed.most, 1)
  })

  it("is logged with its sender's address, and hides no log entry of a signed one", async () => {
    await using chain = await startChain()
    for (let times = 0; times < 6; times++) assert.strictEqual(await chain.post("x", forged), 403)
    const refused = chain.lines.filter((line) => "refused" in line)
    assert.lengthOf(refused, 5)
    for (const line of refused)
      assert.deepInclude(line, {
        refused: "notification: the signature belongs to another body or another passphrase",
        address: "127.0.0.1"
      })
    const body = notification("unknown-order")
    assert.strictEqual(await chain.post(body, await signNotification(body, "passphrase of shop-1")), 204)
    assert.deepStrictEqual(
      chain.lines.flatMap(({ notification: said }) => said ?? []),
      ["the notification 116 of transaction T-unknown-order ends nothing: its order is not known"]
    )
  })
})

const notification = (order: string): string =>
  new URLSearchParams({
    transaction_reference: `T-${order}`,
    status: "116",
    test: "true",
    currency: "EUR",
    authorized_amount: "12.45",
    "order[id]": order
  }).toString()

describe("a notification to a relay with many accounts", () => {
  it.each(["SHA-1", "SHA-256", "SHA-512"] as const)(
    "that is signed with %s by any of them is taken",
    async (algorithm) => {
      await using chain = await startChain()
      for (const name of ["shop-1", "shop-2", "shop-50"]) {
        const body = notification(name)
        assert.strictEqual(
          await chain.post(body, await signNotification(body, `passphrase of ${name}`, { algorithm })),
          204
        )
        assert.strictEqual(
          await chain.post(body, await signNotification(body, `Passphrase of ${name}`, { algorithm })),
          403,
          "another passphrase"
        )
      }
    }
  )
})
