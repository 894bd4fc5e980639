/** The mock's own interface as an OpenAPI document: one line a route, its bodies from the schemas that check them. */
import { ControlCall } from "@hipay-pos/terminal-simulator"
import * as JsonSchema from "effect/JsonSchema"
import type * as Schema from "effect/Schema"
import * as SchemaRepresentation from "effect/SchemaRepresentation"
import * as Calls from "./controlCalls.ts"

type Method = "get" | "put" | "post" | "delete"

/** A route: what it does, and the body that it takes. */
type Route = readonly [method: Method, path: string, summary: string, body?: Schema.Constraint]

const routes: ReadonlyArray<Route> = [
  ["get", "", "What the space holds, and its clock."],
  ["delete", "", "Forgets the space: attempts, terminals, transactions, notifications, faults, clock."],
  ["get", "/openapi.json", "This document."],
  ["get", "/spaces", "The spaces that are there."],
  ["delete", "/spaces/{name}", "Forgets one of them."],
  ["get", "/attempts", "The attempts of every login, newest first."],
  ["get", "/findings", "What a till's developer wants to know: would have charged twice, caller hung up."],
  ["get", "/ledger", "What the terminals charged: the judge of every doubt."],
  ["get", "/transactions", "What the Console would show."],
  ["post", "/collection", "The remote collection of one terminal, or of all.", Calls.Collection],
  ["get", "/notifications", "Every notification that was made."],
  ["get", "/notifications/{id}", "One of them, with its body and how it is signed."],
  ["post", "/notifications/{id}/replay", "Sends it again, if its address is allowed."],
  ["get", "/http-fault", "The fault that will strike the next order."],
  ["put", "/http-fault", "Sets one, for the next order or for several.", Calls.SetHttpFault],
  ["delete", "/http-fault", "Takes it away."],
  ["get", "/clock", "The space's clock."],
  ["post", "/clock", "Freezes it, puts it forward, or lets it run on.", Calls.SetClock],
  ["put", "/clock", "Sets it to a moment; it stands still or runs as before.", Calls.PutClock],
  ["put", "/seed", "Makes terminals that come to life from now on repeatable.", Calls.SetSeed],
  ["get", "/wait-for", "Answers once so many attempts match; 408 when there are not in time."],
  ["get", "/cards", "The test cards."],
  ["get", "/faults", "The terminals' faults and their stages."],
  ["get", "/profiles", "The models that terminals can be."],
  ["get", "/terminals", "The simulated terminals that are there."],
  ["get", "/terminals/{name}", "One of them, made if need be."],
  ["get", "/terminals/{name}/events", "What happens at it, as server-sent events."],
  ["get", "/terminals/{name}/ledger", "What it charged."],
  ["get", "/terminals/{name}/journal", "What it was asked and what it answered, masked."],
  ["post", "/terminals/{name}/card", "Presents a test card.", ControlCall.Card],
  ["post", "/terminals/{name}/key", "Presses a key.", ControlCall.Key],
  ["put", "/terminals/{name}/cardholder", "Says who plays the customer.", ControlCall.Cardholder],
  ["put", "/terminals/{name}/script", "Plays these steps next.", ControlCall.Steps],
  ["post", "/terminals/{name}/faults", "Sets a fault.", ControlCall.Fault],
  ["delete", "/terminals/{name}/faults", "Takes all faults away."],
  ["delete", "/terminals/{name}/faults/{fault}", "Takes one away."],
  ["post", "/terminals/{name}/reset", "The terminal as it was made; a payment under way goes on."]
]

/** Which methods each path takes, as Hono writes paths. */
export const methods: ReadonlyMap<string, ReadonlyArray<string>> = new Map(
  [...Map.groupBy(routes, ([, path]) => path)].map(([path, same]) => [
    path.replace(/\{(\w+)\}/g, ":$1") || "/",
    same.flatMap(([method]) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()]))
  ])
)

/** The document. */
export const describeMock = (version: string) => {
  const bodies = routes.flatMap(([, , , body]) => (body === undefined ? [] : [body]))
  const [first, ...others] = bodies.map(({ ast }) => ast)
  const representations = first === undefined ? undefined : SchemaRepresentation.toRepresentations([first, ...others])
  const converted =
    representations &&
    JsonSchema.toMultiDocumentOpenApi3_1(
      SchemaRepresentation.toJsonSchemaMultiDocument(representations, { onExcessProperty: "error" })
    )
  const schemaOf = new Map(bodies.map((body, index) => [body, converted?.schemas[index]]))

  const operation = ([method, path, summary, body]: Route) => [
    method,
    {
      summary,
      parameters: [...inPath(path), ...(queries[path] ?? []), space],
      ...(body === undefined
        ? {}
        : { requestBody: { content: { "application/json": { schema: schemaOf.get(body) } } } }),
      responses: { default: { description: "JSON, nothing, or what is wrong with the call." } }
    }
  ]
  return {
    openapi: "3.1.0",
    info: {
      title: "Control of the mock",
      version,
      description:
        "Not part of the POS API. Needs the token that the mock prints when it starts, or a login with the role control."
    },
    components: {
      schemas: converted?.definitions ?? {},
      securitySchemes: { token: { type: "http", scheme: "bearer" }, login: { type: "http", scheme: "basic" } }
    },
    security: [{ token: [] }, { login: [] }],
    paths: Object.fromEntries(
      [...Map.groupBy(routes, ([, path]) => path)].map(([path, same]) => [
        `/_mock${path}`,
        Object.fromEntries(same.map(operation))
      ])
    )
  }
}

const text = { type: "string" } as const

const space = {
  name: "X-Mock-Space",
  in: "header",
  schema: text,
  description: "The space that is meant; the one without a name by default."
} as const

const inPath = (path: string) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: "path", required: true, schema: text }))

const query = (name: string, description: string) => ({ name, in: "query", schema: text, description })

const queries: Readonly<Record<string, ReadonlyArray<object>>> = {
  "/wait-for": [
    query("attempts", "How many; 1 by default."),
    query("state", "In this state: open, approved, approved-in-part, declined, not-started or unknown."),
    query("order", "Of this order id."),
    query("timeout", "Milliseconds, 10000 by default.")
  ]
}
