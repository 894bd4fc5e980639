/**
 * The contract as an OpenAPI document of the same OpenAPI version, generated from the schemas that decode it, with our own
 * descriptions.
 *
 * This module has the components only. Paths, statuses and servers belong to the server: {@link document} combines both.
 * Where a schema is stricter than the contract, the document follows the schema.
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
export const OPENAPI_VERSION = "3.0.3"

/** The components of requests and answers; they refer to all others. */
export type RootComponent = "RootOrder" | "OrderResponse" | "ErrorResponse"

/**
 * Schemas as JSON Schemas, in the same order; {@link portable} turns them into OpenAPI's. A schema with an identifier appears
 * once, in `definitions`, and is referred to. Objects are open unless `onExcessProperty` is `error`.
 */
export const toJsonSchemas = (
  schemas: readonly [Schema.Constraint, ...ReadonlyArray<Schema.Constraint>],
  options: Schema.ToJsonSchemaOptions = {}
) => {
  const [first, ...others] = schemas
  const representations = SchemaRepresentation.toRepresentations([first.ast, ...others.map(({ ast }) => ast)])
  return JsonSchema.toMultiDocumentOpenApi3_1(SchemaRepresentation.toJsonSchemaMultiDocument(representations, options))
}

/**
 * JSON Schemas as OpenAPI 3.0 has them, because some generators know no later version: `null` becomes `nullable`, and a
 * reference with anything beside it goes into `allOf`. Numbers get a format: without one, generated clients use 32 bits.
 */
export const portable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(portable)
  if (!isObject(value)) return value
  const schema: JsonSchema.JsonSchema = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, portable(each)])
  )
  const { $ref, anyOf, ...rest } = schema
  if ($ref !== undefined) return Object.keys(rest).length === 0 ? schema : { ...rest, allOf: [{ $ref }] }
  if (Array.isArray(anyOf)) {
    const others = anyOf.filter(({ type }) => type !== "null")
    if (others.length === anyOf.length) return schema
    const [only] = others
    return { ...rest, ...(others.length === 1 ? only : { anyOf: others }), nullable: true }
  }
  const format = formatOf(schema)
  return format === undefined ? schema : { ...schema, format }
}

const formatOf = ({ type, maximum, enum: values }: JsonSchema.JsonSchema): string | undefined => {
  if (values !== undefined) return undefined
  if (type === "number") return "double"
  return type === "integer" && !(typeof maximum === "number" && maximum < 2 ** 31) ? "int64" : undefined
}

/** Descriptions: component, then field by its path in it, such as `price.amount` or `basket[]`. The empty path is the component. */
export type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The definitions with descriptions of themselves and all their fields. Alternatives at one path share its description. */
export const withDescriptions = (definitions: JsonSchema.Definitions, table: Descriptions): JsonSchema.Definitions =>
  Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [name, described(schema, table[name] ?? {}, "")])
  )

/** Every component by its name in the contract; the list of currency codes is a component, too. A new copy each time. */
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

/** An alternative without its description, which is beside the list of alternatives. */
const withoutOwn = ({ description: _, ...schema }: JsonSchema.JsonSchema): JsonSchema.JsonSchema => schema

/** A reference to a component, for a body of an operation. */
export const reference = (component: RootComponent): { readonly $ref: string } => ({
  $ref: `#/components/schemas/${component}`
})

/** The rest of a document, beside the components. */
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
  components: {
    schemas: portable(components()) as JsonSchema.Definitions,
    securitySchemes: { BasicAuth: { type: "http", scheme: "basic" } }
  }
})
