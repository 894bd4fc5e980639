/** Other validation libraries on the same order: zod 4 with the contract's fields, ajv 6 with our OpenAPI document. */
import { readFileSync } from "node:fs"
import { codes } from "@hipay-pos/core/Currency"
import * as OpenApi from "@hipay-pos/core/wire/OpenApi"
import Ajv from "ajv"
import * as z from "zod"
import { beside } from "../measure/beside.ts"
import type { Figure } from "../measure/Figure.ts"

const order = JSON.parse(
  readFileSync(new URL("../../packages/core/test/fixtures/orders/full.json", import.meta.url), "utf8")
)
const text = JSON.stringify(order)

const optionalText = z.string().optional()
const date = z.string().length(10).optional()
const gender = z.enum(["U", "F", "M"]).optional()
const address = z.object({
  country: optionalText,
  state: optionalText,
  city: optionalText,
  zip_code: optionalText,
  street_address: optionalText,
  street_additional_details: optionalText,
  house_number: optionalText
})
const rootOrder = z.object({
  order: z.object({
    order_id: z.string(),
    transaction_type: z.enum(["Debit", "Credit", "Cancel"]).optional(),
    initialize_payment_terminal: z.boolean().optional(),
    price: z.object({
      amount: z.number().min(0),
      currency: z.enum(codes as [string, ...Array<string>]).optional(),
      tax_fees: z.number().min(0).optional(),
      shipping_fees: z.number().min(0).optional()
    }),
    basket: z
      .array(
        z.object({
          european_article_numbering: optionalText,
          product_reference: z.string(),
          type: z.enum(["good", "discount", "fee"]),
          quantity: z.int(),
          name: z.string(),
          unit_price: z.number(),
          tax_rate: z.number(),
          discount: z.number().optional(),
          total_amount: z.number(),
          product_category: z.literal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]).optional(),
          url: optionalText
        })
      )
      .optional(),
    description: optionalText,
    long_description: optionalText,
    soft_descriptor: optionalText,
    custom_data: z.record(z.string(), z.unknown()).optional()
  }),
  customer: z
    .object({
      customer_id: optionalText,
      email: optionalText,
      phone: optionalText,
      first_name: optionalText,
      last_name: optionalText,
      birthdate: date,
      gender,
      additional_customer_information: optionalText,
      customer_location: address.optional()
    })
    .optional(),
  shipping: z
    .object({
      delivery_date: date,
      delivery_method: optionalText,
      carrier_description: optionalText,
      recipient_information: z
        .object({
          first_name: optionalText,
          last_name: optionalText,
          additional_info: optionalText,
          gender,
          phone: optionalText
        })
        .optional(),
      delivery_address: address.optional()
    })
    .optional(),
  pos_technical_info: z.object({
    notify_url: optionalText,
    device_information: z.object({ serial_number: optionalText, manufacturer: optionalText }).optional(),
    host_information: z.object({ host: optionalText, port: z.int().optional() }).optional(),
    terminal_transaction_display: z.object({
      contract_array: z
        .array(
          z.object({
            merchant_contract: optionalText,
            rank: z.string().length(3).optional(),
            payment_application: z.string().length(3).optional()
          })
        )
        .optional(),
      push_to: z.enum(["POS", "SDK", "ECR"]).optional(),
      protocol: z.enum(["AppNepting", "ConcertV3.1", "ConcertV3.2"]).optional(),
      force_authorization: z.boolean().optional()
    })
  })
})

const ajv = new Ajv({ allErrors: true, schemaId: "auto", unknownFormats: "ignore" })
const validate = ajv.compile({ $ref: "#/components/schemas/RootOrder", components: { schemas: OpenApi.components() } })

/** The time of other libraries for the schema alone. */
export const figures = (): ReadonlyArray<Figure> => {
  if (!rootOrder.safeParse(order).success || validate(order) !== true) throw new Error("the order is refused")
  const parse = () => JSON.parse(text)
  const works = { zod: () => rootOrder.safeParse(order), ajv: () => validate(order) }
  return Object.entries(works).map(([name, work]) => {
    const { ratio, ...times } = beside(work, parse, 5000)
    return { name: `core.${name}`, value: ratio, beside: times }
  })
}
