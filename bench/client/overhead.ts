/**
 * A thousand payments one after the other, compared with as many bare fetches of the same bytes, in turns, in one
 * process, against a server in another one.
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { constants, setPriority } from "node:os"
import { makeClient } from "@hipay-pos/client"
import { Money, OrderRequest, TerminalTarget, Wire } from "@hipay-pos/core"
import * as Result from "effect/Result"
import type { Figure } from "../measure/Figure.ts"
import { median, rounded } from "../measure/statistics.ts"

const PAYMENTS = 1_000
const CHUNK = 50
const ROUNDS = 9
/** Chunks of warm-up, until both are compiled. A till's first thousand payments take weeks. */
const WARM_UP = 6

const amount = Result.getOrThrow(Money.make(1250, "EUR"))
const target = TerminalTarget.concert({ host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] })
const credentials = { username: "merchant", password: "secret" }

/** Milliseconds of a chunk. */
const timed = async (work: () => Promise<void>): Promise<number> => {
  const begin = performance.now()
  for (let i = 0; i < CHUNK; i++) await work()
  return performance.now() - begin
}

/** Milliseconds of a thousand of each, in turns of fifty, so that noise of the machine affects both. */
const round = async (works: { readonly ours: () => Promise<void>; readonly bare: () => Promise<void> }) => {
  const took = { ours: 0, bare: 0 }
  for (let i = 0; i < PAYMENTS / CHUNK; i++) {
    took.ours += await timed(works.ours)
    took.bare += await timed(works.bare)
  }
  return took
}

/** Raises the priority, if permitted, so that other work on the machine is not measured. */
const goAhead = () => {
  try {
    setPriority(constants.priority.PRIORITY_HIGH)
  } catch {
    // Not every user may do this.
  }
}

export const figure = async (): Promise<Figure> => {
  goAhead()
  const server = fork(new URL("serve.ts", import.meta.url))
  const [port] = (await once(server, "message")) as [number]
  const base = `http://127.0.0.1:${port}`
  const request = Result.getOrThrow(OrderRequest.make({ orderId: "ORDER", amount }, target))
  const headers = {
    authorization: `Basic ${btoa(`${credentials.username}:${credentials.password}`)}`,
    "content-type": "application/json",
    accept: "application/json"
  }

  const bare = async () => {
    const body = JSON.stringify(Wire.Conversion.fromRequest(request))
    const response = await fetch(`${base}/v1/connector/order`, { method: "POST", headers, body })
    const { paymentStatus } = (await response.json()) as { paymentStatus: string }
    if (paymentStatus !== "Success") throw new Error("not paid")
  }
  const makeOurs = () => {
    const client = makeClient({ server: base, ...credentials, journal: "memory" })
    let paid = 0
    return async () => {
      const outcome = await client.pay({ orderId: `ORDER_${++paid}`, amount }, target)
      if (outcome._tag !== "Approved") throw new Error("not paid")
    }
  }

  const all = []
  for (let i = 0; i < WARM_UP + ROUNDS; i++) all.push(await round({ ours: makeOurs(), bare }))
  server.disconnect()
  const rounds = all.slice(WARM_UP)
  const [cold] = all
  return {
    name: "client.payment",
    value: rounded(median(rounds.map(({ ours, bare }) => ours / bare))),
    beside: {
      microseconds: Math.round((median(rounds.map(({ ours }) => ours)) / PAYMENTS) * 1000),
      bareMicroseconds: Math.round((median(rounds.map(({ bare }) => bare)) / PAYMENTS) * 1000),
      coldRatio: cold === undefined ? Number.NaN : rounded(cold.ours / cold.bare)
    }
  }
}
