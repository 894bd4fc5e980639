/**
 * Between the JSON of the contract and the domain: names change, decimals become `Money`, defaults are filled in.
 *
 * Nothing is checked here; `OrderRules` does that and hands over the amounts it has read.
 */
import type { Basket, BasketItem } from "../Basket.ts"
import type { Customer } from "../Customer.ts"
import type { Money } from "../Money.ts"
import { toDecimal } from "../Money.ts"
import type { OrderId, OrderRequest } from "../Order.ts"
import type { Shipping } from "../Shipping.ts"
import type { TerminalTarget } from "../TerminalTarget.ts"
import type * as WireBasketItem from "./BasketItem.ts"
import type * as WireCustomer from "./Customer.ts"
import type * as WireOrder from "./Order.ts"
import type { RootOrder } from "./RootOrder.ts"
import type * as WireShipping from "./Shipping.ts"
import type { Protocol, TechnicalInformation } from "./TechnicalInformation.ts"

/** The amounts and the target that the rules have read out of a body. */
export interface Parts {
  readonly amount: Money
  readonly target: TerminalTarget
  readonly shippingFees: Money | undefined
  readonly taxFees: Money | undefined
  /** One entry a line, or none where the basket does not hold and is dropped. */
  readonly lines: ReadonlyArray<LineAmounts>
}

/** The amounts of one basket line. */
export type LineAmounts = Pick<BasketItem, "unitPrice" | "discount" | "total">

/** The domain's request for a decoded body. */
export const toRequest = (root: RootOrder, parts: Parts): OrderRequest => {
  const { order, customer, shipping, pos_technical_info: info } = root
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
        customer: customer && toCustomer(customer),
        shipping: shipping && toShipping(shipping)
      })
    },
    target: parts.target,
    forceAuthorization: force_authorization,
    pushTo: push_to,
    ...defined({ notifyUrl: info.notify_url })
  }
}

/** The body that carries a request. */
export const fromRequest = (request: OrderRequest): RootOrder => {
  const { order } = request
  return {
    order: {
      order_id: order.orderId,
      transaction_type: order.transactionType,
      initialize_payment_terminal: order.initializePaymentTerminal,
      price: {
        amount: order.amount.minorUnits,
        currency: order.amount.currency,
        ...defined({
          tax_fees: order.taxFees && toDecimal(order.taxFees),
          shipping_fees: order.shippingFees && toDecimal(order.shippingFees)
        })
      },
      description: order.description,
      ...defined({
        basket: order.basket.length === 0 ? undefined : order.basket.map(fromBasketItem),
        long_description: order.longDescription,
        soft_descriptor: order.softDescriptor,
        custom_data: order.customData
      })
    } satisfies WireOrder.Order,
    ...defined({
      customer: order.customer && fromCustomer(order.customer),
      shipping: order.shipping && fromShipping(order.shipping)
    }),
    pos_technical_info: fromTarget(request)
  }
}

const toBasket = (lines: ReadonlyArray<WireBasketItem.BasketItem>, amounts: Parts["lines"]): Basket => {
  const basket: Array<BasketItem> = []
  for (const [i, line] of lines.entries()) {
    const read = amounts[i]
    if (read !== undefined) basket.push(toBasketItem(line, read))
  }
  return basket
}

const toBasketItem = (line: WireBasketItem.BasketItem, { unitPrice, discount, total }: LineAmounts): BasketItem => {
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

const fromBasketItem = (line: BasketItem): WireBasketItem.BasketItem => ({
  product_reference: line.reference,
  type: line.type,
  quantity: line.quantity,
  name: line.name,
  unit_price: toDecimal(line.unitPrice),
  tax_rate: line.taxRate,
  discount: toDecimal(line.discount),
  total_amount: toDecimal(line.total),
  ...defined({
    european_article_numbering: line.ean,
    product_category: line.category as WireBasketItem.BasketItem["product_category"],
    url: line.url
  })
})

const fromTarget = ({ target, forceAuthorization, pushTo, notifyUrl }: OrderRequest): TechnicalInformation => {
  const display = { push_to: pushTo, force_authorization: forceAuthorization }
  if (target._tag === "Nepting") {
    return {
      ...defined({ notify_url: notifyUrl }),
      device_information: { serial_number: target.serialNumber, manufacturer: target.manufacturer },
      terminal_transaction_display: { ...display, protocol: "AppNepting" }
    }
  }
  return {
    ...defined({ notify_url: notifyUrl }),
    host_information: { host: target.host, port: target.port },
    terminal_transaction_display: {
      contract_array: target.contracts.map(({ merchantContract, rank, paymentApplication }) =>
        defined({ merchant_contract: merchantContract, rank, payment_application: paymentApplication })
      ),
      ...display,
      protocol: `ConcertV${target.version}` satisfies Protocol
    }
  }
}

const toCustomer = (wire: WireCustomer.Customer): Customer =>
  defined({
    id: wire.customer_id,
    email: wire.email,
    phone: wire.phone,
    firstName: wire.first_name,
    lastName: wire.last_name,
    birthdate: wire.birthdate,
    gender: wire.gender,
    additionalInformation: wire.additional_customer_information,
    address: wire.customer_location && toAddress(wire.customer_location)
  })

const fromCustomer = (customer: Customer): WireCustomer.Customer =>
  defined({
    customer_id: customer.id,
    email: customer.email,
    phone: customer.phone,
    first_name: customer.firstName,
    last_name: customer.lastName,
    birthdate: customer.birthdate,
    gender: customer.gender,
    additional_customer_information: customer.additionalInformation,
    customer_location: customer.address && fromAddress(customer.address)
  })

const toShipping = (wire: WireShipping.Shipping): Shipping => {
  const recipient = wire.recipient_information
  return defined({
    deliveryDate: wire.delivery_date,
    deliveryMethod: wire.delivery_method,
    carrierDescription: wire.carrier_description,
    recipient:
      recipient &&
      defined({
        firstName: recipient.first_name,
        lastName: recipient.last_name,
        additionalInformation: recipient.additional_info,
        gender: recipient.gender,
        phone: recipient.phone
      }),
    address: wire.delivery_address && toAddress(wire.delivery_address)
  })
}

const fromShipping = ({ recipient, ...shipping }: Shipping): WireShipping.Shipping =>
  defined({
    delivery_date: shipping.deliveryDate,
    delivery_method: shipping.deliveryMethod,
    carrier_description: shipping.carrierDescription,
    recipient_information:
      recipient &&
      defined({
        first_name: recipient.firstName,
        last_name: recipient.lastName,
        additional_info: recipient.additionalInformation,
        gender: recipient.gender,
        phone: recipient.phone
      }),
    delivery_address: shipping.address && fromAddress(shipping.address)
  })

type Address = NonNullable<Customer["address"]>
type WireAddress = NonNullable<WireCustomer.Customer["customer_location"]>

const toAddress = (wire: WireAddress): Address =>
  defined({
    country: wire.country,
    state: wire.state,
    city: wire.city,
    zipCode: wire.zip_code,
    street: wire.street_address,
    additionalDetails: wire.street_additional_details,
    houseNumber: wire.house_number
  })

const fromAddress = (address: Address): WireAddress =>
  defined({
    country: address.country,
    state: address.state,
    city: address.city,
    zip_code: address.zipCode,
    street_address: address.street,
    street_additional_details: address.additionalDetails,
    house_number: address.houseNumber
  })

/** An object that is still being made. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** The object without its undefined fields: an absent field stays absent in JSON and in the domain. */
const defined = <T extends object>(fields: T): Defined<T> => {
  for (const key in fields) if (fields[key] === undefined) return withoutUndefined(fields)
  return fields as Defined<T>
}

const withoutUndefined = <T extends object>(fields: T): Defined<T> => {
  const kept: Record<string, unknown> = {}
  for (const key in fields) if (fields[key] !== undefined) kept[key] = fields[key]
  return kept as Defined<T>
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }
