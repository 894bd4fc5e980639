/** The host of an examination's URL. */
import type { NetworkInterfaceInfo } from "node:os"
import { assert, describe, it } from "vitest"
import { callableHost } from "../src/till/callableHost.ts"

const at = (address: string, family: "IPv4" | "IPv6", internal: boolean): NetworkInterfaceInfo => {
  const info = { address, internal, netmask: "", mac: "", cidr: null }
  return family === "IPv4" ? { ...info, family } : { ...info, family, scopeid: 0 }
}

const interfaces = {
  lo: [at("127.0.0.1", "IPv4", true), at("::1", "IPv6", true)],
  eth0: [at("fe80::1", "IPv6", false), at("192.168.1.10", "IPv4", false)]
}

describe("the host that a till calls", () => {
  it("is one of this machine's addresses if the server listens at all of them, because nobody can call 0.0.0.0", () => {
    for (const host of ["0.0.0.0", "::"]) assert.strictEqual(callableHost(host, interfaces), "192.168.1.10")
  })

  it("is the loopback address on a machine without a network", () => {
    assert.strictEqual(callableHost("0.0.0.0", { lo: interfaces.lo }), "127.0.0.1")
  })

  it("is the server's own otherwise", () => {
    for (const host of ["127.0.0.1", "::1", "192.168.1.11", "till.lan"]) {
      assert.strictEqual(callableHost(host, interfaces), host)
    }
  })
})
