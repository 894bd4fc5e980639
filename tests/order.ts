/** The JSON of a till's order for a terminal that speaks Concert. */

interface Parts {
  /** In minor units of the contract's default currency; 12.45 EUR by default. */
  readonly price?: { amount: number; currency?: string }
  /** Further fields of the order. */
  readonly order?: object | undefined
  /** Fields about the terminal, beside the others or in their place, such as `notify_url`. */
  readonly info?: object | undefined
}

/** An order for the terminal at an address; a test says what else it is about. */
export const orderFor = (
  orderId: string,
  address: { host: string; port?: number },
  { price = { amount: 1245 }, order, info }: Parts = {}
) => ({
  order: { order_id: orderId, price, ...order },
  pos_technical_info: {
    host_information: address,
    terminal_transaction_display: {
      protocol: "ConcertV3.2",
      contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }]
    },
    ...info
  }
})
