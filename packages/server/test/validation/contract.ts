/**
 * The contract's facts as an OpenAPI schema: types, required fields, lists, bounds and defaults of the request body of
 * POS API 1.2.0, for a validator that knows nothing of our schemas. Kept by hand; descriptions left out.
 */
import { Currency } from "@hipay-pos/core"

const string = { type: "string" }
const date = { type: "string", minLength: 10, maxLength: 10 }
const three = { type: "string", minLength: 3, maxLength: 3 }
const strings = (...names: ReadonlyArray<string>) => Object.fromEntries(names.map((name) => [name, string]))

const address = {
  type: "object",
  properties: strings(
    "country",
    "state",
    "city",
    "zip_code",
    "street_address",
    "street_additional_details",
    "house_number"
  )
}

const basketItem = {
  type: "object",
  required: ["product_reference", "type", "quantity", "name", "unit_price", "tax_rate", "total_amount"],
  properties: {
    european_article_numbering: string,
    product_reference: string,
    type: { type: "string", enum: ["good", "discount", "fee"] },
    quantity: { type: "integer" },
    name: string,
    unit_price: { type: "number" },
    tax_rate: { type: "number" },
    discount: { type: "number" },
    total_amount: { type: "number" },
    product_category: { type: "number", enum: Array.from({ length: 16 }, (_, i) => i + 1) },
    url: string
  }
}

const order = {
  type: "object",
  required: ["order_id", "price"],
  properties: {
    order_id: string,
    transaction_type: { type: "string", enum: ["Debit", "Credit", "Cancel"], default: "Debit" },
    initialize_payment_terminal: { type: "boolean", default: true },
    price: {
      type: "object",
      required: ["amount"],
      properties: {
        amount: { type: "number", minimum: 0 },
        currency: { type: "string", enum: Currency.codes, default: "EUR" },
        tax_fees: { type: "number", minimum: 0 },
        shipping_fees: { type: "number", minimum: 0 }
      }
    },
    basket: { type: "array", items: basketItem },
    description: { type: "string", default: "POS payment" },
    long_description: string,
    soft_descriptor: string,
    custom_data: { type: "object" }
  }
}

const customer = {
  type: "object",
  properties: {
    ...strings("customer_id", "email", "phone", "first_name", "last_name"),
    birthdate: date,
    gender: { type: "string", enum: ["U", "F", "M"] },
    additional_customer_information: string,
    customer_location: address
  }
}

const shipping = {
  type: "object",
  properties: {
    delivery_date: date,
    delivery_method: {
      type: "string",
      enum: ["EXPRESS24H", "EXPRESS48H", "STORE", "STORE24H", "CARRIER", "CARRIER24H", "RELAYPOINT", "RELAYPOINT24H"]
    },
    carrier_description: string,
    recipient_information: {
      type: "object",
      properties: {
        ...strings("first_name", "last_name", "additional_info"),
        gender: { type: "string", enum: ["M", "F", "U"] },
        phone: string
      }
    },
    delivery_address: address
  }
}

const technicalInformation = {
  type: "object",
  required: ["terminal_transaction_display"],
  properties: {
    notify_url: string,
    device_information: { type: "object", properties: strings("serial_number", "manufacturer") },
    host_information: { type: "object", properties: { host: string, port: { type: "integer", default: 8888 } } },
    // The contract gives it no type.
    terminal_transaction_display: {
      properties: {
        contract_array: {
          type: "array",
          items: {
            type: "object",
            // Bounds for numbers on a string: they apply only to a number.
            properties: {
              merchant_contract: { type: "string", minimum: 7, maximum: 7 },
              rank: three,
              payment_application: three
            }
          }
        },
        push_to: { type: "string", enum: ["POS", "SDK", "ECR"], default: "POS" },
        protocol: { type: "string", enum: ["AppNepting", "ConcertV3.1", "ConcertV3.2"], default: "ConcertV3.1" },
        force_authorization: { type: "boolean", default: false }
      }
    }
  }
}

export const rootOrder = {
  type: "object",
  required: ["order", "pos_technical_info"],
  properties: { order, customer, shipping, pos_technical_info: technicalInformation }
}
