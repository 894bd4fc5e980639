/** Which attempts were made at a terminal, by any of its names. */
import { TcpConnection } from "@hipay-pos/concert-codec/node"
import { NotStarted } from "@hipay-pos/core/Terminal"
import * as Effect from "effect/Effect"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import { madeAt } from "../src/madeAt.ts"

const hosts: Readonly<Record<string, string>> = { localhost: "127.0.0.1", "front-desk": "192.168.1.20" }

describe("an attempt", () => {
  beforeEach(() => {
    const { resolve } = TcpConnection.connector
    vi.spyOn(TcpConnection.connector, "resolve").mockImplementation((address) => {
      const host = hosts[address.host]
      if (host !== undefined) return Effect.succeed({ ...address, host })
      return /[.:]/.test(address.host) && resolve !== undefined
        ? resolve(address)
        : Effect.fail(new NotStarted({ kind: "HostUnknown", detail: "not found" }))
    })
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const found = (made: string, terminal: string) =>
    Effect.map(madeAt([{ terminal: made }], terminal), ([each]) => each?.isCertain ?? "elsewhere")

  it.each([
    ["192.168.1.20:8888", "192.168.1.20:8888", true],
    ["FRONT-DESK:8888", "192.168.1.20:8888", true],
    ["192.168.1.20:8888 through 127.0.0.1:8080", "front-desk:8888", true],
    ["127.0.0.1:8888", "localhost:8888", true],
    ["2001:db8::1:8888", "[2001:DB8:0::1]:8888", true],
    ["unknown:8888", "Unknown:8888", true],
    ["unknown:8888", "192.168.1.20:8888", "perhaps"],
    ["192.168.1.20:8888", "unknown:8888", "perhaps"],
    ["unknown:8888 through api.shop.example", "192.168.1.20:8888", "perhaps"],
    ["unknown:8889", "192.168.1.20:8888", "elsewhere"],
    ["192.168.1.21:8888", "192.168.1.20:8888", "elsewhere"],
    ["PAX 1850320198", "unknown:8888", "elsewhere"]
  ] as const)("at %s, seen from %s: %s", async (made, terminal, isHere) => {
    assert.strictEqual(await Effect.runPromise(found(made, terminal)), isHere === "perhaps" ? false : isHere)
  })
})
