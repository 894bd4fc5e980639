import { assert, describe, it } from "@effect/vitest"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import * as TerminalName from "../../src/terminals/TerminalName.ts"

const atHost = (host: string, port?: number) =>
  TerminalTarget.concert({ host, contracts: [], ...(port === undefined ? {} : { port }) })

describe("the name of a simulated terminal", () => {
  it.each([
    [atHost("192.0.2.10"), "192.0.2.10:8888"],
    [atHost("Till-7.TEST", 9000), "till-7.test:9000"],
    [atHost("LOCALHOST", 1), "127.0.0.1:1"],
    [atHost("192.0.2.10:9000"), "192.0.2.10:9000:8888"],
    [atHost("2001:DB8::1"), "[2001:db8::1]:8888"],
    [atHost("[2001:db8::1]", 9000), "[2001:db8::1]:9000"],
    [TerminalTarget.nepting({ serialNumber: "1850320198", manufacturer: "PAX" }), "PAX 1850320198"],
    [TerminalTarget.nepting({ serialNumber: "1850320198", manufacturer: "PAX Global" }), "PAX Global 1850320198"]
  ])("is the same from a target and from itself: %o is %s", (target, name) => {
    assert.strictEqual(TerminalName.fromTarget(target), name)
    assert.strictEqual(TerminalName.fromTarget(TerminalName.toTarget(name)), name)
  })

  it("may leave out the port", () => {
    assert.strictEqual(TerminalName.fromTarget(TerminalName.toTarget("till-7.test")), "till-7.test:8888")
    for (const text of ["2001:db8::1", "[2001:db8::1]"]) {
      assert.strictEqual(TerminalName.fromTarget(TerminalName.toTarget(text)), "[2001:db8::1]:8888")
    }
  })
})
