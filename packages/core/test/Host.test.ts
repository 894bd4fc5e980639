/** Which hosts are this machine, and how an address is typed. */
import { assert, describe, it } from "vitest"
import { addressText, isLoopback, isMisread, plainAddress } from "../src/Host.ts"

describe("a host", () => {
  it.each(["localhost", "LocalHost", "127.0.0.1", "127.255.1.2", "::1", new URL("http://[::1]:9000/").hostname])(
    "is this machine: %s",
    (host) => assert.isTrue(isLoopback(host))
  )

  it.each([
    "127.evil.example",
    "127.0.0.1.example",
    "192.168.1.20",
    "[::2]",
    "::ffff:192.168.1.20",
    "0.0.0.0",
    "::",
    ""
  ])("is not: %s", (host) => assert.isFalse(isLoopback(host)))
})

describe("an address", () => {
  it.each([
    ["192.168.1.20", "192.168.1.20:8888"],
    ["front-desk", "front-desk:8888"],
    ["2001:db8::1", "[2001:db8::1]:8888"]
  ])("at %s is typed %s", (host, text) => assert.strictEqual(addressText({ host, port: 8888 }), text))
})

describe("the address of a socket", () => {
  it.each([
    ["::ffff:192.168.1.20", "192.168.1.20"],
    ["::ffff:7f00:1", "::ffff:7f00:1"],
    ["2001:db8::1", "2001:db8::1"],
    ["192.168.1.20", "192.168.1.20"],
    [undefined, undefined]
  ])("%s is written %s", (address, text) => assert.strictEqual(plainAddress(address), text))
})

describe("a host of numbers", () => {
  it.each(["192.168.1.020", "192.168.001.020", "10.1", "0x7f.1", "2130706433", "192.168.1.256", "1.2.3.4."])(
    "is not a plain IP address: %s",
    (host) => assert.isTrue(isMisread(host))
  )

  it.each([
    "192.168.1.20",
    "0.0.0.0",
    "255.255.255.255",
    "fd12::20",
    "::1",
    "bar",
    "0800.lan",
    "10.lan",
    "face",
    "",
    "0x"
  ])("is one, or a name: %j", (host) => assert.isFalse(isMisread(host)))
})
