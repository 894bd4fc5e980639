/** Tills that are written in a few lines, driven through scenarios against the mock: what is found of them. */
import { assert } from "vitest"
import type { Driver, Task } from "../src/till/drive.ts"
import { startExamServer } from "../src/till/ExamServer.ts"
import type { Outcome } from "../src/till/Outcome.ts"
import { runExam } from "../src/till/runExam.ts"
import { scenarios } from "../src/till/scenarios/index.ts"

const LOGIN = { username: "merchant", password: "secret" }

export interface Answered {
  readonly status: number
  readonly success: boolean
  /** Of a success. */
  readonly paid: number
  readonly body: unknown
  readonly challenge: string | null
  readonly location: string | null
}

/** Sends an order under an id; `order` goes over the usual one. */
export type Send = (transactionType: string, orderId: string, changes?: Changes) => Promise<Answered>

export interface Changes {
  readonly amount?: number
  readonly order?: object
  readonly root?: object
  readonly technical?: object
  readonly password?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What the till does when it is asked to, and what it says then; nothing where it says nothing, or is gone. */
export type Till = (send: Send, task: Task, url?: string) => Promise<Outcome | "dropped" | undefined>

export const minorUnits = (amount: string): number => Math.round(Number(amount) * 100)

const sendTo =
  (url: string, task: Task): Send =>
  async (transactionType, orderId, changes = {}) => {
    const { amount = minorUnits(task.amount), order, root, technical, password = LOGIN.password } = changes
    const response = await fetch(`${url}/v1/connector/order`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Basic ${btoa(`merchant:${password}`)}`,
        ...changes.headers
      },
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
          },
          ...technical
        }
      })
    })
    const body = (await response.json()) as {
      readonly paymentStatus?: unknown
      readonly order?: { readonly price: { readonly amount: number } }
    }
    return {
      status: response.status,
      success: body.paymentStatus === "Success",
      paid: body.order?.price.amount ?? 0,
      body,
      challenge: response.headers.get("www-authenticate"),
      location: response.headers.get("location")
    }
  }

/** What a plain till says of an answer. */
export const read = ({ status, success }: Answered): Outcome => {
  if (success) return "approved"
  if (status === 200) return "declined"
  return status >= 400 && status < 500 && status !== 409 ? "not-started" : "unknown"
}

/** What was found in some scenarios. */
export const examine = async (till: Till, ...names: ReadonlyArray<string>) => {
  const server = await startExamServer({ host: "127.0.0.1", port: 0, ...LOGIN, silence: 100 })
  const driver: Driver = {
    can: { process: false, action: true, currency: false, orderId: true },
    drive: async (task) => {
      const outcome = await till(sendTo(server.url, task), task, server.url)
      return outcome === undefined ? {} : outcome === "dropped" ? { dropped: true } : { outcome }
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
    return results.map(({ scenario, findings, evidence, missing }) => ({
      name: scenario.name,
      missing,
      codes: findings.map(({ severity, code }) => `${severity} ${code}`),
      words: findings.map(({ loses }) => loses),
      /** Method and path of the requests that show it. */
      requests: findings
        .flatMap(({ exchanges }) => exchanges)
        .map((id) => evidence?.exchanges.find((each) => each.id === id))
        .map((each) => [each?.method, each?.path])
    }))
  } finally {
    await server.close()
  }
}

export const codesOf = async (till: Till, ...names: ReadonlyArray<string>) =>
  Object.fromEntries((await examine(till, ...names)).map(({ name, codes }) => [name, codes]))

/** Sends its order once, and says what the answer is. */
export const plain: Till = async (send, { orderId, action }) =>
  read(await send(action === "pay" ? "Debit" : action === "refund" ? "Credit" : "Cancel", orderId))
