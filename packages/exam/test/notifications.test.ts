/** The till's endpoint for notifications: a forged one refused, a right one taken, again too. */
import { createHash } from "node:crypto"
import { parseNotification, receiveNotification } from "@hipay-pos/client/notification"
import { assert, describe, it } from "vitest"
import { listenHttp } from "../../../tests/listen.ts"
import { orderFor } from "../../../tests/order.ts"
import type { Driver } from "../src/till/drive.ts"
import { startExamServer } from "../src/till/ExamServer.ts"
import type { Algorithm } from "../src/till/notify.ts"
import { runExam } from "../src/till/runExam.ts"
import { scenarios } from "../src/till/scenarios/index.ts"

const LOGIN = { username: "merchant", password: "secret" }

const order = (orderId: string) =>
  JSON.stringify(
    orderFor(
      orderId,
      { host: "192.168.1.20", port: 8888 },
      {
        price: { amount: 1234, currency: "EUR" },
        order: { transaction_type: "Debit", custom_data: { sale: 17, sizes: ["S"] } }
      }
    )
  )

/**
 * The codes of what was found at the endpoint of a till, which pays when it is asked to, pays once it has answered, or sends
 * its order asynchronously and says what the notification says.
 */
const found = async (
  answer: (body: string, signature: string | undefined) => Promise<number>,
  pays: "at once" | "later" | "asynchronously" = "at once",
  algorithm?: Algorithm
) => {
  let wake = () => {}
  const taken = new Promise<void>((resolve) => {
    wake = resolve
  })
  await using endpoint = await listenHttp(async (request, response) => {
    let body = ""
    for await (const chunk of request) body += String(chunk)
    const signature = request.headers["x-allopass-signature"]
    const status = await answer(body, signature === undefined ? undefined : String(signature))
    response.writeHead(status).end()
    // Those that are not signed come first.
    if (status === 200) wake()
  })
  const server = await startExamServer({ host: "127.0.0.1", port: 0, ...LOGIN, silence: 1_000, lateTimeout: 0 })
  const driver: Driver = {
    can: { process: false, action: false, currency: false, orderId: true },
    drive: async ({ orderId }) => {
      const pay = async () => {
        const headers = {
          "content-type": "application/json",
          authorization: `Basic ${btoa("merchant:secret")}`,
          ...(pays === "asynchronously" ? { prefer: "respond-async" } : {})
        }
        const init = { method: "POST", headers, body: order(orderId) }
        await (await fetch(`${server.url}/v1/connector/order`, init)).text()
      }
      if (pays === "later") {
        later = pay
        return {}
      }
      await pay()
      if (pays === "asynchronously") await taken
      return { outcome: "approved" }
    }
  }
  let later = async () => {}
  const awaitLate = async (signal?: AbortSignal) => {
    await later()
    await server.awaitLate(signal)
  }
  try {
    const url = `${endpoint.url}/notify`
    const { results } = await runExam({
      server: { ...server, awaitLate },
      examinee: { _tag: "Driven", driver, notify: { url, passphrase: "passphrase", algorithm } },
      scenarios: scenarios.filter(({ name }) => name === "notification"),
      silence: 1_000
    })
    return results.flatMap(({ findings }) => findings.map(({ code }) => code))
  } finally {
    await server.close()
  }
}

/** Reads notifications by the client's library; one that it does not take is answered with that status. */
const reading = (otherwise: number) => async (body: string, signature: string | undefined) => {
  try {
    await receiveNotification(body, { "x-allopass-signature": signature }, "passphrase")
    return 200
  } catch {
    return otherwise
  }
}

describe("notifications to a till", () => {
  it("pass an endpoint that reads them with the client library", async () => {
    assert.deepStrictEqual(await found(reading(403)), [])
  })

  it.each([
    ["SHA-1", 40],
    ["SHA-256", 64],
    ["SHA-512", 128]
  ] as const)("are signed by %s if the account is set to it", async (algorithm, length) => {
    const lengths = new Set<number | undefined>()
    const read = reading(403)
    const codes = await found(
      async (body, signature) => {
        lengths.add(signature?.length)
        return read(body, signature)
      },
      "at once",
      algorithm
    )
    assert.deepStrictEqual(codes, [])
    assert.deepStrictEqual(lengths, new Set([length, undefined]))
  })

  it("bring the order's custom data back, by which a till may find its sale", async () => {
    const sales = new Set<string>()
    await found(async (body) => {
      const form = new URLSearchParams(body)
      sales.add(`${form.get("custom_data[sale]")} ${form.get("custom_data[sizes][0]")}`)
      return 403
    })
    assert.deepStrictEqual(sales, new Set(["17 S"]))
  })

  it("are dated like the payment: a till may ignore one that is older than its order", async () => {
    const begun = Math.floor(Date.now() / 1_000) * 1_000
    const dates: Array<string> = []
    await found(async (body) => {
      const form = new URLSearchParams(body)
      dates.push(...["date_created", "date_updated"].map((name) => form.get(name) ?? ""))
      return 403
    })
    assert.isNotEmpty(dates)
    for (const date of dates) {
      assert.match(date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/)
      assert.isAtLeast(Date.parse(date.replace("+0000", "Z")), begun)
    }
  })

  it("fail an endpoint that takes everything", async () => {
    assert.deepStrictEqual(await found(async () => 200), [
      "forged-notification-taken",
      "unsigned-notification-taken",
      "signed-without-passphrase-notification-taken"
    ])
  })

  it("are posted to a till that pays only once it has answered, too", async () => {
    assert.include(await found(async () => 200, "later"), "forged-notification-taken")
  })

  it("prove the payment to a till that accepted them: it may say that the sale is paid, without a query", async () => {
    assert.deepStrictEqual(await found(reading(403), "asynchronously"), [])
  })

  it("prove nothing if they are not signed, or not accepted", async () => {
    const unproved = ["said-approved-when-unknown", "payment-not-learnt"]
    assert.includeMembers(
      await found(async (_, signature) => (signature === undefined ? 200 : 500), "asynchronously"),
      unproved
    )
  })

  it("fail an endpoint that accepts unsigned ones", async () => {
    const read = reading(403)
    const codes = await found(async (body, signature) => (signature === undefined ? 200 : read(body, signature)))
    assert.deepStrictEqual(codes, ["unsigned-notification-taken"])
  })

  it("fail an endpoint that has no passphrase, and accepts ones signed without it", async () => {
    const hashed = (body: string) => createHash("sha256").update(body).digest("hex")
    const read = reading(403)
    const codes = await found(async (body, signature) => (signature === hashed(body) ? 200 : read(body, signature)))
    assert.deepStrictEqual(codes, ["signed-without-passphrase-notification-taken"])
  })

  it("fail an endpoint that crashes on a wrong signature, which is not a refusal", async () => {
    assert.deepStrictEqual(await found(reading(500)), [
      "forged-notification-not-refused",
      "unsigned-notification-not-refused",
      "signed-without-passphrase-notification-not-refused"
    ])
  })

  it("fail an endpoint that refuses a repeat", async () => {
    const read = reading(403)
    const taken = new Set<string>()
    const codes = await found(async (body, signature) => {
      if (taken.has(body)) return 409
      const status = await read(body, signature)
      if (status === 200) taken.add(body)
      return status
    })
    assert.deepStrictEqual(codes, ["notification-refused-repeated"])
  })

  it("are of one transaction with a reference as HiPay's are, and of an operation for each refund", async () => {
    const bodies: Array<string> = []
    await found(async (body) => {
      bodies.push(body)
      return 403
    })
    const notifications = bodies.map((body) => parseNotification(body))
    const references = new Set(notifications.map(({ transactionReference }) => transactionReference))
    assert.strictEqual(references.size, 1)
    for (const reference of references) assert.match(reference, /^8\d{11}$/)
    const operations = notifications.flatMap(({ status, operationId }) => (status === 126 ? [operationId] : []))
    assert.lengthOf(operations, 2)
    assert.notInclude(operations, undefined)
    assert.strictEqual(new Set(operations).size, 2)
    assert.isTrue(notifications.every(({ status, operationId }) => status === 126 || operationId === undefined))
  })
})
