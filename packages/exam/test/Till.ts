/** Tills that are written in a few lines, driven through scenarios against the mock: what is found of them. */
import { assert } from "vitest"
import { orderFor } from "../../../tests/order.ts"
import type { Driver, Task } from "../src/till/drive.ts"
import type { Said } from "../src/till/Evidence.ts"
import { startExamServer } from "../src/till/ExamServer.ts"
import type { Outcome } from "../src/till/Outcome.ts"
import type { Results } from "../src/till/resultsFile.ts"
import { runExam } from "../src/till/runExam.ts"
import type { Examinee } from "../src/till/runScenario.ts"
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
  readonly username?: string
  readonly password?: string
  /** What stands before the JSON. */
  readonly mark?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: string
}

/** What the till does when it is asked to, and what it says then; nothing where it says nothing, or is gone. */
export type Till = (send: Send, task: Task, url?: string) => Promise<Outcome | "dropped" | "not-possible" | undefined>

export const minorUnits = (amount: string): number => Math.round(Number(amount) * 100)

const sendTo =
  (url: string, task: Task): Send =>
  async (transactionType, orderId, changes = {}) => {
    const { amount = minorUnits(task.amount), order, root, technical, mark = "", query = "" } = changes
    const { username, password } = { ...LOGIN, ...changes }
    const response = await fetch(`${url}/v1/connector/order${query}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Basic ${btoa(`${username}:${password}`)}`,
        ...changes.headers
      },
      body: `${mark}${JSON.stringify({
        ...root,
        ...orderFor(
          orderId,
          { host: "192.168.1.20", port: 8888 },
          {
            price: { amount, currency: task.currency },
            order: { transaction_type: transactionType, ...order },
            info: technical
          }
        )
      })}`
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
export const examine = (till: Till, ...names: ReadonlyArray<string>) => examineBy(drivenAs(till), names)

/** What was found where a person does something at the till, and tells what it said. */
export const examineLed = (act: (send: Send) => Promise<unknown>, said: Said, ...names: ReadonlyArray<string>) =>
  examineBy((url) => {
    const lead = async () => {
      await act(sendTo(url, { action: "pay", amount: "12.34", currency: "EUR", orderId: "" }))
      return { said, answers: {} }
    }
    return { _tag: "Led", person: { lead } }
  }, names)

/** What was found where a person does something at the till, and then leaves the scenario out. */
export const examineLeftOut = (act: (send: Send) => Promise<unknown>, ...names: ReadonlyArray<string>) =>
  examineLed(act, { notPossible: true }, ...names)

/** A till whose driver can all but what is left out. */
export const drivenAs =
  (till: Till, can: Partial<Driver["can"]> = {}) =>
  (url: string): Examinee => {
    const drive: Driver["drive"] = async (task) => {
      const outcome = await till(sendTo(url, task), task, url)
      if (outcome === "dropped") return { dropped: true }
      if (outcome === "not-possible") return { notPossible: true }
      return outcome === undefined ? {} : { outcome }
    }
    return {
      _tag: "Driven",
      driver: { can: { process: false, action: true, currency: true, orderId: true, ...can }, drive }
    }
  }

/** What was found of a till, beside what a file of results has of it; `later` is what the till does while it is waited for. */
export const examineBy = async (
  examineeAt: (url: string) => Examinee,
  names: ReadonlyArray<string>,
  { results, later }: { readonly results?: Results; readonly later?: () => Promise<unknown> } = {}
) => {
  const server = await startExamServer({ host: "127.0.0.1", port: 0, ...LOGIN, silence: 100, lateTimeout: 0 })
  const awaitLate = async (signal?: AbortSignal) => {
    await later?.()
    await server.awaitLate(signal)
  }
  try {
    const ended = await runExam({
      server: { ...server, awaitLate },
      examinee: examineeAt(server.url),
      results,
      scenarios: scenarios.filter(({ name }) => names.includes(name)),
      silence: 100
    })
    assert.deepStrictEqual(
      ended.results.map(({ scenario }) => scenario.name),
      names
    )
    return ended.results.map(({ scenario, verdict, findings, evidence, missing, fromFile }) => ({
      name: scenario.name,
      verdict,
      missing,
      fromFile,
      charged: evidence?.charges.length,
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
