/** The files of both collections, by their path from the root. */
import { describe } from "../../packages/server/src/openapi/describe.ts"
import { toBruno } from "./bruno.ts"
import { toPostman } from "./postman.ts"
import { type OpenApiDocument, requestsOf } from "./requests.ts"

/** A mock as it starts without flags. */
const variables = { url: "http://127.0.0.1:8080", username: "merchant", password: "secret" }

export const POSTMAN = "docs/collections/hipay-pos.postman_collection.json"
export const BRUNO = "docs/collections/bruno"

export const collectionFiles = (): Readonly<Record<string, string>> => {
  const document = describe({
    mode: "simulated",
    relays: false,
    lists: false,
    reloads: false,
    shared: false,
    version: ""
  }) as unknown as OpenApiDocument
  const requests = requestsOf(document)
  return {
    [POSTMAN]: `${JSON.stringify(toPostman(document, requests, variables), null, 2)}\n`,
    ...Object.fromEntries(
      Object.entries(toBruno(document, requests, variables)).map(([name, text]) => [`${BRUNO}/${name}`, text])
    )
  }
}
