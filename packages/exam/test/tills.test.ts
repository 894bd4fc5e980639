/** Tills that are bad on purpose, driven through scenarios against the mock: what is found, and that the money is named. */
import { assert, describe, it } from "vitest"
import type { Driver, Task } from "../src/till/drive.ts"
import { startExamServer } from "../src/till/ExamServer.ts"
import type { Outcome } from "../src/till/Outcome.ts"
import { runExam } from "../src/till/runExam.ts"
import { scenarios } from "../src/till/scenarios/index.ts"

const LOGIN = { username: "merchant", password: "secret" }

interface Answered {
  readonly status: number
  readonly success: boolean
}

/** Sends an order under an id; `order` goes over the usual one. */
type Send = (transactionType: string, orderId: string, changes?: Changes) => Promise<Answered>

interface Changes {
  readonly amount?: number
  readonly order?: object
  readonly root?: object
}

/** What the till does when it is asked to, and what it says then; nothing where it says nothing. */
type Till = (send: Send, task: Task) => Promise<Outcome | undefined>

const minorUnits = (amount: string): number => Math.round(Number(amount) * 100)

const sendTo =
  (url: string, task: Task): Send =>
  async (transactionType, orderId, { amount = minorUnits(task.amount), order, root } = {}) => {
    const response = await fetch(`${url}/v1/connector/order`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Basic ${btoa("merchant:secret")}` },
      body: JSON.stringify({
        ...root,
        order: {
          order_id: orderId,
          transaction_type: transactionType,
          price: { amount, currency: task.currency },
          ...order
        },
        pos_technical_info: {
          host_information: { host: "192.168.1.20", port: 8888 },
          terminal_transaction_display: {
            contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }],
            protocol: "ConcertV3.2"
          }
        }
      })
    })
    const { paymentStatus } = (await response.json()) as { readonly paymentStatus?: unknown }
    return { status: response.status, success: paymentStatus === "Success" }
  }

/** What a plain till says of an answer. */
const read = ({ status, success }: Answered): Outcome => {
  if (success) return "approved"
  if (status === 200) return "declined"
  return status >= 400 && status < 500 && status !== 409 ? "not-started" : "unknown"
}

/** Severity and code of everything that was found in some scenarios. */
const examine = async (till: Till, ...names: ReadonlyArray<string>) => {
  const server = await startExamServer({ host: "127.0.0.1", port: 0, ...LOGIN, silence: 100 })
  const driver: Driver = {
    can: { process: false, action: true, currency: false },
    drive: async (task) => {
      const outcome = await till(sendTo(server.url, task), task)
      return outcome === undefined ? {} : { outcome }
    }
  }
  try {
    const { results } = await runExam({
      server,
      examinee: { _tag: "Driven", driver },
      scenarios: scenarios.filter(({ name }) => names.includes(name)),
      silence: 100
    })
    assert.deepStrictEqual(
      results.map(({ scenario }) => scenario.name),
      names
    )
    return results.map(({ scenario, findings }) => ({
      name: scenario.name,
      codes: findings.map(({ severity, code }) => `${severity} ${code}`),
      words: findings.map(({ loses }) => loses)
    }))
  } finally {
    await server.close()
  }
}

const codesOf = async (till: Till, ...names: ReadonlyArray<string>) =>
  Object.fromEntries((await examine(till, ...names)).map(({ name, codes }) => [name, codes]))

const plain: Till = async (send, { orderId, action }) =>
  read(await send(action === "pay" ? "Debit" : action === "refund" ? "Credit" : "Cancel", orderId))

describe("a plain till", () => {
  it("passes where it is right", async () => {
    const names = ["approved", "declined", "not-started", "exact-amount", "silence", "unknown-504", "refund", "cancel"]
    assert.deepStrictEqual(await codesOf(plain, ...names), Object.fromEntries(names.map((name) => [name, []])))
  })
})

describe("a till that gives money back", () => {
  it("under the id of an order that is unknown has no proof of a payment, though the Credit succeeds", async () => {
    const till: Till = async (send, { orderId }) => {
      const outcome = read(await send("Debit", orderId))
      return outcome === "unknown" ? read(await send("Credit", orderId)) : outcome
    }
    assert.deepStrictEqual(await codesOf(till, "silence", "unknown-504"), {
      silence: ["critical said-approved-when-unknown"],
      "unknown-504": ["critical said-approved-when-unknown"]
    })
  })
})
