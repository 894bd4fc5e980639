/** The terminals that tills name in their orders, in one way or another: a scenario must reach the one that is woken. */
import { assert, describe, it } from "vitest"
import { codesOf, type Till } from "./Till.ts"

const contracts = [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }]
const device = { serial_number: "1850320198", manufacturer: "PAX" }
const address = { host: "193.251.48.153", port: 8888 }

/** What an order says of its terminal. */
const technical: Readonly<Record<string, object>> = {
  "an address and a serial number, with AppNepting": {
    host_information: address,
    device_information: device,
    terminal_transaction_display: { protocol: "AppNepting", contract_array: contracts }
  },
  "an address and a serial number, without a protocol": {
    host_information: address,
    device_information: device,
    terminal_transaction_display: { contract_array: contracts }
  },
  "an IPv6 address": { host_information: { host: "fd00::20", port: 8888 } },
  "an IPv6 address in brackets": { host_information: { host: "[fd00::20]", port: 9000 } },
  "a host with its port": { host_information: { host: "192.168.1.20:9000", port: 8888 } },
  "a host alone": { host_information: { host: "Terminal-1.shop.example" } }
}

/** Takes every answer of a terminal for a payment. */
const careless =
  (info: object): Till =>
  async (send, { orderId }) =>
    (await send("Debit", orderId, { technical: info })).status === 200 ? "approved" : "unknown"

describe("a till that takes a refusal for a payment", () => {
  it.each(Object.entries(technical))("fails if its orders name %s", async (_, info) => {
    assert.deepStrictEqual(await codesOf(careless(info), "declined"), {
      declined: ["critical said-approved-when-declined"]
    })
  })

  it.each([
    ["header", { headers: { "x-mock-space": "till-1" } }],
    ["query", { query: "?space=till-1" }]
  ])("fails if its orders name a space of the mock in a %s, as in tests of its own", async (_, changes) => {
    const till: Till = async (send, { orderId }) =>
      (await send("Debit", orderId, changes)).status === 200 ? "approved" : "unknown"
    assert.deepStrictEqual(await codesOf(till, "declined"), { declined: ["critical said-approved-when-declined"] })
  })
})
