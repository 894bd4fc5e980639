/** The mock's own interface as an OpenAPI document, one line a route. */

const routes: ReadonlyArray<readonly [method: string, path: string, summary: string]> = [
  ["get", "/_mock", "What the space holds, and its clock."],
  ["delete", "/_mock", "Forgets the space: attempts, terminals, transactions, notifications, faults, clock."],
  ["get", "/_mock/spaces", "The spaces that are there."],
  ["delete", "/_mock/spaces/{name}", "Forgets one of them."],
  ["get", "/_mock/attempts", "The attempts of every login, newest first."],
  ["get", "/_mock/findings", "What a till's developer wants to know: would have charged twice, caller hung up."],
  ["get", "/_mock/ledger", "What the terminals charged: the judge of every doubt."],
  ["get", "/_mock/transactions", "What the Console would show."],
  ["post", "/_mock/collection", "The remote collection of one terminal, or of all."],
  ["get", "/_mock/notifications", "Every notification that was made."],
  ["get", "/_mock/notifications/{id}", "One of them, with its body and how it is signed."],
  ["post", "/_mock/notifications/{id}/replay", "Sends it again, if its address is allowed."],
  ["get", "/_mock/http-fault", "The fault that will strike the next order."],
  ["put", "/_mock/http-fault", "Sets one: reset, half-body, error-before, error-after, silent."],
  ["delete", "/_mock/http-fault", "Takes it away."],
  ["get", "/_mock/clock", "The space's clock."],
  ["post", "/_mock/clock", "Freezes, advances or resumes it."],
  ["put", "/_mock/seed", "Makes terminals that come to life from now on repeatable."],
  ["get", "/_mock/wait-for", "Answers once so many attempts match."],
  ["get", "/_mock/cards", "The test cards."],
  ["get", "/_mock/faults", "The terminals' faults and their stages."],
  ["get", "/_mock/profiles", "The models that terminals can be."],
  ["get", "/_mock/terminals", "The simulated terminals that are there."],
  ["get", "/_mock/terminals/{name}", "One of them, made if need be."],
  ["get", "/_mock/terminals/{name}/events", "What happens at it, as server-sent events."],
  ["get", "/_mock/terminals/{name}/ledger", "What it charged."],
  ["get", "/_mock/terminals/{name}/journal", "What it was asked and what it answered, masked."],
  ["post", "/_mock/terminals/{name}/card", "Presents a test card."],
  ["post", "/_mock/terminals/{name}/key", "Presses a key."],
  ["put", "/_mock/terminals/{name}/cardholder", "Says who plays the customer."],
  ["put", "/_mock/terminals/{name}/script", "Plays these steps next."],
  ["post", "/_mock/terminals/{name}/faults", "Sets a fault."],
  ["delete", "/_mock/terminals/{name}/faults", "Takes all faults away."],
  ["delete", "/_mock/terminals/{name}/faults/{fault}", "Takes one away."],
  ["post", "/_mock/terminals/{name}/reset", "The terminal as it was made."]
]

/** The document. */
export const describeMock = (version: string) => ({
  openapi: "3.1.0",
  info: {
    title: "Control of the mock",
    version,
    description:
      "Not part of the POS API. Needs the token that the mock prints when it starts, or a login with the role control."
  },
  components: {
    securitySchemes: { token: { type: "http", scheme: "bearer" }, login: { type: "http", scheme: "basic" } }
  },
  security: [{ token: [] }, { login: [] }],
  paths: Object.fromEntries(
    [...Map.groupBy(routes, ([, path]) => path)].map(([path, operations]) => [
      path,
      Object.fromEntries(
        operations.map(([method, , summary]) => [
          method,
          { summary, parameters: parameters(path), responses: { default: { description: "JSON, or nothing." } } }
        ])
      )
    ])
  )
})

const parameters = (path: string) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: "path", required: true, schema: { type: "string" } }))
