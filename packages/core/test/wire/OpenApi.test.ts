/**
 * The document against the contract's facts: names, types, required fields, lists, bounds and defaults, kept by hand in
 * the table below. A fact reads `type [=default] [bounds] [values]`, a required field ends in `*`, and `…` stands for the
 * currency codes. Source: POS API 1.2.0.
 */
import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as OpenApi from "@hipay-pos/core/wire/OpenApi"
import { parse } from "yaml"

const CURRENCIES = (
  "FRF SKK EEK TMT AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYR BZD " +
  "CAD CDF CHF CLP CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD " +
  "HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL " +
  "LVL LYD MAD MDL MGA MKD MMK MNT MOP MRO MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN " +
  "PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLL SOS SRD STD SVC SYP SZL THB TJS TND TOP TRY TTD TWD TZS UAH " +
  "UGX USD UYU UZS VEF VND VUV TMM WST XAF XCD XOF XPF YER ZAR ZMK ZWL"
).split(" ")

const answered = {
  order: "Order",
  customer: "Customer",
  shipping: "Shipping",
  pos_technical_info: "TechnicalInformation"
}

const contract: Facts = {
  RootOrder: {
    "order*": "Order",
    customer: "Customer",
    shipping: "Shipping",
    "pos_technical_info*": "TechnicalInformation"
  },
  Order: {
    "order_id*": "string",
    transaction_type: "string =Debit Cancel|Credit|Debit",
    initialize_payment_terminal: "boolean =true",
    "price*": "object",
    "price.amount*": "number >=0",
    "price.currency": "string =EUR …",
    "price.tax_fees": "number >=0",
    "price.shipping_fees": "number >=0",
    basket: "array",
    "basket[]": "BasketItem",
    description: "string =POS payment",
    long_description: "string",
    soft_descriptor: "string",
    custom_data: "object"
  },
  BasketItem: {
    european_article_numbering: "string",
    "product_reference*": "string",
    "type*": "string discount|fee|good",
    "quantity*": "integer",
    "name*": "string",
    "unit_price*": "number",
    "tax_rate*": "number",
    discount: "number",
    "total_amount*": "number",
    product_category: "number 1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16",
    url: "string"
  },
  Customer: {
    customer_id: "string",
    email: "string",
    phone: "string",
    first_name: "string",
    last_name: "string",
    birthdate: "string 10..10 characters",
    gender: "string F|M|U",
    additional_customer_information: "string",
    customer_location: "Address"
  },
  Shipping: {
    delivery_date: "string 10..10 characters",
    delivery_method: "string CARRIER|CARRIER24H|EXPRESS24H|EXPRESS48H|RELAYPOINT|RELAYPOINT24H|STORE|STORE24H",
    carrier_description: "string",
    recipient_information: "object",
    "recipient_information.first_name": "string",
    "recipient_information.last_name": "string",
    "recipient_information.additional_info": "string",
    "recipient_information.gender": "string F|M|U",
    "recipient_information.phone": "string",
    delivery_address: "Address"
  },
  Address: {
    country: "string",
    state: "string",
    city: "string",
    zip_code: "string",
    street_address: "string",
    street_additional_details: "string",
    house_number: "string"
  },
  TechnicalInformation: {
    notify_url: "string",
    device_information: "object",
    "device_information.serial_number": "string",
    "device_information.manufacturer": "string",
    host_information: "object",
    "host_information.host": "string",
    "host_information.port": "integer =8888",
    "terminal_transaction_display*": "anything",
    "terminal_transaction_display.contract_array": "array",
    "terminal_transaction_display.contract_array[]": "object",
    "terminal_transaction_display.contract_array[].merchant_contract": "string >=7 <=7",
    "terminal_transaction_display.contract_array[].rank": "string 3..3 characters",
    "terminal_transaction_display.contract_array[].payment_application": "string 3..3 characters",
    "terminal_transaction_display.push_to": "string =POS ECR|POS|SDK",
    "terminal_transaction_display.protocol": "string =ConcertV3.1 AppNepting|ConcertV3.1|ConcertV3.2",
    "terminal_transaction_display.force_authorization": "boolean =false"
  },
  OrderResponse: {
    paymentStatus: "string Failure|Success",
    receipt: "string",
    error: "object",
    "error.errorCode*": "string",
    "error.errorDescription": "string",
    ...answered
  },
  ErrorResponse: {
    error: "object",
    "error.status": "integer",
    "error.code*": "string",
    "error.message": "string",
    "error.description": "string",
    "error.details": "object",
    "error.details.path": "string"
  }
}

const safe = `integer >=${Number.MIN_SAFE_INTEGER} <=${Number.MAX_SAFE_INTEGER}`

/** Intended differences between our document and the contract. */
const differences: ReadonlyArray<{ component: string; field: string; ours: string; reason: string }> = [
  {
    component: "BasketItem",
    field: "quantity*",
    ours: safe,
    reason: "whole numbers beyond 2^53 do not survive JSON in every language, and are refused"
  },
  {
    component: "TechnicalInformation",
    field: "host_information.port",
    ours: `integer =8888 ${safe.slice("integer ".length)}`,
    reason: "the same"
  },
  { component: "ErrorResponse", field: "error.status", ours: safe, reason: "the same" },
  {
    component: "TechnicalInformation",
    field: "terminal_transaction_display*",
    ours: "object",
    reason: "the contract forgets the type, and then anything passes; nothing but an object can be read"
  },
  {
    component: "TechnicalInformation",
    field: "terminal_transaction_display.contract_array[].merchant_contract",
    ours: "string",
    reason: "the contract's bounds are those of numbers and say nothing of a text; ten characters are seen in the field"
  }
]

/** Component, then field, then fact. */
type Facts = Record<string, Record<string, string>>

interface JsonSchema {
  readonly description?: string
  readonly $ref?: string
  readonly type?: string
  readonly required?: ReadonlyArray<string>
  readonly properties?: Record<string, JsonSchema>
  readonly items?: JsonSchema
  readonly enum?: ReadonlyArray<string | number>
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
}
type Components = Record<string, JsonSchema>

/** Keywords that facts cover, and keywords that do not affect what passes. */
const told = "$ref type required properties items enum default minimum maximum minLength maxLength".split(" ")
const mute = "description title example examples".split(" ")

const facts = (components: Components): Facts => {
  const all: Facts = {}
  for (const name of Object.keys(contract)) {
    all[name] = {}
    collect(components[name] ?? {}, "", components, all[name])
  }
  return all
}

const collect = (schema: JsonSchema, path: string, components: Components, found: Record<string, string>): void => {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const field = path === "" ? name : `${path}.${name}`
    found[schema.required?.includes(name) ? `${field}*` : field] = fact(property, components)
    collect(property, field, components, found)
  }
  if (schema.items !== undefined) {
    found[`${path}[]`] = fact(schema.items, components)
    collect(schema.items, `${path}[]`, components, found)
  }
}

const fact = (schema: JsonSchema, components: Components): string => {
  const component = schema.$ref?.replace("#/components/schemas/", "")
  if (component !== undefined) return component in contract ? component : fact(components[component] ?? {}, components)
  const { type = "anything", default: fallback, minimum, maximum, minLength, maxLength } = schema
  const unknown = Object.entries(schema).filter(
    ([key, value]) => ![...told, ...mute].includes(key) && !(key === "additionalProperties" && value === true)
  )
  return [
    type,
    ...(fallback === undefined ? [] : [`=${fallback}`]),
    ...(minimum === undefined ? [] : [`>=${minimum}`]),
    ...(maximum === undefined ? [] : [`<=${maximum}`]),
    ...(minLength === undefined ? [] : [`${minLength}..${maxLength} characters`]),
    ...(schema.enum === undefined ? [] : [values(schema.enum)]),
    ...unknown.map(([key, value]) => `${key} ${JSON.stringify(value)}`)
  ].join(" ")
}

const values = (list: ReadonlyArray<string | number>): string => {
  if (sorted(list).join() === sorted(CURRENCIES).join()) return "…"
  return sorted(list).join("|")
}

const sorted = (list: ReadonlyArray<string | number>) =>
  [...list].sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : 1))

const specification = new URL("../../../../../shared/spec/pos_api.yaml", import.meta.url)

describe("The OpenAPI document", () => {
  it("has every component of the contract, and the currency codes as one of their own", () => {
    const own = Object.keys(OpenApi.components()).filter((name) => !(name in contract))
    assert.deepStrictEqual(own, ["CurrencyCode"])
  })

  it("has the contract's facts, but for the differences that are on purpose", () => {
    const expected = structuredClone(contract)
    for (const { component, field, ours } of differences) {
      const fields = expected[component]
      assert.isTrue(fields !== undefined && field in fields && fields[field] !== ours, `${component}.${field}`)
      if (fields !== undefined) fields[field] = ours
    }
    assert.deepStrictEqual(facts(OpenApi.components() as Components), expected)
  })

  it("has our own description on every field and component", () => {
    const bare: Array<string> = []
    const look = (schema: JsonSchema, path: string) => {
      if (schema.description === undefined && schema.$ref === undefined) bare.push(path)
      for (const [name, property] of Object.entries(schema.properties ?? {})) look(property, `${path}.${name}`)
      if (schema.items !== undefined) look(schema.items, `${path}[]`)
    }
    for (const [name, component] of Object.entries(OpenApi.components() as Components)) look(component, name)
    assert.deepStrictEqual(bare, [])
  })

  it("refers to components that are there", () => {
    const text = JSON.stringify(OpenApi.components())
    const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
    assert.isNotEmpty(names)
    for (const name of names) assert.isTrue(String(name) in OpenApi.components(), name)
  })

  it("is put together with the paths it is given", () => {
    const paths = { "/order": { post: { requestBody: OpenApi.reference("RootOrder") } } }
    const document = OpenApi.document({ title: "T", version: "1", description: "D", paths })
    assert.deepStrictEqual(Object.keys(document), ["openapi", "info", "paths", "components"])
    assert.strictEqual(document.paths, paths)
    assert.deepStrictEqual(document.components.securitySchemes, { BasicAuth: { type: "http", scheme: "basic" } })
    assert.isTrue("RootOrder" in document.components.schemas)
  })
})

describe.skipIf(!existsSync(specification))("The table of the contract's facts", () => {
  it("agrees with the specification itself", () => {
    const { components } = parse(readFileSync(specification, "utf8"))
    assert.deepStrictEqual(Object.keys(components.schemas).sort(), Object.keys(contract).sort())
    assert.deepStrictEqual(facts(components.schemas), contract)
  })
})
