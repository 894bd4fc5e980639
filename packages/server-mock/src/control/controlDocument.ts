/** The mock's own interface as an OpenAPI document: one line per route, with bodies from the schemas that check them. */
import * as OpenApi from "@hipay-pos/core/wire/OpenApi"
import { ControlCall } from "@hipay-pos/terminal-simulator"
import * as Schema from "effect/Schema"
import * as Answers from "./controlAnswers.ts"
import * as Calls from "./controlCalls.ts"

type Method = "get" | "put" | "post" | "delete"

/** An answer that is not JSON of a known shape. */
type OtherAnswer = "document" | "events" | "nothing" | "redirect"

/** A route: its name, what it does, what it answers, and the body that it takes. */
type Route = readonly [
  method: Method,
  path: string,
  id: string,
  summary: string,
  answer: Schema.Constraint | OtherAnswer,
  body?: Schema.Constraint
]

const routes: ReadonlyArray<Route> = [
  ["get", "", "getSpace", "What the space holds, and its clock.", Answers.SpaceState],
  [
    "delete",
    "",
    "resetSpace",
    "Forgets the space: attempts, terminals, transactions, notifications, faults, clock.",
    "nothing"
  ],
  ["get", "/openapi.json", "getDocument", "This document.", "document"],
  [
    "get",
    "/simulation",
    "getSimulation",
    "What differs from a real shop: the clock, and faults that are set.",
    Answers.SimulationState
  ],
  ["get", "/spaces", "listSpaces", "The existing spaces.", Answers.SpaceList],
  ["delete", "/spaces/{name}", "deleteSpace", "Forgets one space.", "nothing"],
  ["get", "/attempts", "listAttempts", "The attempts of every login, newest first.", Answers.Attempts],
  [
    "get",
    "/findings",
    "listFindings",
    "Findings for a till's developer: would have charged twice, caller disconnected.",
    Answers.MockFindings
  ],
  ["get", "/ledger", "getLedger", "What the terminals charged: the reference in case of doubt.", Answers.LedgerOfAll],
  ["get", "/transactions", "listTransactions", "What the Console would show.", Answers.Transactions],
  [
    "post",
    "/collection",
    "collect",
    "Runs the remote collection of one terminal, or of all.",
    Answers.Captured,
    Calls.Collection
  ],
  ["get", "/notifications", "listNotifications", "Every notification that was made.", Answers.MockNotifications],
  [
    "get",
    "/notifications/{id}",
    "getNotification",
    "One notification, with its body and signature.",
    Answers.SignedNotification
  ],
  [
    "post",
    "/notifications/{id}/replay",
    "replayNotification",
    "Sends it again, if its address is allowed.",
    Answers.MockNotification
  ],
  ["get", "/http-fault", "getHttpFault", "The fault that the next order gets.", Answers.HttpFaultState],
  [
    "put",
    "/http-fault",
    "setHttpFault",
    "Sets a fault for the next order, or for several.",
    Answers.HttpFaultState,
    Calls.SetHttpFault
  ],
  ["delete", "/http-fault", "clearHttpFault", "Clears it.", "nothing"],
  ["get", "/clock", "getClock", "The space's clock.", Answers.Clock],
  ["post", "/clock", "controlClock", "Freezes, advances or resumes it.", Answers.Clock, Calls.SetClock],
  ["put", "/clock", "setClock", "Sets it to a time; it stays frozen or running.", Answers.Clock, Calls.PutClock],
  ["put", "/seed", "setSeed", "Makes terminals that are created from now on repeatable.", "nothing", Calls.SetSeed],
  ["get", "/wait-for", "waitForAttempts", "Answers once enough attempts match; 408 on timeout.", Answers.Attempts],
  ["get", "/cards", "listCards", "The test cards.", Answers.TestCards],
  ["get", "/faults", "listFaults", "The terminals' faults and their stages.", Answers.FaultCatalogue],
  ["get", "/profiles", "listProfiles", "The models that terminals can imitate.", Answers.Profiles],
  ["get", "/terminals", "listTerminals", "The existing simulated terminals.", Answers.TerminalStates],
  ["get", "/terminals/{name}", "getTerminal", "One terminal, created if necessary.", Answers.TerminalState],
  ["get", "/terminals/{name}/events", "watchTerminal", "Its events, as server-sent events.", "events"],
  ["get", "/terminals/{name}/ledger", "getTerminalLedger", "What it charged.", Answers.TerminalLedger],
  [
    "get",
    "/terminals/{name}/journal",
    "getTerminalJournal",
    "What it received and answered, masked.",
    Answers.TerminalJournal
  ],
  [
    "post",
    "/terminals/{name}/pass",
    "openTerminalPass",
    "Makes a link that opens only this terminal, such as for a phone.",
    Answers.TerminalPass
  ],
  [
    "get",
    "/pass/{token}",
    "useTerminalPass",
    "Such a link: sets a session cookie and redirects to the terminal's page.",
    "redirect"
  ],
  ["post", "/terminals/{name}/card", "presentCard", "Presents a test card.", Answers.ActionResult, ControlCall.Card],
  ["post", "/terminals/{name}/key", "pressKey", "Presses a key.", Answers.ActionResult, ControlCall.Key],
  [
    "put",
    "/terminals/{name}/cardholder",
    "setCardholder",
    "Sets the cardholder.",
    Answers.TerminalState,
    ControlCall.Cardholder
  ],
  [
    "put",
    "/terminals/{name}/script",
    "setScript",
    "Follows these steps next, one per payment, and then its cardholder again.",
    Answers.TerminalState,
    ControlCall.Steps
  ],
  ["post", "/terminals/{name}/faults", "setTerminalFault", "Sets a fault.", Answers.SetFaults, ControlCall.Fault],
  [
    "put",
    "/terminals/{name}/faults",
    "setTerminalFaults",
    "Replaces its faults with these.",
    Answers.SetFaults,
    ControlCall.Faults
  ],
  ["delete", "/terminals/{name}/faults", "clearTerminalFaults", "Clears all faults.", Answers.SetFaults],
  ["delete", "/terminals/{name}/faults/{fault}", "clearTerminalFault", "Clears one fault.", Answers.SetFaults],
  [
    "post",
    "/terminals/{name}/reset",
    "resetTerminal",
    "Resets the terminal to its initial state; a payment in progress ends with an unknown outcome.",
    Answers.TerminalState
  ]
]

const honoPath = (path: string): string => path.replace(/\{(\w+)\}/g, ":$1") || "/"

/** Which methods each path takes, as Hono writes paths. */
export const methods: ReadonlyMap<string, ReadonlyArray<string>> = new Map(
  [...Map.groupBy(routes, ([, path]) => path)].map(([path, same]) => [
    honoPath(path),
    same.flatMap(([method]) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()]))
  ])
)

/** Schemas as JSON Schemas, and the definitions that they refer to. */
const convert = (schemas: ReadonlyArray<Schema.Constraint>, onExcessProperty: "error" | "ignore") => {
  const unique = [...new Set(schemas)]
  const [first, ...others] = unique
  if (first === undefined) return { definitions: {}, schemaOf: new Map<Schema.Constraint, unknown>() }
  const { definitions, schemas: converted } = OpenApi.portable(
    OpenApi.toJsonSchemas([first, ...others], { onExcessProperty })
  ) as ReturnType<typeof OpenApi.toJsonSchemas>
  return { definitions, schemaOf: new Map<Schema.Constraint, unknown>(unique.map((each, at) => [each, converted[at]])) }
}

/** The document. */
export const describeMock = (version: string) => {
  const bodies = convert(
    routes.flatMap(([, , , , , body]) => body ?? []),
    "error"
  )
  const answers = convert(
    routes.flatMap(([, , , , answer]) => (typeof answer === "string" ? [] : answer)),
    "ignore"
  )

  const operation = ([method, path, operationId, summary, answer, body]: Route) => [
    method,
    {
      operationId,
      summary,
      parameters: [...inPath(path), ...(queries[path] ?? []), space],
      ...(body === undefined
        ? {}
        : {
            requestBody: {
              required: !takesNothing(body),
              content: { "application/json": { schema: bodies.schemaOf.get(body) } }
            }
          }),
      responses: {
        ...(typeof answer === "string"
          ? otherAnswers[answer]
          : {
              [operationId === "setTerminalFault" ? "201" : "200"]: {
                description: "Done.",
                headers: ofEveryAnswer,
                content: { "application/json": { schema: answers.schemaOf.get(answer) } }
              }
            }),
        default: problem
      }
    }
  ]
  return {
    openapi: OpenApi.OPENAPI_VERSION,
    info: {
      title: "Control of the mock",
      version,
      description:
        "Not part of the POS API. Needs the token that the mock prints when it starts, or a login with the role control."
    },
    servers: [{ url: "/" }],
    components: {
      schemas: { ...answers.definitions, ...bodies.definitions },
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

/** Whether a call may omit its body, which then counts as an empty object. */
const takesNothing = (body: Schema.Constraint): boolean => Schema.is(body)({})

const text = { type: "string" } as const

const header = (description: string) => ({ description, schema: text })

const ofEveryAnswer = {
  "X-Request-Id": header("Of the request, as the log has it."),
  "X-Hipay-Pos-Mode": header("`simulated`: no money moves.")
}

const otherAnswers: Readonly<Record<OtherAnswer, object>> = {
  document: {
    "200": {
      description: "Done.",
      headers: ofEveryAnswer,
      content: { "application/json": { schema: { type: "object" } } }
    }
  },
  events: {
    "200": {
      description: "Until the caller leaves.",
      headers: { ...ofEveryAnswer, "X-Accel-Buffering": header("`no`: tells a proxy such as nginx not to buffer it.") },
      content: { "text/event-stream": { schema: text } }
    }
  },
  nothing: { "204": { description: "Done; the answer has no body.", headers: ofEveryAnswer } },
  redirect: {
    "303": {
      description: "To the terminal's page.",
      headers: {
        ...ofEveryAnswer,
        Location: header("Of that page."),
        "Set-Cookie": header("A session of that terminal.")
      }
    }
  }
}

/** As everywhere in the server. */
const problem = {
  description: "What is wrong with the call.",
  headers: {
    ...ofEveryAnswer,
    "WWW-Authenticate": header("With 401: how to log in."),
    Allow: header("With 405: the methods that the address takes.")
  },
  content: {
    "application/json": {
      schema: {
        type: "object",
        required: ["error"],
        properties: {
          error: {
            type: "object",
            required: ["status", "code", "message"],
            properties: { status: { type: "integer" }, code: text, message: text, description: text, details: {} }
          }
        }
      }
    }
  }
} as const

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

/** A call, as Hono writes its path, and whether it has a query or a body of its own. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly hasQuery: boolean
  readonly hasBody: boolean
}

export const calls: ReadonlyArray<Call> = routes.map(([method, path, , , , body]) => ({
  method: method.toUpperCase(),
  path: honoPath(path),
  hasQuery: queries[path] !== undefined,
  hasBody: body !== undefined
}))
