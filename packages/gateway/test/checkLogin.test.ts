/** How long the service's word about a caller's login is believed. */
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { makeLoginChecker } from "../src/relay/checkLogin.ts"
import * as Upstream from "../src/relay/Upstream.ts"

const upstream = Result.getOrThrow(Upstream.parse("https://pos.example"))
const LOGIN = "Basic c2hvcDp4"
const MINUTES = 60_000

/** A checker whose service answers with a status, or not at all, and its clock. */
const setUp = () => {
  const service: { status: number | undefined; asked: number; now: number } = { status: 400, asked: 0, now: 0 }
  const fetch = async () => {
    service.asked++
    if (service.status === undefined) throw new TypeError("fetch failed")
    return Response.json({}, { status: service.status })
  }
  return { service, checker: makeLoginChecker(upstream, fetch, () => service.now) }
}

describe("a login that the service knows", () => {
  it("is asked for once in five minutes for questions, and not again for orders", async () => {
    const { service, checker } = setUp()
    assert.strictEqual(await checker.check(LOGIN, "question"), "known")
    service.now = 5 * MINUTES - 1
    assert.strictEqual(await checker.check(LOGIN, "question"), "known")
    assert.strictEqual(service.asked, 1)
    service.now = 5 * MINUTES
    assert.strictEqual(await checker.check(LOGIN, "order"), "known")
    assert.strictEqual(service.asked, 1)
    assert.strictEqual(await checker.check(LOGIN, "question"), "known")
    assert.strictEqual(service.asked, 2)
    service.now = 10 * MINUTES - 1
    assert.strictEqual(await checker.check(LOGIN, "question"), "known")
    assert.strictEqual(service.asked, 2)
  })

  it.each([401, 403])("asks nothing any more once the service has revoked it: %i", async (status) => {
    const { service, checker } = setUp()
    await checker.check(LOGIN, "order")
    Object.assign(service, { status, now: 5 * MINUTES })
    assert.strictEqual(await checker.check(LOGIN, "question"), "unknown")
    assert.strictEqual(await checker.check(LOGIN, "order"), "unknown")
  })

  it("is still known while the service cannot be asked, and another one is not", async () => {
    const { service, checker } = setUp()
    await checker.check(LOGIN, "question")
    Object.assign(service, { status: undefined, now: 5 * MINUTES })
    assert.strictEqual(await checker.check(LOGIN, "question"), "known")
    assert.strictEqual(await checker.check(LOGIN, "question"), "known")
    assert.strictEqual(service.asked, 2)
    assert.property(await checker.check("Basic b3RoZXI6eA==", "question"), "problem")
  })
})
