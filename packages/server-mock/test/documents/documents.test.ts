import { createRequire } from "node:module"
import { assert, describe, it } from "@effect/vitest"
import { ActionStatus } from "@hipay-pos/concert-codec"
import { exampleAnswers } from "@hipay-pos/server/testing"
import { makeApp } from "@hipay-pos/server-mock"
import { authorization, makeServer, order } from "../server.ts"

interface Schema {
  readonly description?: string
  readonly $ref?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: ReadonlyArray<string>
  readonly items?: Schema
  readonly anyOf?: ReadonlyArray<Schema>
  readonly allOf?: ReadonlyArray<Schema>
  readonly format?: string
  readonly maximum?: number
  readonly enum?: ReadonlyArray<unknown>
  readonly additionalProperties?: unknown
}

interface Response {
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>
  readonly content?: Readonly<
    Record<
      string,
      { readonly schema: Schema; readonly examples?: Readonly<Record<string, { readonly value: unknown }>> }
    >
  >
}

interface Operation {
  readonly requestBody?: Response
  readonly responses: Readonly<Record<string, Response>>
}

interface Document {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

const documentOf = async (server: ReturnType<typeof makeServer>): Promise<Document> =>
  (await (await server.app.request("/openapi.json")).json()) as Document

/** Where a value violates a schema; unknown names count, too. */
const faults = ({ components }: Document, schema: Schema, value: unknown, path = ""): ReadonlyArray<string> => {
  const name = schema.$ref?.split("/").at(-1)
  if (name !== undefined) return faults({ components } as Document, components.schemas[name] ?? {}, value, path)
  if (schema.anyOf !== undefined) {
    const all = schema.anyOf.map((each) => faults({ components } as Document, each, value, path))
    return all.find((each) => each.length === 0) ?? all.flat()
  }
  if (schema.allOf !== undefined)
    return schema.allOf.flatMap((each) => faults({ components } as Document, each, value, path))
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${path} is ${JSON.stringify(value)}`]
  switch (schema.type) {
    case undefined:
      return []
    case "array":
      return Array.isArray(value)
        ? value.flatMap((item, i) => faults({ components } as Document, schema.items ?? {}, item, `${path}[${i}]`))
        : [`${path} is not an array`]
    case "object": {
      if (typeof value !== "object" || value === null) return [`${path} is not an object`]
      const { properties, required = [] } = schema
      const missing = required.filter((key) => !(key in value)).map((key) => `${path}.${key} is missing`)
      if (properties === undefined) return missing
      const inner = Object.entries(value).flatMap(([key, item]) => {
        const property = properties[key]
        if (property === undefined && schema.additionalProperties === true) return []
        return property === undefined
          ? [`${path}.${key} is not documented`]
          : faults({ components } as Document, property, item, `${path}.${key}`)
      })
      return [...missing, ...inner]
    }
    case "integer":
      return Number.isInteger(value) ? [] : [`${path} is ${typeof value}`]
    default:
      return typeof value === schema.type ? [] : [`${path} is ${typeof value}`]
  }
}

describe("openapi.json", () => {
  it("names every address of the API, and no other", async () => {
    await using server = makeServer()
    const { paths, openapi } = await documentOf(server)
    assert.strictEqual(openapi, "3.0.3")
    const served = server.app.routes
      .filter(({ method, path }) => /^(GET|POST|DELETE)$/.test(method) && !/\*|^\/(openapi|docs)/.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`)
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`)
    )
    assert.deepStrictEqual([...new Set(served)].sort(), documented.sort())
  })

  it("refers to nothing that is not there", async () => {
    await using server = makeServer()
    const document = await documentOf(server)
    const refs = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)
    for (const [, name = ""] of refs) assert.property(document.components.schemas, name)
  })

  it("gives a format to every number, and more than 32 bits to every amount", async () => {
    await using server = makeServer()
    const { components, paths } = await documentOf(server)
    const found: Array<string> = []
    const look = (value: unknown, path: string): void => {
      if (typeof value !== "object" || value === null || path.includes("/examples")) return
      const { type, format, maximum, enum: values } = value as Schema
      if (type === "number" && values === undefined && format !== "double") found.push(path)
      if (type === "integer" && format !== "int64" && !(maximum !== undefined && maximum < 2 ** 31)) found.push(path)
      for (const [name, each] of Object.entries(value)) look(each, `${path}/${name}`)
    }
    look({ components, paths }, "")
    assert.deepStrictEqual(found, [])
    assert.nestedPropertyVal(components.schemas, "AttemptSummary.properties.amount.format", "int64")
  })

  it("describes every component and every field", async () => {
    await using server = makeServer()
    const { components } = await documentOf(server)
    const bare = (schema: Schema, path: string): ReadonlyArray<string> => [
      ...(schema.description === undefined && schema.$ref === undefined ? [path] : []),
      ...inside(schema, path)
    ]
    const inside = ({ properties = {}, items, anyOf = [] }: Schema, path: string): ReadonlyArray<string> => [
      ...Object.entries(properties).flatMap(([name, each]) => bare(each, `${path}.${name}`)),
      ...(items === undefined ? [] : bare(items, `${path}[]`)),
      ...anyOf.flatMap((each) => inside(each, path))
    ]
    const found = Object.entries(components.schemas).flatMap(([name, schema]) => bare(schema, name))
    assert.deepStrictEqual(found, [], "describe them in packages/server/src/openapi/descriptions.ts")
  })

  it("tells the statuses and bodies that the server answers", async () => {
    await using server = makeServer()
    const document = await documentOf(server)
    const check = (
      method: string,
      path: string,
      { status, body, headers }: { status: number; body: unknown; headers: Headers }
    ) => {
      const responses = document.paths[path]?.[method]?.responses ?? {}
      const response = responses[status] ?? responses.default
      const documented = Object.keys(response?.headers ?? {}).map((name) => name.toLowerCase())
      const own = /^(x-|www-authenticate$|location$|preference-applied$|allow$)/
      assert.includeMembers(
        documented,
        [...headers.keys()].filter((name) => own.test(name)),
        `${path} ${status}`
      )
      const content = response?.content
      assert.isDefined(content, `${method} ${path} ${status}`)
      const [{ schema } = { schema: {} }] = Object.values(content ?? {})
      assert.deepStrictEqual(faults(document, schema, body), [], `${method} ${path} ${status}`)
    }
    const send = async (host: string, headers?: Record<string, string>) =>
      check(
        "post",
        "/v1/connector/order",
        await server.send(order({ order: { order_id: host }, info: { host_information: { host } } }), headers)
      )
    for (const host of ["approved", "declined", "partial", "unreachable", "cut"]) await send(`${host}.terminal.test`)
    await send("approved.terminal.test")
    await send("cut.terminal.test")
    await send("a.test", { prefer: "respond-async" })
    await send("a.test", { authorization: "Basic x" })
    await send("a.test", { "content-type": "text/plain" })
    const refuses = async (code: string, changed: Parameters<typeof order>[0]) => {
      const info = { host_information: { host: "approved.terminal.test" } }
      const answer = await server.send(order({ ...changed, info }))
      assert.strictEqual(answer.body.error?.code, code)
      check("post", "/v1/connector/order", answer)
    }
    const known = { order_id: "approved.terminal.test" }
    const other = { ...known, price: { amount: 1, currency: "EUR" } }
    await refuses("attempt.different", { order: other })
    await refuses("cancel.not.the.last", { order: { ...other, transaction_type: "Cancel" } })
    check("post", "/v1/connector/order", await server.send({}))
    check("get", "/attempts", await server.get("/attempts"))
    check("get", "/attempts", await server.get(`/attempts?format=totals&day=${new Date().toISOString().slice(0, 10)}`))
    check("get", "/attempts/{id}", await server.get("/attempts/nothing"))
    check("get", "/session", await server.get("/session"))
    const elsewhere = { authorization, "x-mock-space": "no such space" }
    check("get", "/attempts/{id}", await server.get("/attempts/nothing", elsewhere))
    for (const path of ["/session", "/attempts/nothing/resolve"]) {
      const headers = { authorization, "content-type": "text/plain" }
      const response = await server.app.request(path, { method: "POST", headers, body: "{}" })
      const { status, headers: answered } = response
      check("post", path.replace("nothing", "{id}"), { status, headers: answered, body: await response.json() })
    }
    const { attempts = [] } = (await server.get("/attempts")).body
    assert.isAtLeast(attempts.length, 6)
    for (const { id } of attempts) check("get", "/attempts/{id}", await server.get(`/attempts/${id}`))
  })

  it("promises no header that does not come", async () => {
    await using server = makeServer()
    const { paths } = await documentOf(server)
    const promised = (method: string, path: string, status: number) =>
      Object.keys(paths[path]?.[method]?.responses[status]?.headers ?? {})
    for (const [host, status] of [
      ["unreachable.terminal.test", 400],
      ["cut.terminal.test", 504]
    ] as const) {
      const price = { amount: 1_00, currency: "USD" }
      const answer = await server.send(
        order({ order: { order_id: host, price }, info: { host_information: { host } } })
      )
      assert.strictEqual(answer.status, status)
      assert.strictEqual(answer.header("X-Hipay-Pos-Attempt"), answer.body.error?.details?.attempt)
      assert.strictEqual(answer.header("X-Hipay-Pos-Warnings"), "currency-not-eur")
      assert.includeMembers(promised("post", "/v1/connector/order", status), [
        "X-Hipay-Pos-Attempt",
        "X-Hipay-Pos-Warnings"
      ])
    }
    for (const method of ["GET", "POST"]) {
      const body = method === "POST" ? JSON.stringify({ username: "nobody", password: "x" }) : null
      const headers = { "content-type": "application/json" }
      const { status, headers: came } = await server.app.request("/session", { method, headers, body })
      assert.strictEqual(status, 401)
      assert.isFalse(came.has("www-authenticate"))
      assert.notInclude(promised(method.toLowerCase(), "/session", 401), "WWW-Authenticate")
    }
  })

  it("tells the headers of an event stream", async () => {
    await using server = makeServer()
    const { paths } = await documentOf(server)
    const response = await server.app.request("/attempts/events", { headers: { authorization } })
    await response.body?.cancel()
    const came = [...response.headers.keys()].filter((name) => name.startsWith("x-"))
    const promised = Object.keys(paths["/attempts/events"]?.get?.responses[200]?.headers ?? {})
    assert.sameMembers(
      promised.map((name) => name.toLowerCase()),
      came
    )
  })

  const pays = ({ paths }: Document): Operation => paths["/v1/connector/order"]?.post ?? assert.fail("no order")
  const examplesOf = (response: Response | undefined) =>
    Object.entries(response?.content?.["application/json"]?.examples ?? {}).map(([name, { value }]) => ({
      name,
      value
    }))

  it("has an example of every way that a payment can end, in both dialects", async () => {
    await using server = makeServer()
    const { responses } = pays(await documentOf(server))
    const names = Object.values(responses).flatMap((response) => examplesOf(response).map(({ name }) => name))
    assert.sameMembers(names, [...exampleAnswers.map(({ name }) => name), "not-recorded", "unreadable"])
    for (const end of ["approved", "in-part", "declined", "unknown", "not-started", "repeated"]) {
      assert.includeMembers(names, [end, `${end}-cloud-api`])
    }
  })

  it("says of which answers to a failing store and an unreachable terminal nothing was paid", async () => {
    await using server = makeServer()
    const document = await documentOf(server)
    const { responses } = pays(document)
    const codes = examplesOf(responses[500]).map(({ value }) => (value as { error: { code: string } }).error.code)
    assert.deepStrictEqual(codes, ["attempt.not.recorded", "attempts.unreadable"])
    const description = (status: number) => (responses[status] as { readonly description?: string }).description
    assert.match(description(500) ?? "", /^Only `attempt\.not\.recorded` proves that nothing was sent\./)
    assert.match(description(502) ?? "", /With `error\.details\.attempt` nothing was paid; without it/)
  })

  it("has examples that are what the schemas beside them say", async () => {
    await using server = makeServer()
    const document = await documentOf(server)
    const { requestBody, responses } = pays(document)
    for (const response of [requestBody, ...Object.values(responses)]) {
      const schema = response?.content?.["application/json"]?.schema ?? {}
      for (const { name, value } of examplesOf(response)) {
        if (name === "invalid" && response === requestBody) continue
        assert.deepStrictEqual(faults(document, schema, value), [], name)
      }
    }
  })

  it("sends examples to no reserved name where the terminals are real", async () => {
    await using server = makeServer()
    const app = makeApp(server.runtime, { mode: "gateway", credentials: [] })
    const document = (await (await app.request("/openapi.json")).json()) as Document
    assert.lengthOf(examplesOf(pays(document).requestBody), 1)
    assert.notInclude(JSON.stringify(pays(document)), "terminal.test")
  })

  it("is a schema of orders for the validator that the service evidently runs", async () => {
    await using server = makeServer()
    const { components } = await documentOf(server)
    const require = createRequire(import.meta.url)
    const { default: Validator } = require("openapi-request-validator")
    const validator = new Validator({
      requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/RootOrder" } } } },
      componentSchemas: components.schemas
    })
    const judge = (body: unknown) =>
      validator.validateRequest({ headers: { "content-type": "application/json" }, body })
    assert.isUndefined(judge(order()))
    assert.strictEqual(judge({ ...order(), order: { order_id: "A" } }).errors[0].path, "order.price")
  })
})

describe("the page of the API", () => {
  const read = async (path: string) => {
    await using server = makeServer()
    const response = await server.app.request(path)
    assert.strictEqual(response.status, 200)
    return { headers: response.headers, text: await response.text() }
  }

  it("needs no login, runs no script, and loads nothing from elsewhere", async () => {
    const { headers, text } = await read("/docs")
    assert.match(headers.get("content-type") ?? "", /^text\/html/)
    assert.match(headers.get("content-security-policy") ?? "", /^default-src 'none'; style-src 'self'/)
    assert.notMatch(text, /<script|<style|\sstyle=|\son\w+=/i)
    const links = [...text.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, target = ""]) => target)
    assert.deepStrictEqual(
      [...new Set(links.filter((target) => !target.startsWith("#")))],
      ["/docs.css", "/openapi.json"]
    )
    assert.strictEqual((await read("/docs.css")).headers.get("content-type"), "text/css; charset=utf-8")
  })

  it("has programs to copy where the server's pages hold the library, and sends nothing to real terminals", async () => {
    await using server = makeServer()
    const file = { type: "text/javascript", body: new Uint8Array(), gzipped: new Uint8Array(), immutable: false }
    const pages = new Map([["/docs/reference/standalone.esm.js", file]])
    for (const mode of ["simulated", "gateway"] as const) {
      const app = makeApp(server.runtime, { mode, credentials: [], pages })
      const page = await app.request("/docs")
      const policy = page.headers.get("content-security-policy") ?? ""
      assert.include(policy, "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';")
      assert.include(policy, "connect-src 'self'")
      assert.include(await page.text(), 'href="/docs/text"')
      const script = await (await app.request("/docs/reference.js")).text()
      assert.include(script, '"telemetry": false')
      assert.strictEqual(script.includes('"hideTestRequestButton": true'), mode === "gateway")
      assert.strictEqual(script.includes("secret"), mode === "simulated")
      assert.include(await (await app.request("/docs/text")).text(), "Rules beyond the schema")
    }
  })

  it("says of a terminal's codes what the codec says of them", async () => {
    const { text } = await read("/docs")
    for (const { code, en } of ActionStatus.complements) {
      const words = en.replace("'", "&#39;")
      assert.include(
        text,
        `<tr><td><code>${code}</code></td><td>${words}</td><td>${code === "01" ? "nothing: look at the terminal" : "declined"}</td>`
      )
    }
  })

  it("says no version where the server was told none", async () => {
    const { text } = await read("/docs")
    assert.notInclude(text, "Version")
    assert.include(text, "<p>The same for programs")
  })

  it("has a place for every link within it, and names every address", async () => {
    await using server = makeServer()
    const { text } = await read("/docs")
    for (const [, id = ""] of text.matchAll(/href="#([^"]*)"/g)) assert.include(text, `id="${id}"`)
    for (const path of Object.keys((await documentOf(server)).paths)) assert.include(text, path)
  })
})
