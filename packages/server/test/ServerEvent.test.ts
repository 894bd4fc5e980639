/** Listeners of a server. */
import { assert, describe, it, vi } from "@effect/vitest"
import { type Listener, type ServerEvent, safeListener } from "@hipay-pos/server"
import { listenersOf, type ServerOptions } from "@hipay-pos/server/node"

const event: ServerEvent = { _tag: "StoreWarning", detail: "" }

describe("a listener", () => {
  it.each<[string, (listener: Listener) => Listener | undefined]>([
    ["wrapped", safeListener],
    ["alone", (listener) => listenersOf({ listener })],
    ["beside metrics", (listener) => listenersOf({ listener, telemetry: metrics })]
  ])("that throws, or rejects because it is asynchronous, disturbs nothing: %s", (_, listening) => {
    const rejected = Promise.reject(new Error("its fault"))
    const then = vi.spyOn(rejected, "then")
    listening(() => rejected as never)?.(event)
    assert.isFunction(then.mock.calls[0]?.[1])
    const thrown = vi.fn(() => assert.fail("its fault"))
    listening(thrown)?.(event)
    assert.lengthOf(thrown.mock.calls, 1)
  })
})

const metrics = { metrics: { listener: () => {} } } as unknown as NonNullable<ServerOptions["telemetry"]>
