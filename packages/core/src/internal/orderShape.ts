/**
 * What the contract says about an order's body, as a table, so that a page that checks orders need not load schemas.
 * `RootOrder` decodes the same bodies; a test keeps both equal.
 */
import { codes } from "../plain/Currency.ts"
import { deliveryMethods } from "./deliveryMethods.ts"
import { array, object, oneOf, required, type Shape, shape, text, withDefault } from "./Shape.ts"

const flag = shape({ type: "boolean" })
const decimal = shape({ type: "number" })
const decimalFromZero = shape({ type: "number", minimum: 0 })
const whole = shape({ type: "integer" })

/** A text of exactly `length` characters. */
const textOf = (length: number): Shape => shape({ type: "string", minLength: length, maxLength: length })

const address = object({
  country: text,
  state: text,
  city: text,
  zip_code: text,
  street_address: text,
  street_additional_details: text,
  house_number: text
})

const gender = oneOf("U", "F", "M")

const customer = object({
  customer_id: text,
  email: text,
  phone: text,
  first_name: text,
  last_name: text,
  birthdate: textOf(10),
  gender,
  additional_customer_information: text,
  customer_location: address
})

const shipping = object({
  delivery_date: textOf(10),
  delivery_method: oneOf(...deliveryMethods),
  carrier_description: text,
  recipient_information: object({ first_name: text, last_name: text, additional_info: text, gender, phone: text }),
  delivery_address: address
})

const basketItem = object({
  european_article_numbering: text,
  product_reference: required(text),
  type: required(oneOf("good", "discount", "fee")),
  quantity: required(whole),
  name: required(text),
  unit_price: required(decimal),
  tax_rate: required(decimal),
  discount: decimal,
  total_amount: required(decimal),
  product_category: oneOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16),
  url: text
})

const order = object({
  order_id: required(text),
  transaction_type: withDefault(oneOf("Debit", "Credit", "Cancel"), "Debit"),
  initialize_payment_terminal: withDefault(flag, true),
  price: required(
    object({
      amount: required(decimalFromZero),
      currency: withDefault(oneOf(...codes), "EUR"),
      tax_fees: decimalFromZero,
      shipping_fees: decimalFromZero
    })
  ),
  basket: array(basketItem),
  description: withDefault(text, "POS payment"),
  long_description: text,
  soft_descriptor: text,
  custom_data: shape({ type: "object" })
})

const terminalTransactionDisplay = object({
  contract_array: array(object({ merchant_contract: text, rank: textOf(3), payment_application: textOf(3) })),
  push_to: withDefault(oneOf("POS", "SDK", "ECR"), "POS"),
  protocol: withDefault(oneOf("AppNepting", "ConcertV3.1", "ConcertV3.2"), "ConcertV3.1"),
  force_authorization: withDefault(flag, false)
})

/** The body of `POST /v1/connector/order`. */
export const orderShape: Shape = object({
  order: required(order),
  customer,
  shipping,
  pos_technical_info: required(
    object({
      notify_url: text,
      device_information: object({ serial_number: text, manufacturer: text }),
      host_information: object({ host: text, port: withDefault(whole, 8888) }),
      terminal_transaction_display: required({ ...terminalTransactionDisplay, untyped: true })
    })
  )
})
