/**
 * The contract as an OpenAPI 3.1 document, made of the same schemas that decode it, with descriptions of our own.
 *
 * Here are the components only. Paths, statuses and servers belong to the server: {@link document} puts both
 * together. Where a schema is stricter than the contract, the document says what the schema does.
 */
import * as JsonSchema from "effect/JsonSchema"
import * as SchemaRepresentation from "effect/SchemaRepresentation"
import { descriptions } from "../internal/Descriptions.ts"
import { isObject } from "../internal/UntypedJson.ts"
import { ErrorResponse } from "./ErrorResponse.ts"
import { OrderResponse } from "./OrderResponse.ts"
import { RootOrder } from "./RootOrder.ts"

/** The version of OpenAPI that {@link document} follows. */
export const OPENAPI_VERSION = "3.1.0"

/** The components that requests and answers are made of; the others are reached through them. */
export type RootComponent = "RootOrder" | "OrderResponse" | "ErrorResponse"

/** Every component by its name in the contract, and the list of currency codes as one of its own. A new copy each time. */
export const components = (): JsonSchema.Definitions => {
  const representation = SchemaRepresentation.toRepresentations([RootOrder.ast, OrderResponse.ast, ErrorResponse.ast])
  const schemas = SchemaRepresentation.toJsonSchemaMultiDocument(representation)
  const { definitions } = JsonSchema.toMultiDocumentOpenApi3_1(schemas)
  return Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [name, described(schema, descriptions[name] ?? {}, "")])
  )
}

/** The schema with the descriptions of itself and of every field inside, by their paths. */
const described = (
  schema: JsonSchema.JsonSchema,
  words: Readonly<Record<string, string>>,
  path: string
): JsonSchema.JsonSchema => {
  const { properties, items } = schema
  return {
    ...schema,
    ...(words[path] === undefined ? {} : { description: words[path] }),
    ...(isObject(items) ? { items: described(items, words, `${path}[]`) } : {}),
    ...(isObject(properties)
      ? {
          properties: Object.fromEntries(
            Object.entries(properties)
              .filter((property): property is [string, JsonSchema.JsonSchema] => isObject(property[1]))
              .map(([name, property]) => [name, described(property, words, path === "" ? name : `${path}.${name}`)])
          )
        }
      : {})
  }
}

/** A reference to a component, for a body of an operation. */
export const reference = (component: RootComponent): { readonly $ref: string } => ({
  $ref: `#/components/schemas/${component}`
})

/** What a document says beside the components. */
export interface Parts {
  readonly title: string
  readonly version: string
  readonly description: string
  readonly paths: Readonly<Record<string, unknown>>
  readonly servers?: ReadonlyArray<{ readonly url: string; readonly description?: string }>
}

/** The whole document, as JSON. HTTP Basic is the scheme `BasicAuth`, as the contract names it. */
export const document = ({ title, version, description, paths, servers }: Parts) => ({
  openapi: OPENAPI_VERSION,
  info: { title, version, description },
  ...(servers === undefined ? {} : { servers }),
  paths,
  components: { schemas: components(), securitySchemes: { BasicAuth: { type: "http", scheme: "basic" } } }
})
