/** A Postman collection, v2.1: one request each, with a test of its status. */
import type { CollectedRequest, OpenApiDocument } from "./requests.ts"

const NEW_RUN = 'pm.collectionVariables.set("run", Date.now().toString(36))'

const script = (listen: "prerequest" | "test", exec: ReadonlyArray<string>) => ({
  listen,
  script: { type: "text/javascript", exec }
})

const basic = (key: string, value: string) => ({ key, value, type: "string" })

export const toPostman = (
  { info }: OpenApiDocument,
  requests: ReadonlyArray<CollectedRequest>,
  variables: Readonly<Record<string, string>>
) => ({
  info: {
    name: info.title,
    description: info.description,
    schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
  },
  auth: { type: "basic", basic: [basic("username", "{{username}}"), basic("password", "{{password}}")] },
  variable: Object.entries(variables).map(([key, value]) => ({ key, value })),
  item: requests.map(({ name, description, method, path, headers, body, status }, i) => ({
    name,
    event: [
      ...(i === 0 ? [script("prerequest", [NEW_RUN])] : []),
      script("test", [`pm.test("${status}", () => pm.response.to.have.status(${status}))`])
    ],
    request: {
      method,
      description,
      url: `{{url}}${path}`,
      header: Object.entries({ ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers }).map(
        ([key, value]) => ({ key, value })
      ),
      ...(body === undefined ? {} : { body: { mode: "raw", raw: body, options: { raw: { language: "json" } } } })
    }
  }))
})
