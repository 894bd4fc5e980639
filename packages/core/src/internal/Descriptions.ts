/**
 * Our own descriptions of the contract's components and fields, for the OpenAPI document. They are separate from the schemas,
 * because a browser that checks orders does not need them.
 *
 * The empty name describes the component itself; a field has its path within the component.
 */

/** Component, then field, then description. */
export const descriptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  RootOrder: {
    "": "An order to be paid at a terminal."
  },
  Order: {
    "": "What the shop wants paid.",
    order_id: "The shop's own unique id of the order. Each refund has one of its own, a cancellation has its sale's.",
    transaction_type: "Debit takes money, Credit gives it back, Cancel reverses the terminal's last debit.",
    initialize_payment_terminal: "Whether a terminal is woken.",
    price: "What the order costs.",
    "price.amount": "What to pay, in minor units: 1250 is 12.50 EUR.",
    "price.tax_fees": "Tax that the amount includes beside the basket, in major units.",
    "price.shipping_fees": "Shipping that the amount includes beside the basket, in major units.",
    basket: "What is bought; the sum of its lines is the amount.",
    description: "A few words about the order.",
    long_description: "More words about the order.",
    soft_descriptor: "What statements and risk rules call the purchase.",
    custom_data: "Values of the shop, echoed and notified."
  },
  CurrencyCode: {
    "": "ISO 4217 alphabetic code."
  },
  BasketItem: {
    "": "One line of the basket.",
    european_article_numbering: "EAN of the article.",
    product_reference: "The shop's own reference of the article.",
    type: "A good that is sold, a discount on the order, or a fee.",
    quantity: "How many, whole.",
    name: "What the article is called.",
    unit_price: "Price of one, tax included, in major units.",
    tax_rate: "Tax rate in percent.",
    discount: "Zero or negative, in major units.",
    total_amount: "unit_price × quantity + discount, in major units.",
    product_category:
      "1 food, 2 vehicles, 3 culture, 4 home and garden, 5 appliances, 6 bidding, 7 flowers and gifts, 8 computers, 9 health and beauty, 10 personal services, 11 professional services, 12 sport, 13 clothing, 14 travel, 15 hi-fi, photo and video, 16 telephony.",
    url: "Picture of the article."
  },
  Customer: {
    "": "Who pays, as far as the shop knows.",
    customer_id: "The shop's own id of the customer.",
    email: "E-mail address. Personal data.",
    phone: "Phone number with country code, digits only. Personal data.",
    first_name: "First name.",
    last_name: "Last name.",
    birthdate: "Date of birth as YYYY-MM-DD.",
    gender: "F female, M male, U unknown.",
    additional_customer_information: "Anything else about the customer, such as a title or a company."
  },
  Shipping: {
    "": "How and to whom the goods go.",
    delivery_date: "Expected day of delivery as YYYY-MM-DD.",
    delivery_method: "How fast, and through whom.",
    carrier_description: "Who carries it, and where to.",
    recipient_information: "Who receives the goods.",
    "recipient_information.first_name": "First name.",
    "recipient_information.last_name": "Last name.",
    "recipient_information.additional_info": "Anything else about the recipient.",
    "recipient_information.gender": "F female, M male, U unknown.",
    "recipient_information.phone": "Phone number. Personal data."
  },
  Address: {
    "": "A postal address.",
    country: "ISO 3166-1 alpha-2 code, such as FR.",
    state: "State or region.",
    city: "City.",
    zip_code: "Postal code.",
    street_address: "Street, with or without the number.",
    street_additional_details: "Building, floor, flat.",
    house_number: "Number in the street."
  },
  TechnicalInformation: {
    "": "Which terminal, over which protocol.",
    notify_url: "Where HiPay sends its notifications of this order, in place of the back office's address.",
    device_information: "Needed by AppNepting.",
    "device_information.serial_number": "Serial number of the terminal.",
    "device_information.manufacturer": "Manufacturer of the terminal, such as PAX.",
    host_information: "Needed by Concert.",
    "host_information.host": "Name or IP address of the terminal.",
    "host_information.port": "TCP port of the terminal.",
    terminal_transaction_display: "How the order reaches the terminal.",
    "terminal_transaction_display.contract_array": "Contracts to choose from; needed by Concert.",
    "terminal_transaction_display.contract_array[]":
      "A contract between shop and acquirer for one payment application.",
    "terminal_transaction_display.contract_array[].merchant_contract": "Merchant contract, usually 7 long.",
    "terminal_transaction_display.contract_array[].rank":
      "The terminal's rank on that contract, three characters such as 001.",
    "terminal_transaction_display.contract_array[].payment_application":
      "Three characters, such as 001 (CB contact) or 00B (CB contactless).",
    "terminal_transaction_display.push_to": "POS wakes the terminal itself; SDK and ECR are HiPay's own connectors.",
    "terminal_transaction_display.protocol":
      "AppNepting finds the terminal by its serial number, Concert by host and port.",
    "terminal_transaction_display.force_authorization": "Ask for an online authorization whatever the amount."
  },
  OrderResponse: {
    "": "What an order came to.",
    paymentStatus: "What the terminal said of the payment.",
    receipt:
      "Ticket of the terminal: base64 of text in UTF-8 or, if that cannot be decoded, Latin-1. Some terminals send HTML, which must not be rendered.",
    error: "Why nothing was paid.",
    "error.errorCode": "Why nothing was paid, for programs.",
    "error.errorDescription": "Why nothing was paid, in words."
  },
  ErrorResponse: {
    "": "Why a request was not served.",
    error: "The error.",
    "error.status": "The HTTP status.",
    "error.code": "What is wrong, for programs.",
    "error.message": "What is wrong, in a word or two.",
    "error.description": "What is wrong, in a sentence.",
    "error.details": "Where the fault is.",
    "error.details.path": "JSON path of the field, such as order.order_id."
  }
}
