import { assert, describe, it } from "vitest"
import { isForbidden } from "../src/terminals/ForbiddenAddress.ts"

describe("an address that no terminal has", () => {
  it.each([
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "0:0:0:0:0:ffff:a9fe:a9fe",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "64:ff9b:1:7::169.254.169.254",
    "2002:a9fe:a9fe::",
    "2002:a9fe:a9fe:1::7",
    "2002:a9fe::1",
    "2002:6464:64c8::",
    "::169.254.169.254",
    "fe80::1%eth0",
    "fd00:ec2:0:0::254",
    "100.100.100.200",
    "0.0.0.0",
    "::"
  ])("%s is recognised", (host) => assert.isTrue(isForbidden(host)))

  it.each([
    ...["192.168.1.20", "10.0.0.7", "127.0.0.1", "::1", "fd12::7", "::ffff:192.168.1.20", "::192.168.1.20"],
    ...["2002:c0a8:114::7", "64:ff9b:1::192.168.1.20", "2001:db8::a9fe:a9fe"]
  ])("%s is none of them", (host) => assert.isFalse(isForbidden(host)))
})
