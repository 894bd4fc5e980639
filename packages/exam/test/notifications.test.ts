/** The till's endpoint for notifications: a forged one refused, a right one taken, again too. */
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { receiveNotification } from "@hipay-pos/client/notification"
import { assert, describe, it } from "vitest"
import type { Driver } from "../src/till/drive.ts"
import { startExamServer } from "../src/till/ExamServer.ts"
import { runExam } from "../src/till/runExam.ts"
import { scenarios } from "../src/till/scenarios/index.ts"

const LOGIN = { username: "merchant", password: "secret" }

const order = (orderId: string) =>
  JSON.stringify({
    order: { order_id: orderId, transaction_type: "Debit", price: { amount: 1234, currency: "EUR" } },
    pos_technical_info: {
      host_information: { host: "192.168.1.20", port: 8888 },
      terminal_transaction_display: {
        contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }],
        protocol: "ConcertV3.2"
      }
    }
  })

/** The codes of what was found at an endpoint. */
const found = async (answer: (body: string, signature: string) => Promise<number>) => {
  const endpoint = createServer(async (request, response) => {
    let body = ""
    for await (const chunk of request) body += String(chunk)
    response.writeHead(await answer(body, String(request.headers["x-allopass-signature"]))).end()
  })
  endpoint.listen(0, "127.0.0.1")
  await once(endpoint, "listening")
  const server = await startExamServer({ host: "127.0.0.1", port: 0, ...LOGIN, silence: 1_000 })
  const driver: Driver = {
    can: { process: false, action: false, currency: false, orderId: true },
    drive: async ({ orderId }) => {
      const headers = { "content-type": "application/json", authorization: `Basic ${btoa("merchant:secret")}` }
      await (await fetch(`${server.url}/v1/connector/order`, { method: "POST", headers, body: order(orderId) })).text()
      return { outcome: "approved" }
    }
  }
  try {
    const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/notify`
    const { results } = await runExam({
      server,
      examinee: { _tag: "Driven", driver, notify: { url, passphrase: "passphrase" } },
      scenarios: scenarios.filter(({ name }) => name === "notification"),
      silence: 1_000
    })
    return results.flatMap(({ findings }) => findings.map(({ code }) => code))
  } finally {
    await server.close()
    endpoint.close()
  }
}

/** Reads notifications by the client's library; one that it does not take is answered with that status. */
const reading = (otherwise: number) => async (body: string, signature: string) => {
  try {
    await receiveNotification(body, { "x-allopass-signature": signature }, "passphrase")
    return 200
  } catch {
    return otherwise
  }
}

describe("notifications to a till", () => {
  it("pass an endpoint that reads them by the client's library", async () => {
    assert.deepStrictEqual(await found(reading(403)), [])
  })

  it("fail an endpoint that takes everything", async () => {
    assert.deepStrictEqual(await found(async () => 200), ["forged-notification-taken"])
  })

  it("fail an endpoint that a wrong signature breaks, which is no refusal", async () => {
    assert.deepStrictEqual(await found(reading(500)), ["forged-notification-not-refused"])
  })

  it("fail an endpoint that refuses a repeat", async () => {
    const seen = new Set<string>()
    const codes = await found(async (body, signature) => {
      if (seen.has(body) && seen.has(signature)) return 409
      const isForged = seen.size === 0
      seen.add(body)
      if (!isForged) seen.add(signature)
      return isForged ? 403 : 200
    })
    assert.deepStrictEqual(codes, ["notification-refused-repeated"])
  })
})
