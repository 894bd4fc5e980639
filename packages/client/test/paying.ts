/** An order, its terminal, and a server's answers, as plain objects, like those of a till without core. */
import { type ClientOptions, type Fetch, makeClient, type PayResult } from "@hipay-pos/client"

export const order = { orderId: "A", amount: { currency: "EUR", minorUnits: 1250 } }
export const target = { host: "192.168.1.20", contracts: [{ merchantContract: "1234567" }] }

/** The answer of a server that was paid an amount in EUR. */
export const paid = (amount: number) => ({ paymentStatus: "Success", order: { price: { amount, currency: "EUR" } } })
/** The answer of a server that was paid the order. */
export const success = paid(order.amount.minorUnits)

export const login = { server: "http://server.test", username: "merchant", password: "secret", live: true } as const

/** A client of a server that is a function. */
export const clientOf = (fetch: Fetch, options: Partial<ClientOptions> = {}) =>
  makeClient({ ...login, journal: "memory", fetch, ...options })

/** A server that answers everything alike. */
export const answering =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Fetch =>
  async () =>
    Response.json(body, { status, headers })

/** Why a payment has no outcome. */
export const reasonOf = (result: PayResult) => (result.ok ? undefined : result.error.reason)
