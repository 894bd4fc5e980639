/**
 * The contract as an OpenAPI 3.1 document, made of the same schemas that decode it, with descriptions of our own.
 *
 * Here are the components only. Paths, statuses and servers belong to the server: {@link document} puts both
 * together. Where a schema is stricter than the contract, the document says what the schema does.
 */
import * as JsonSchema from "effect/JsonSchema"
import type * as Schema from "effect/Schema"
import * as SchemaRepresentation from "effect/SchemaRepresentation"
import { descriptions } from "../internal/Descriptions.ts"
import { isObject } from "../JsonObject.ts"
import { ErrorResponse } from "./ErrorResponse.ts"
import { OrderResponse } from "./OrderResponse.ts"
import { RootOrder } from "./RootOrder.ts"

/** The version of OpenAPI that {@link document} follows. */
export const OPENAPI_VERSION = "3.1.0"

/** The components that requests and answers are made of; the others are reached through them. */
export type RootComponent = "RootOrder" | "OrderResponse" | "ErrorResponse"

/**
 * Schemas as JSON Schemas of OpenAPI 3.1, in the same order. What has an identifier is in `definitions`, once, and referred
 * to. Objects are open unless `onExcessProperty` is `error`.
 */
export const toJsonSchemas = (
  schemas: readonly [Schema.Constraint, ...ReadonlyArray<Schema.Constraint>],
  options: Schema.ToJsonSchemaOptions = {}
) => {
  const [first, ...others] = schemas
  const representations = SchemaRepresentation.toRepresentations([first.ast, ...others.map(({ ast }) => ast)])
  return JsonSchema.toMultiDocumentOpenApi3_1(SchemaRepresentation.toJsonSchemaMultiDocument(representations, options))
}

/** Descriptions: component, then field by its path in it, such as `price.amount` or `basket[]`. The empty path is the component. */
export type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The definitions with the descriptions of themselves and of every field inside. Alternatives share those of a path. */
export const withDescriptions = (definitions: JsonSchema.Definitions, table: Descriptions): JsonSchema.Definitions =>
  Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [name, described(schema, table[name] ?? {}, "")])
  )

/** Every component by its name in the contract, and the list of currency codes as one of its own. A new copy each time. */
export const components = (): JsonSchema.Definitions =>
  withDescriptions(toJsonSchemas([RootOrder, OrderResponse, ErrorResponse]).definitions, descriptions)

const described = (
  schema: JsonSchema.JsonSchema,
  words: Readonly<Record<string, string>>,
  path: string
): JsonSchema.JsonSchema => {
  const { properties, items, anyOf } = schema
  return {
    ...schema,
    ...(words[path] === undefined ? {} : { description: words[path] }),
    ...(Array.isArray(anyOf)
      ? { anyOf: anyOf.map((each) => (isObject(each) ? withoutOwn(described(each, words, path)) : each)) }
      : {}),
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

/** An alternative: the description of its path stands beside the list of alternatives. */
const withoutOwn = ({ description: _, ...schema }: JsonSchema.JsonSchema): JsonSchema.JsonSchema => schema

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
