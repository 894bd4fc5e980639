/**
 * A card number is planted in every text that a caller of a mock can send: each field of an order and of every call in
 * the OpenAPI documents, each path, query and header, and the texts of resolutions. The server's answers, events and
 * stores never show it, except in an order's id.
 */
import { mkdtempSync, readdirSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { ServerEvent } from "@hipay-pos/server-mock"
import { startServer } from "@hipay-pos/server-mock/node"
import { assert, describe, it } from "vitest"
import { orderFor } from "./order.ts"
import { shownOf } from "./plantedPan.ts"

const PAN = "4970101122334422"
const shown = shownOf(PAN)

/** As people write it, with text around it. */
const forms = [
  PAN,
  `${PAN} 123`,
  `table 12 ${PAN}`,
  `12.50 ${PAN}`,
  `${PAN} 12/28`,
  "4970.1011.2233.4422",
  "4970/1011/2233/4422",
  "4970  1011  2233  4422",
  "4970\u00a01011\u20092233\u20134422",
  "4970\u200b1011\u200b2233\u200b4422",
  "\uff14\uff19\uff17\uff10\uff11\uff10\uff11\uff11\uff12\uff12\uff13\uff13\uff14\uff14\uff12\uff12",
  "4 9 7 0 1 0 1 1 2 2 3 3 4 4 2 2"
]
const formOf = (index: number): string => forms[index % forms.length] ?? PAN

type Json = Readonly<Record<string, unknown>>

const headers = { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" }

/** The paths of texts in a schema; the first item of a list stands for all. */
const textsIn = (
  schema: Json,
  document: Json,
  path: ReadonlyArray<string> = []
): ReadonlyArray<ReadonlyArray<string>> => {
  if (path.length > 8) return []
  const {
    $ref,
    type,
    properties = {},
    items,
    additionalProperties,
    anyOf = [],
    allOf = [],
    oneOf = []
  } = schema as {
    readonly $ref?: string
    readonly type?: string | ReadonlyArray<string>
    readonly properties?: Readonly<Record<string, Json>>
    readonly items?: Json
    readonly additionalProperties?: Json | boolean
    readonly anyOf?: ReadonlyArray<Json>
    readonly allOf?: ReadonlyArray<Json>
    readonly oneOf?: ReadonlyArray<Json>
  }
  if ($ref !== undefined) {
    const target = $ref
      .slice(2)
      .split("/")
      .reduce<unknown>((at, name) => (at as Json)[name], document)
    return textsIn(target as Json, document, path)
  }
  const isText = type === "string" || (Array.isArray(type) && type.includes("string"))
  return [
    ...(isText ? [path] : []),
    ...Object.entries(properties).flatMap(([name, each]) => textsIn(each, document, [...path, name])),
    ...(items === undefined ? [] : textsIn(items, document, [...path, "0"])),
    ...(typeof additionalProperties === "object" ? textsIn(additionalProperties, document, [...path, "note"]) : []),
    ...[...anyOf, ...allOf, ...oneOf].flatMap((each) => textsIn(each, document, path))
  ]
}

/** A copy with a value at a path. */
const planted = (json: unknown, [name, ...rest]: ReadonlyArray<string>, value: unknown): unknown => {
  if (name === undefined) return value
  const at = (json ?? (name === "0" ? [] : {})) as Json
  const inner = planted(at[name], rest, value)
  return Array.isArray(at) ? [inner, ...at.slice(1)] : { ...at, [name]: inner }
}

const order = (orderId: string, root: Json = {}) => ({
  ...orderFor(orderId, { host: "127.0.0.1", port: 8888 }, { price: { amount: 1250 } }),
  ...root
})

interface Operation {
  readonly parameters?: ReadonlyArray<{ readonly name: string; readonly in: string }>
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> }
}

interface Document extends Json {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** Calls a server, and records its answers. */
interface Caller {
  readonly get: <A>(path: string) => Promise<A>
  readonly call: (where: string, path: string, init?: RequestInit) => Promise<void>
  readonly post: (where: string, path: string, body: unknown, more?: Readonly<Record<string, string>>) => Promise<void>
}

type Told = readonly [where: string, text: string]

const makeCaller = (url: string, told: Array<Told>): Caller => {
  const call = async (where: string, path: string, init: RequestInit = {}) => {
    const signal = AbortSignal.timeout(2_000)
    const response = await fetch(`${url}${path}`, { ...init, signal, headers: { ...headers, ...init.headers } })
    const type = response.headers.get("content-type") ?? ""
    if (type.startsWith("text/event-stream")) await response.body?.cancel()
    else told.push([where, `${JSON.stringify([...response.headers])} ${await response.text()}`])
  }
  return {
    get: async <A>(path: string) => (await (await fetch(`${url}${path}`, { headers })).json()) as A,
    call,
    post: (where, path, body, more = {}) =>
      call(where, path, { method: "POST", body: JSON.stringify(body), headers: more })
  }
}

/** Plants it in each field of an order, its custom data and its idempotency key. */
const plantInOrders = async ({ post }: Caller, contract: Document) => {
  const orderSchema =
    contract.paths["/v1/connector/order"]?.post?.requestBody?.content["application/json"]?.schema ?? {}
  const fields = textsIn(orderSchema, contract).filter((path) => path.join(".") !== "order.order_id")
  assert.isAbove(fields.length, 30)
  for (const [index, path] of [...fields, ["order", "custom_data", "note"]].entries()) {
    for (const value of [formOf(index), formOf(index + 5)]) {
      await post(path.join("."), "/v1/connector/order", planted(order(`F-${index}`), path, value))
    }
  }
  for (const [index, form] of forms.entries()) {
    const custom_data = { [form]: 1, nested: { host: form, url: [form], order_id: form }, number: Number(PAN) }
    const root = { order: { order_id: `C-${index}`, price: { amount: 1250 }, description: form, custom_data } }
    await post("custom data", "/v1/connector/order", order("", root), { "idempotency-key": `key ${PAN} ${index}` })
    await post("a repeat", "/v1/connector/order", order("", root), { "idempotency-key": `key ${PAN} ${index}` })
  }
}

/** Plants it in each path, query and body of the calls in the documents. */
const plantInDocuments = async ({ call }: Caller, contract: Document, mock: Document) => {
  let calls = 0
  for (const document of [contract, mock]) {
    const base = document === mock && !Object.keys(mock.paths).some((path) => path.startsWith("/_mock")) ? "/_mock" : ""
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [name, operation] of Object.entries(operations)) {
        if (!["get", "post", "put", "patch", "delete"].includes(name) || path.includes("events")) continue
        if (name === "delete" && /^\/(_mock\/?)?$/.test(path)) continue
        const method = name.toUpperCase()
        const where = `${name} ${path}`
        const form = formOf(++calls)
        if (path.includes("wait-for")) continue
        const named = path.replace(PARAMETER, encodeURIComponent(form))
        const known = path.replace(PARAMETER, encodeURIComponent(TERMINAL))
        if (path !== named) await call(where, base + named, { method })
        for (const query of queriesOf(operation)) {
          await call(`${where} ?${query}`, `${base}${known}?${query}=${encodeURIComponent(form)}`, { method })
        }
        const schema = operation.requestBody?.content["application/json"]?.schema
        if (schema === undefined || path === "/v1/connector/order") continue
        for (const text of textsIn(schema, document)) {
          const body = JSON.stringify(planted({}, text, form))
          for (const address of new Set([known, named])) {
            await call(`${where} ${text.join(".")}`, base + address, { method, body })
          }
        }
      }
    }
  }
  assert.isAbove(calls, 20)
}

const TERMINAL = "127.0.0.1:8888"

/** A part of a path that a caller fills in. */
const PARAMETER = /\{[^}]+\}|:\w+/g

const queriesOf = ({ parameters = [] }: Operation): ReadonlyArray<string> =>
  parameters.flatMap((each) => (each.in === "query" && each.name !== "timeout" ? [each.name] : []))

/** Plants it in headers, names of fields, logins and spaces. */
const plantInRequests = async ({ call, post }: Caller, form: string) => {
  await call("a content type", "/v1/connector/order", {
    method: "POST",
    body: "{}",
    headers: { "content-type": `text/${PAN}` }
  })
  await call("a key twice", "/v1/connector/order", { method: "POST", body: `{"${form}":1,"${form}":2}` })
  await post("a session", "/session", { username: form, password: form, space: form })
  await call("a space", `/attempts?space=${encodeURIComponent(form)}`)
}

interface Attempts {
  readonly attempts: ReadonlyArray<{ readonly id: string; readonly state: string }>
}

/** Plants it in resolutions of unknown outcomes. */
const plantInResolutions = async ({ get, post }: Caller) => {
  const { attempts } = await get<Attempts>("/attempts?limit=1000")
  const unknown = attempts.filter(({ state }) => state === "unknown")
  for (const [index, { id }] of unknown.entries()) {
    const form = formOf(index)
    await post("a resolution", `/attempts/${id}/resolve`, { outcome: "approved", by: form, evidence: `slip ${form}` })
  }
  assert.isAbove(unknown.length, 0)
}

/** Everything stored that the server returns. */
const readAll = async ({ get, call }: Caller) => {
  const { attempts } = await get<Attempts>("/attempts?limit=1000")
  for (const { id } of attempts) await call(`attempt ${id}`, `/attempts/${id}`)
  assert.isAbove(attempts.length, 20)
  const day = new Date().toISOString().slice(0, 10)
  for (const path of [
    `/attempts?format=csv&day=${day}`,
    "/attempts?limit=1000",
    "/_mock/attempts",
    "/_mock/ledger",
    "/_mock/transactions",
    "/_mock/findings",
    "/_mock/terminals",
    "/_mock/notifications"
  ]) {
    await call(path, path)
  }
}

describe("a card number that a caller writes", () => {
  it("shows nowhere, whatever it is written into", async () => {
    const folder = mkdtempSync(join(tmpdir(), "planted-everywhere-"))
    const store = join(folder, "attempts.db")
    const events: Array<ServerEvent> = []
    const told: Array<Told> = []
    {
      await using server = await startServer({ port: 0, store, listener: (event) => events.push(event) })
      const caller = makeCaller(server.url, told)
      const contract = await caller.get<Document>("/openapi.json")
      const mock = await caller.get<Document>("/_mock/openapi.json")
      await plantInOrders(caller, contract)
      await plantInDocuments(caller, contract, mock)
      const faults = `/_mock/terminals/${encodeURIComponent(TERMINAL)}/faults`
      for (const [index, form] of forms.entries()) {
        await plantInRequests(caller, form)
        // An outcome that is unknown, to be resolved.
        await caller.post("a fault", faults, { fault: "cut" })
        await caller.post("an unknown", "/v1/connector/order", order(`U-${index}`))
      }
      await plantInResolutions(caller)
      await readAll(caller)
    }
    const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "latin1")] as const)
    const all = [...told, ...events.map((event) => [event._tag, JSON.stringify(event)] as const), ...files]
    const leaks = all.flatMap(([where, text]) => {
      const [digits] = shown(text)
      return digits === undefined ? [] : [`${where}: ${digits}`]
    })
    assert.deepStrictEqual([...new Set(leaks)], [])
  }, 120_000)

  it("stays in an order's id, in the answer, the attempt and the frames alike", async () => {
    await using server = await startServer({ port: 0 })
    for (const id of [`T-${Date.now()}`, PAN, "5017677122000674"]) {
      const answer = await fetch(`${server.url}/v1/connector/order`, {
        method: "POST",
        headers,
        body: JSON.stringify(order(id))
      })
      assert.strictEqual(((await answer.json()) as { order: { order_id: string } }).order.order_id, id)
      const list = (await (await fetch(`${server.url}/attempts?q=${id}`, { headers })).json()) as {
        readonly attempts: ReadonlyArray<{ readonly id: string; readonly orderId: string }>
      }
      const [found] = list.attempts
      assert.strictEqual(found?.orderId, id)
      const attempt = (await (await fetch(`${server.url}/attempts/${found?.id}`, { headers })).json()) as {
        readonly frames: { readonly request: string; readonly response: string }
      }
      const field = `CF${String(id.length).padStart(3, "0")}${id}`
      assert.include(attempt.frames.request, field)
      assert.include(attempt.frames.response, field)
      assert.include(JSON.stringify(attempt), `"value":"${id}"`)
    }
  })
})
