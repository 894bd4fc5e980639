import type { AppOptions } from "@hipay-pos/server"
import type { Served } from "@hipay-pos/server/node"
import * as Effect from "effect/Effect"
import { assert, it } from "vitest"

it("does not compile where a gateway would answer in a terminal's place, or a mock would send orders on", () => {
  const common = { credentials: [] }
  const sandbox = () => ({ status: 200, body: { paymentStatus: "Success" } })
  const control = { path: "/_mock", token: "token", make: () => assert.fail() }
  const mode: AppOptions["mode"] = "gateway"
  const invented = { ...common, mode, sandbox }
  const reload = () => assert.fail()
  const impossible: ReadonlyArray<AppOptions> = [
    // @ts-expect-error what a terminal has not paid, a gateway does not call paid,
    { ...common, mode: "gateway", sandbox },
    // @ts-expect-error wherever its options were put together
    invented,
    // @ts-expect-error its terminals are not controlled by whoever tests a till,
    { ...common, mode: "gateway", control },
    // @ts-expect-error and no till is examined there
    { ...common, mode: "gateway", examination: true },
    // @ts-expect-error simulated terminals are not in a file that is read again,
    { ...common, mode: "simulated", reload },
    // @ts-expect-error and no other mock shares their store
    { ...common, mode: "simulated", instances: Effect.succeed([]) }
  ]
  assert.lengthOf(impossible, 6)
  // @ts-expect-error the same on a port
  const onPort: Extract<Served, { readonly mode: "gateway" }>["sandbox"] = sandbox
  assert.strictEqual(onPort, sandbox)
})
