/** A relay that passes its callers' own logins through: what each login may do there, and what of it leaves the relay. */
import type { ServerResponse } from "node:http"
import { join } from "node:path"
import { makeClient } from "@hipay-pos/client"
import { assert, describe, it } from "vitest"
import { type Asked, basic, folder, order, startRelay, startService, success, till } from "./relay.ts"

const shop = { username: "shop", password: "at HiPay" }
const other = { username: "other shop", password: "at HiPay, too" }
const as = (login: typeof till) => ({ authorization: basic(login) })

const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))

/** A service with two logins; by default it approves every order. */
const startHipay = (
  answer: (asked: Asked, response: ServerResponse) => void = ({ body }, response) => json(response, 200, success(body))
) =>
  startService((asked, response) => {
    const isKnown = [shop, other].some((login) => asked.headers.authorization === basic(login))
    if (!isKnown) json(response, 401, { error: { code: "connector.api.login.unauthorized" } })
    else if (asked.body === "{}") json(response, 400, { error: { code: "required.openapi.requestValidation" } })
    else answer(asked, response)
  })

const passing = { relay: { passThrough: true } }

const problemIn = async (response: Response) => {
  const { error } = (await response.json()) as {
    readonly error: {
      readonly code: string
      readonly description: string
      readonly details: Readonly<Record<string, unknown>>
    }
  }
  return { status: response.status, ...error }
}

describe("a login that a relay passes through", () => {
  it("follows its own orders, and sees those of no other", async () => {
    await using hipay = await startHipay()
    await using relay = await startRelay(hipay.url, passing)
    const taken = await relay.pay(order("FOLLOW_1"), { ...as(shop), prefer: "respond-async" })
    assert.strictEqual(taken.status, 202)
    const address = taken.headers.get("location") ?? ""
    const shown = await relay.request(address, { headers: as(shop) })
    assert.strictEqual(shown.status, 200)
    assert.deepInclude(await shown.json(), { orderId: "FOLLOW_1", login: "shop" })
    assert.strictEqual((await relay.request(address, { headers: as(other) })).status, 404)
    const listed = async (login: typeof till) => {
      const { attempts } = (await (await relay.request("/attempts", { headers: as(login) })).json()) as {
        readonly attempts: ReadonlyArray<unknown>
      }
      return attempts.length
    }
    assert.strictEqual(await listed(shop), 1)
    assert.strictEqual(await listed(other), 0)
    assert.strictEqual(await listed(till), 1)
  })

  it("is refused if the service does not know it", async () => {
    await using hipay = await startHipay()
    await using relay = await startRelay(hipay.url, passing)
    const wrong = { headers: as({ ...shop, password: "another" }) }
    for (const path of ["/attempts", "/attempts/x", "/upstream"]) {
      assert.strictEqual((await relay.request(path, wrong)).status, 401, path)
    }
  })

  it("is checked again once the service has refused it an order", async () => {
    let isRevoked = false
    await using hipay = await startService((asked, response) => {
      if (asked.body === "{}") json(response, isRevoked ? 401 : 400, {})
      else json(response, 403, {})
    })
    await using relay = await startRelay(hipay.url, passing)
    const list = async () => (await relay.request("/attempts", { headers: as(shop) })).status
    assert.strictEqual(await list(), 200)
    isRevoked = true
    assert.strictEqual(await list(), 200)
    await relay.pay(order("FORBIDDEN_1"), as(shop))
    assert.strictEqual(await list(), 401)
  })

  it("does nothing that needs a role of the relay's own logins", async () => {
    await using hipay = await startHipay((_, response) => response.destroy())
    await using relay = await startRelay(hipay.url, passing)
    const attempt = (await relay.pay(order("ROLES_1"), as(shop))).headers.get("x-hipay-pos-attempt")
    const resolution = JSON.stringify({ outcome: "declined", by: "Ada", evidence: "no receipt", override: true })
    const resolve = (login: typeof till) =>
      relay.request(`${attempt}/resolve`, { method: "POST", headers: as(login), body: resolution })
    assert.strictEqual((await problemIn(await resolve(shop))).code, "role.missing")
    for (const path of ["/drift", "/terminals"]) {
      assert.strictEqual((await relay.request(path, { headers: as(shop) })).status, 403, path)
    }
    assert.strictEqual((await resolve(till)).status, 200)
  })

  it("lets a client follow an order that was accepted at once to its end", async () => {
    await using hipay = await startHipay()
    await using relay = await startRelay(hipay.url, passing)
    const client = makeClient({ server: relay.url, ...shop, live: true, journal: "memory", async: true })
    const result = await client.pay(
      { orderId: "CLIENT_1", amount: "12.45 EUR" },
      { serialNumber: "1", manufacturer: "PAX" }
    )
    assert.strictEqual(result._tag, "Approved")
  })

  it("is checked once more if the service cannot be reached, without a claim that nothing was started", async () => {
    const hipay = await startHipay()
    await using relay = await startRelay(hipay.url, passing)
    await hipay[Symbol.asyncDispose]()
    const problem = await problemIn(await relay.request("/attempts", { headers: as(shop) }))
    assert.deepInclude(problem, { status: 503, code: "relay.upstream.unreachable" })
    assert.notInclude(problem.description, "started")
  })
})

describe("a login of a relay itself", () => {
  it("is never sent to the service if callers' logins are passed through", async () => {
    await using hipay = await startHipay()
    await using relay = await startRelay(hipay.url, passing)
    const refused = await problemIn(await relay.pay(order("LOCAL_1")))
    assert.deepInclude(refused, { status: 403, code: "relay.login.missing" })
    assert.include(refused.description, "till is a login of the relay itself")
    const mistyped = as({ ...till, password: "at the rely" })
    assert.strictEqual((await relay.pay(order("LOCAL_2"), mistyped)).status, 401)
    assert.strictEqual((await relay.request("/attempts", { headers: mistyped })).status, 401)
    assert.deepStrictEqual(hipay.asked, [])
  })
})

describe("an order that may have been paid", () => {
  /** An order that the service took and did not answer, at a relay that then starts again without the service. */
  const restarted = async (name: string) => {
    const store = join(folder, `${name}.db`)
    const hipay = await startHipay((_, response) => response.destroy())
    const before = await startRelay(hipay.url, { ...passing, store })
    assert.strictEqual((await before.pay(order("MAYBE_1"), as(shop))).status, 504)
    await before.close()
    await hipay[Symbol.asyncDispose]()
    return startRelay(hipay.url, { ...passing, store })
  }

  it("is not reported as not started if its login cannot be checked", async () => {
    await using relay = await restarted("maybe-1")
    const told = await problemIn(await relay.pay(order("MAYBE_1"), as(shop)))
    assert.deepInclude(told, { status: 409, code: "attempt.unresolved" })
    assert.include(told.description, "It was sent before, and may have moved money.")
    assert.notInclude(told.description, "Nothing was started")
    // The caller's login has not been verified.
    assert.deepStrictEqual(told.details, {})
    const client = makeClient({ server: relay.url, ...shop, live: true, journal: "memory" })
    const target = { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }
    const result = await client.tryPay({ orderId: "MAYBE_1", amount: "12.45 EUR" }, target)
    assert.strictEqual(result.ok ? result.outcome._tag : result.error.reason._tag, "Unsettled")
  })

  it("is distinguished from another order, another login's and an invalid one, which were not started", async () => {
    await using relay = await restarted("maybe-2")
    for (const [body, login] of [
      [order("MAYBE_2"), shop],
      [order("MAYBE_1"), other],
      ["{", shop],
      [{ order: {} }, shop]
    ] as const) {
      const told = await problemIn(await relay.pay(body, as(login)))
      assert.deepInclude(told, { status: 400, code: "relay.upstream.unreachable" })
      assert.include(told.description, "Nothing was started")
    }
  })

  it("is answered from the record if the order would be refused now", async () => {
    await using service = await startService((_, response) => response.destroy())
    await using relay = await startRelay(service.url)
    assert.strictEqual((await relay.pay(order("MAYBE_3"))).status, 504)
    const { order_id } = order("MAYBE_3").order
    for (const body of [
      { ...order("MAYBE_3"), order: { order_id, price: { amount: "many" } } },
      { ...order("MAYBE_3"), sandbox_code: "00" }
    ]) {
      const told = await problemIn(await relay.pay(body))
      assert.deepInclude(told, { status: 409, code: "attempt.different" })
      assert.deepInclude(told.details, { state: "unknown" })
    }
    const fresh = { ...order("MAYBE_4"), order: { order_id: "MAYBE_4", price: { amount: "many" } } }
    assert.strictEqual((await relay.pay(fresh)).status, 400)
  })
})
