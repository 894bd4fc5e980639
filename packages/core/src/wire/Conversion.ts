/**
 * Between the JSON of the contract and the domain: names change, decimals become `Money`, defaults are filled in.
 *
 * Nothing here checks what comes from JSON: `OrderRules` does that and passes on the amounts it has read.
 */
import type { Address } from "../Address.ts"
import type { Basket, BasketItem } from "../Basket.ts"
import type { Customer } from "../Customer.ts"
import { defined } from "../Defined.ts"
import { orderShape } from "../internal/orderShape.ts"
import type { Money } from "../Money.ts"
import type { Order, OrderId, OrderRequest } from "../Order.ts"
import * as Contract from "../plain/Contract.ts"
import type { Recipient, Shipping } from "../Shipping.ts"
import type { Concert, MerchantContract, Nepting, TerminalTarget } from "../TerminalTarget.ts"
import type { BasketItem as WireBasketItem } from "./BasketItem.ts"
import type { Customer as WireCustomer } from "./Customer.ts"
import * as Fields from "./Fields.ts"
import type { Order as WireOrder } from "./Order.ts"
import type { RootOrder } from "./RootOrder.ts"
import type { Shipping as WireShipping } from "./Shipping.ts"
import type { TechnicalInformation } from "./TechnicalInformation.ts"

/** The amounts and the target that the rules have read from a body. */
export interface Parts {
  readonly amount: Money
  readonly target: TerminalTarget
  readonly shippingFees: Money | undefined
  readonly taxFees: Money | undefined
  /** One entry per line, or none if the basket is invalid and dropped. */
  readonly lines: ReadonlyArray<LineAmounts>
}

const address = Fields.table<NonNullable<WireCustomer["customer_location"]>, Address>({
  country: "country",
  state: "state",
  city: "city",
  zip_code: "zipCode",
  street_address: "street",
  street_additional_details: "additionalDetails",
  house_number: "houseNumber"
})

const customer = Fields.table<WireCustomer, Customer>({
  customer_id: "id",
  email: "email",
  phone: "phone",
  first_name: "firstName",
  last_name: "lastName",
  birthdate: "birthdate",
  gender: "gender",
  additional_customer_information: "additionalInformation",
  customer_location: { from: "address", table: address }
})

const shipping = Fields.table<WireShipping, Shipping>({
  delivery_date: "deliveryDate",
  delivery_method: "deliveryMethod",
  carrier_description: "carrierDescription",
  recipient_information: {
    from: "recipient",
    table: Fields.table<NonNullable<WireShipping["recipient_information"]>, Recipient>({
      first_name: "firstName",
      last_name: "lastName",
      additional_info: "additionalInformation",
      gender: "gender",
      phone: "phone"
    })
  },
  delivery_address: { from: "address", table: address }
})

const basketItem = Fields.table<WireBasketItem, BasketItem>({
  product_reference: "reference",
  type: "type",
  quantity: "quantity",
  name: "name",
  unit_price: { money: "unitPrice" },
  tax_rate: "taxRate",
  discount: { money: "discount" },
  total_amount: { money: "total" },
  european_article_numbering: "ean",
  product_category: "category",
  url: "url"
})

const order = Fields.table<WireOrder, Order>({
  order_id: "orderId",
  transaction_type: "transactionType",
  initialize_payment_terminal: "initializePaymentTerminal",
  price: {
    from: (order) => order,
    table: Fields.table<WireOrder["price"], Order>({
      amount: ({ amount }) => amount.minorUnits,
      currency: ({ amount }) => amount.currency,
      tax_fees: { money: "taxFees" },
      shipping_fees: { money: "shippingFees" }
    })
  },
  description: "description",
  basket: { from: ({ basket }) => (basket.length === 0 ? undefined : basket), table: basketItem },
  long_description: "longDescription",
  soft_descriptor: "softDescriptor",
  custom_data: "customData"
})

/** An unknown tag comes from an untyped program, and counts as Concert. */
const isConcert = (target: TerminalTarget): target is Concert => target._tag !== "Nepting" && target._tag !== "Unnamed"

type Display = TechnicalInformation["terminal_transaction_display"]

const display = Fields.table<Display, OrderRequest>({
  contract_array: {
    from: ({ target }) => (isConcert(target) ? target.contracts : undefined),
    table: Fields.table<NonNullable<Display["contract_array"]>[number], MerchantContract>({
      merchant_contract: "merchantContract",
      rank: "rank",
      payment_application: "paymentApplication"
    })
  },
  push_to: "pushTo",
  force_authorization: "forceAuthorization",
  // An unknown tag comes from an untyped program; it is not one of the contract's protocols either.
  protocol: ({ target }) => {
    switch (target._tag) {
      case "Concert":
        return `ConcertV${target.version}`
      case "Nepting":
        return "AppNepting"
      case "Unnamed":
        return undefined
      default:
        return String((target as TerminalTarget)._tag)
    }
  }
})

const root = Fields.table<RootOrder, OrderRequest>({
  order: { from: "order", table: order },
  customer: { from: ({ order }) => order.customer, table: customer },
  shipping: { from: ({ order }) => order.shipping, table: shipping },
  pos_technical_info: {
    from: (request) => request,
    table: Fields.table<TechnicalInformation, OrderRequest>({
      notify_url: "notifyUrl",
      device_information: {
        from: ({ target }) => (target._tag === "Nepting" ? target : undefined),
        table: Fields.table<NonNullable<TechnicalInformation["device_information"]>, Nepting>({
          serial_number: "serialNumber",
          manufacturer: "manufacturer"
        })
      },
      host_information: {
        from: ({ target }) => (isConcert(target) ? target : undefined),
        table: Fields.table<NonNullable<TechnicalInformation["host_information"]>, Concert>({
          host: "host",
          port: "port"
        })
      },
      terminal_transaction_display: { from: (request) => request, table: display }
    })
  }
})

/** The amounts of one basket line. */
export type LineAmounts = Pick<BasketItem, "unitPrice" | "discount" | "total">

/** The domain's request for a decoded body. */
export const toRequest = (body: RootOrder, parts: Parts): OrderRequest => {
  const { order, customer: payer, shipping: delivery, pos_technical_info: info } = body
  const { force_authorization = false, push_to = "POS" } = info.terminal_transaction_display
  return {
    order: {
      orderId: order.order_id as OrderId,
      transactionType: order.transaction_type ?? "Debit",
      amount: parts.amount,
      basket: toBasket(order.basket ?? [], parts.lines),
      description: order.description ?? "POS payment",
      initializePaymentTerminal: order.initialize_payment_terminal ?? true,
      ...defined({
        longDescription: order.long_description,
        softDescriptor: order.soft_descriptor,
        shippingFees: parts.shippingFees,
        taxFees: parts.taxFees,
        customData: order.custom_data,
        customer: payer && (Fields.read(customer, payer) as Customer),
        shipping: delivery && (Fields.read(shipping, delivery) as Shipping)
      })
    },
    target: parts.target,
    forceAuthorization: force_authorization,
    pushTo: push_to,
    ...defined({ notifyUrl: info.notify_url })
  }
}

/** The body that carries a request. */
export const fromRequest = (request: OrderRequest): RootOrder => Fields.write(root, request) as RootOrder

/** Every fault that the contract's schema would find in a request's body, without writing the body. */
export const checkRequest: Contract.Check = /* @__PURE__ */ Contract.makeCheck(orderShape, root)

const toBasket = (lines: ReadonlyArray<WireBasketItem>, amounts: Parts["lines"]): Basket => {
  const basket: Array<BasketItem> = []
  for (const [i, line] of lines.entries()) {
    const read = amounts[i]
    if (read !== undefined) basket.push(toBasketItem(line, read))
  }
  return basket
}

const toBasketItem = (line: WireBasketItem, { unitPrice, discount, total }: LineAmounts): BasketItem => {
  const item: Mutable<BasketItem> = {
    type: line.type,
    reference: line.product_reference,
    name: line.name,
    quantity: line.quantity,
    taxRate: line.tax_rate,
    unitPrice,
    discount,
    total
  }
  if (line.european_article_numbering !== undefined) item.ean = line.european_article_numbering
  if (line.product_category !== undefined) item.category = line.product_category
  if (line.url !== undefined) item.url = line.url
  return item
}

/** An object that is still being made. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] }
