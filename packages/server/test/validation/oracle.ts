/** The validator that the service evidently runs, for a schema or a whole document. */
import { createRequire } from "node:module"
import { parse } from "yaml"

const require = createRequire(import.meta.url)
const { default: OpenAPIRequestValidator } = require("openapi-request-validator")

/** Its verdict on a body: the first error, if any, and the body with its defaults. */
export interface Said {
  readonly error?: string
  readonly body: unknown
}

/** Makes the validator; a text is an OpenAPI document in YAML. */
export const makeOracle = (contract: object | string): ((body: unknown) => Said) => {
  const schemas = typeof contract === "string" ? parse(contract).components.schemas : { RootOrder: contract }
  const validator = new OpenAPIRequestValidator({
    requestBody: {
      required: true,
      content: { "application/json": { schema: { $ref: "#/components/schemas/RootOrder" } } }
    },
    componentSchemas: schemas
  })
  return (body) => {
    const result = validator.validateRequest({ headers: { "content-type": "application/json" }, body })
    const first = result?.errors[0]
    return first === undefined ? { body } : { body, error: `${first.errorCode} ${first.path ?? ""} ${first.message}` }
  }
}
