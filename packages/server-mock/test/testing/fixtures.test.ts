import {
  type MockFixture,
  mockPerWorker,
  startTestMock,
  useMock,
  type WorkerFixture
} from "@hipay-pos/server-mock/testing"
import { afterAll, test as base, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { order } from "../server.ts"

const send = (
  mock: { readonly url: string; readonly login: { username: string; password: string } },
  { space = "", host }: { readonly space?: string; readonly host?: string } = {}
) =>
  fetch(`${mock.url}/v1/connector/order`, {
    method: "POST",
    headers: {
      authorization: `Basic ${btoa(`${mock.login.username}${space}:${mock.login.password}`)}`,
      "content-type": "application/json"
    },
    body: JSON.stringify(order(host === undefined ? {} : { info: { host_information: { host } } }))
  })

// Vitest wants fixtures of a worker at the top of the file.
const test = base.extend<MockFixture & WorkerFixture>(
  mockPerWorker({ credentials: { username: "till", password: "of these tests" } })
)

describe("a mock for each worker", () => {
  const urls = new Set<string>()

  test("answers the login that it was given", async ({ mock }) => {
    urls.add(mock.url)
    expect((await send(mock)).status).toBe(200)
    expect(await mock.mock.attempts()).toHaveLength(1)
  })

  test("is the same one in the next test, reset to its initial state", async ({ mock }) => {
    urls.add(mock.url)
    expect(urls.size).toBe(1)
    expect(await mock.mock.attempts()).toHaveLength(0)
    expect((await mock.mock.ledger()).entries).toHaveLength(0)
  })

  test("is left with a payment that is waiting for a person", async ({ mock }) => {
    await mock.mock.terminal("192.0.2.10").cardholder("manual")
    void send(mock)
    await mock.mock.waitFor({ state: "open" })
  })

  test("is not held up by that in the next test", async ({ mock }) => {
    expect((await mock.mock.clock.get()).frozen).toBe(false)
    expect((await send(mock)).status).toBe(200)
  })
})

describe("a mock by hooks", () => {
  const mock = useMock({ beforeAll, beforeEach, afterAll })

  it("answers inside a test", async () => {
    expect((await send(mock)).status).toBe(200)
    expect(await mock.mock.attempts()).toHaveLength(1)
  })

  it("is as it was at the start in the next one", async () => {
    expect(await mock.mock.attempts()).toHaveLength(0)
  })
})

describe("a mock whose tests take spaces", () => {
  it("is in its initial state in each of them, even if a payment is waiting", async () => {
    const mock = await startTestMock()
    for (const space of ["", "+x", "+y"]) {
      void send(mock, { space, host: "manual.terminal.test" })
      await mock.mock.space(space.slice(1)).waitFor({ state: "open" })
      await mock.reset()
      expect(await mock.mock.space(space.slice(1)).attempts()).toHaveLength(0)
      expect((await send(mock, { space })).status).toBe(200)
    }
    await mock.close()
  })

  // The terminal itself gives up after a minute.
  it("is closed although a payment waits in one", { timeout: 20_000 }, async () => {
    const mock = await startTestMock()
    const waiting = send(mock, { space: "+x", host: "manual.terminal.test" })
    await mock.mock.space("x").waitFor({ state: "open" })
    await mock.close()
    expect((await waiting).status).toBeGreaterThanOrEqual(200)
  })
})

describe("a mock whose terminals may take hours", () => {
  it("is reset and closed although a payment is waiting at a silent one", { timeout: 20_000 }, async () => {
    const mock = await startTestMock({ answerTimeout: "3h" })
    for (const end of [mock.reset, mock.close]) {
      const waiting = send(mock, { host: "silent.terminal.test" })
      await mock.mock.waitFor({ state: "open" })
      await end()
      expect((await waiting).status).toBe(504)
    }
  })
})

describe("useMock", () => {
  it("says which hooks it expects", () => {
    expect(() => useMock({ beforeEach: () => {} })).toThrow("expected hooks named beforeAll and afterAll")
  })

  it("says that a mock runs while tests do", () => {
    const early = useMock({ before: () => {}, beforeEach: () => {}, after: () => {} })
    expect(() => early.url).toThrow("use it inside a test or a hook")
  })
})
