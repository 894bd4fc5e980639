/**
 * A thousand payments one after the other beside as many bare fetches of the same bytes, in alternating rounds of one
 * process, against a server in another one.
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { makeClient } from "@hipay-pos/client"
import { Money, Order, TerminalTarget, Wire } from "@hipay-pos/core"
import * as Result from "effect/Result"

const PAYMENTS = 1_000
const ROUNDS = 5
const BUDGET = 1.3

const amount = Result.getOrThrow(Money.make(1250, "EUR"))
const target = TerminalTarget.concert({ host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] })
const credentials = { username: "merchant", password: "secret" }

/** Milliseconds of a round. */
const timed = async (work: (i: number) => Promise<void>): Promise<number> => {
  const begin = performance.now()
  for (let i = 0; i < PAYMENTS; i++) await work(i)
  return performance.now() - begin
}

const median = (numbers: ReadonlyArray<number>): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0

export const rows = async () => {
  const server = fork(new URL("serve.ts", import.meta.url))
  const [port] = (await once(server, "message")) as [number]
  const base = `http://127.0.0.1:${port}`
  const request = Result.getOrThrow(Order.makeRequest({ orderId: "ORDER", amount }, target))
  const headers = {
    authorization: `Basic ${btoa(`${credentials.username}:${credentials.password}`)}`,
    "content-type": "application/json",
    accept: "application/json"
  }

  let round = 0
  const bare = () =>
    timed(async () => {
      const body = JSON.stringify(Wire.Conversion.fromRequest(request))
      const response = await fetch(`${base}/v1/connector/order`, { method: "POST", headers, body })
      const { paymentStatus } = (await response.json()) as { paymentStatus: string }
      if (paymentStatus !== "Success") throw new Error("not paid")
    })
  const ours = () => {
    const client = makeClient({ server: base, ...credentials, journal: "memory" })
    const own = ++round
    return timed(async (i) => {
      const outcome = await client.pay({ orderId: `ORDER_${own}_${i}`, amount }, target)
      if (outcome._tag !== "Approved") throw new Error("not paid")
    })
  }

  await ours()
  await bare()
  await ours()
  await bare()
  const rounds = []
  for (let i = 0; i < ROUNDS; i++) rounds.push({ ours: await ours(), bare: await bare() })
  server.disconnect()
  return [
    {
      name: "a payment beside a bare fetch of the same bytes, 1000 in a row, memory journal",
      microseconds: Math.round((median(rounds.map(({ ours }) => ours)) / PAYMENTS) * 1000),
      bareMicroseconds: Math.round((median(rounds.map(({ bare }) => bare)) / PAYMENTS) * 1000),
      ratio: Number(median(rounds.map(({ ours, bare }) => ours / bare)).toFixed(2)),
      budget: BUDGET
    }
  ]
}
