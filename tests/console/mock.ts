/** A mock with the console's pages, controlled as by a till and a test: orders, and calls under `/_mock`. */
import { type StartServerOptions, startServer } from "@hipay-pos/server-mock/node"
import { assert } from "vitest"
import { orderFor } from "../order.ts"
import { builtPages } from "./Browser.ts"

/** The terminal operated by a person; its tickets contain markup. */
export const COUNTER = "10.0.0.12:8888"

const basic = (login: string) => `Basic ${btoa(login)}`

/** The parts of an order that matter to a test. */
export interface OrderOptions {
  /** The terminal; names under `terminal.test` say how it behaves. */
  readonly host?: string
  /** Minor units. */
  readonly amount?: number
  readonly currency?: string
  readonly transactionType?: "Debit" | "Credit" | "Cancel"
  readonly notifyUrl?: string
  /** Name of the one thing that is sold; no basket by default. EUR only. */
  readonly item?: string
  readonly space?: string
  /** `username:password`; the console's own by default. */
  readonly login?: string
  /** Does not wait for the end of the payment. */
  readonly async?: boolean
}

/** The JSON of an order. */
export const orderBody = (
  orderId: string,
  {
    host = "approved.terminal.test",
    amount = 4_250,
    currency = "EUR",
    transactionType = "Debit",
    notifyUrl,
    item
  }: OrderOptions = {}
) =>
  orderFor(
    orderId,
    { host, port: 8888 },
    {
      price: { amount, currency },
      order: {
        transaction_type: transactionType,
        ...(item === undefined ? {} : { basket: [basketOf(item, amount / 100)] })
      },
      info: { notify_url: notifyUrl }
    }
  )

const basketOf = (name: string, price: number) => ({
  ...{ product_reference: "1", name, type: "good", quantity: 1, unit_price: price, tax_rate: 20, total_amount: price }
})

export interface Mock extends AsyncDisposable {
  /** Ends in a slash. */
  readonly url: string
  readonly port: number
  /** Sends an order; returns the id of its attempt. */
  readonly send: (orderId: string, options?: OrderOptions) => Promise<string>
  /** Calls the mock's own interface, and returns its JSON. */
  readonly control: (method: string, path: string, body?: unknown, space?: string) => Promise<unknown>
}

interface Terminal {
  readonly name: string
  readonly stage: string
}

/** Starts one in which a person pays by hand at the terminal `counter`. */
export const startMock = async (options: StartServerOptions = {}): Promise<Mock> => {
  const spaces = new Set([""])
  const server = await startServer({
    port: 0,
    pages: await builtPages(),
    terminals: [
      { name: COUNTER, host: "10.0.0.12", port: 8888, cardholder: "manual", shop: ["<b>MERCI</b>", "75002 PARIS"] }
    ],
    ...options
  })
  const call = async (method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: basic("merchant:secret"), "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const text = await response.text()
    return { response, json: text === "" ? undefined : JSON.parse(text) }
  }
  const inSpace = (space: string): Readonly<Record<string, string>> => {
    spaces.add(space)
    return space === "" ? {} : { "X-Mock-Space": space }
  }
  const control = async (method: string, path: string, body?: unknown, space = "") => {
    const { response, json } = await call(method, path === "" ? "/_mock" : `/_mock/${path}`, body, inSpace(space))
    assert.isTrue(response.ok, `${method} /_mock/${path}: ${JSON.stringify(json)}`)
    return json
  }
  return {
    url: `${server.url}/`,
    port: server.port,
    control,
    send: async (orderId, options = {}) => {
      const { response, json } = await call("POST", "/v1/connector/order", orderBody(orderId, options), {
        ...inSpace(options.space ?? ""),
        ...(options.async ? { Prefer: "respond-async" } : {}),
        ...(options.login === undefined ? {} : { authorization: basic(options.login) })
      })
      const path = response.headers.get("X-Hipay-Pos-Attempt") ?? json?.attempt ?? json?.error?.details?.attempt
      const id = path?.split("/").at(-1)
      assert.isString(id, `no attempt was made: ${JSON.stringify(json)}`)
      return id
    },
    [Symbol.asyncDispose]: async () => {
      // Closing waits for payments under way: those that wait for a person are cancelled.
      for (const space of spaces) {
        const terminals = (await control("GET", "terminals", undefined, space)) as ReadonlyArray<Terminal>
        for (const { name, stage } of terminals) {
          if (stage !== "idle")
            await control("POST", `terminals/${encodeURIComponent(name)}/key`, { key: "cancel" }, space)
        }
      }
      await server.close()
    }
  }
}

/** Makes an attempt in every state, and texts that are difficult for pages; returns the ids of some, the open one last. */
export const sendGallery = async ({ send, control }: Mock) => {
  const notifyUrl = `https://shop.example/${"very-long-path/".repeat(8)}`
  await send("ORDER-a0", { host: "declined.terminal.test", amount: 199 })
  await send("L".repeat(90), { currency: "KWD" })
  await send("طلب رقم ١٢٣ 🧾☕️", { host: "unreachable.terminal.test", currency: "JPY" })
  const awkward = await send("<b onclick=alert(1)>gras</b>", { host: "declined.terminal.test", amount: 1_204 })
  const partial = await send("ORDER-a4", { host: "partial.terminal.test", amount: 8_400, notifyUrl })
  await control("PUT", `terminals/${encodeURIComponent(COUNTER)}/cardholder`, { cardholder: "auto" })
  const approved = await send("PLAFOND", {
    host: "10.0.0.12",
    amount: 999_999_999_999,
    notifyUrl,
    item: "<img src=x onerror=alert(1)>"
  })
  await control("PUT", `terminals/${encodeURIComponent(COUNTER)}/cardholder`, { cardholder: "manual" })
  const unknown = await send("CAISSE2-000871", { host: "cut.terminal.test", amount: 12_900 })
  const open = await send("TABLE-12-A", { host: "10.0.0.12", async: true })
  return { awkward, partial, approved, unknown, open }
}
