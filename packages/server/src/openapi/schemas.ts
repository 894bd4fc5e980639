/** The components of the API's own routes, derived from the schemas that the server and its clients use. */
import { Accepted, Attempt, AttemptCounts, AttemptList } from "@hipay-pos/core/wire/Attempt"
import { AttemptQuery } from "@hipay-pos/core/wire/AttemptQuery"
import { DayTotals } from "@hipay-pos/core/wire/DayTotals"
import { Drift } from "@hipay-pos/core/wire/Drift"
import * as OpenApi from "@hipay-pos/core/wire/OpenApi"
import { PaymentStatus } from "@hipay-pos/core/wire/OrderResponse"
import { Problem } from "@hipay-pos/core/wire/Problem"
import { Readiness } from "@hipay-pos/core/wire/Readiness"
import { Reloaded } from "@hipay-pos/core/wire/Reloaded"
import { ResolvedDamaged, ResolveRequest } from "@hipay-pos/core/wire/Resolution"
import { Session, SignIn } from "@hipay-pos/core/wire/Session"
import { InstanceList, TerminalList, TerminalQuery } from "@hipay-pos/core/wire/Terminals"
import { UpstreamLogin } from "@hipay-pos/core/wire/UpstreamLogin"
import * as Schema from "effect/Schema"
import { descriptions } from "./descriptions.ts"

type JsonSchema = Readonly<Record<string, unknown>>

/** A reference to a schema of the document. */
export const ref = (name: string): { readonly $ref: string } => ({ $ref: `#/components/schemas/${name}` })

/**
 * The schemas for the document, without what every value of the kind satisfies: the default `additionalProperties: true`, and
 * the bounds of numbers that JSON carries exactly.
 */
const plain = (schemas: unknown): unknown => withoutDefaults(OpenApi.portable(schemas))

const withoutDefaults = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutDefaults)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, each]) =>
          !(
            (key === "additionalProperties" && each === true) ||
            (key === "minimum" && each === Number.MIN_SAFE_INTEGER) ||
            (key === "maximum" && each === Number.MAX_SAFE_INTEGER)
          )
      )
      .map(([key, each]) => [key, withoutDefaults(each)])
  )
}

/** The schemas by name; those of orders and their answers come from core. */
export const schemas = plain(
  OpenApi.withDescriptions(
    OpenApi.toJsonSchemas([
      Problem,
      Accepted,
      AttemptList,
      AttemptCounts,
      DayTotals,
      Attempt,
      ResolveRequest,
      ResolvedDamaged,
      SignIn,
      Session,
      Readiness
    ]).definitions,
    descriptions
  )
) as Readonly<Record<string, JsonSchema>>

/** The schemas of relays only. */
export const relaySchemas = plain(
  OpenApi.withDescriptions(OpenApi.toJsonSchemas([Drift, UpstreamLogin]).definitions, descriptions)
) as Readonly<Record<string, JsonSchema>>

/** The schemas of servers that reload their settings on request. */
export const reloadSchemas = plain(
  OpenApi.withDescriptions(OpenApi.toJsonSchemas([Reloaded]).definitions, descriptions)
) as Readonly<Record<string, JsonSchema>>

/** The schemas of servers that list their terminals. */
export const terminalSchemas = plain(
  OpenApi.withDescriptions(OpenApi.toJsonSchemas([TerminalList]).definitions, descriptions)
) as Readonly<Record<string, JsonSchema>>

/** The schemas of servers that share their store. */
export const instanceSchemas = plain(
  OpenApi.withDescriptions(OpenApi.toJsonSchemas([InstanceList]).definitions, descriptions)
) as Readonly<Record<string, JsonSchema>>

/** The decoded parameters of `GET /terminals` by name. */
export const terminalQuery = (
  plain(OpenApi.toJsonSchemas([Schema.toType(TerminalQuery)]).schemas[0]) as {
    readonly properties: Readonly<Record<keyof TerminalQuery, JsonSchema>>
  }
).properties

/** The decoded parameters of `GET /attempts` by name. */
export const attemptQuery = (
  plain(OpenApi.toJsonSchemas([Schema.toType(AttemptQuery)]).schemas[0]) as {
    readonly properties: Readonly<Record<keyof AttemptQuery, JsonSchema>>
  }
).properties

/** The contract's components; the answer to an order also has the variants of the dialect `cloud-api` and the sandbox. */
export const inBothDialects = (contract: Readonly<Record<string, JsonSchema>>) => {
  const { OrderResponse, ...others } = contract
  const { properties, ...answer } = OrderResponse as { readonly properties: Readonly<Record<string, JsonSchema>> }
  const text = (description: string) => ({ type: "string", description })
  return {
    ...others,
    OrderResponse: {
      ...answer,
      properties: {
        ...properties,
        paymentStatus: {
          ...properties.paymentStatus,
          enum: [...PaymentStatus.literals, "Failed"],
          description:
            "What the terminal said of the payment. `Failed` is the dialect `cloud-api`'s word for `Failure`."
        },
        errorCode: text("Dialect `cloud-api`: the terminal's own code for why nothing was paid."),
        errorDescription: text("Sandbox: why nothing was paid, in words."),
        errorData: {
          type: "object",
          description: "Dialect `cloud-api`: why nothing was paid.",
          properties: { errorDescription: text("In words.") }
        },
        technical_pos_info: { ...properties.pos_technical_info }
      }
    }
  }
}
