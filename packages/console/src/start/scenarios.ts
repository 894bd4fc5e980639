/** Payments to try, each at a terminal whose name determines its behaviour. Pure. */

export const scenarios = ["approved", "declined", "partial", "unknown", "manual"] as const
export type Scenario = (typeof scenarios)[number]

/** Reserved names; `cut` loses its answer half-way, immediately instead of after the answer timeout. */
const hosts: Readonly<Record<Scenario, string>> = {
  approved: "approved.terminal.test",
  declined: "declined.terminal.test",
  partial: "partial.terminal.test",
  unknown: "cut.terminal.test",
  manual: "manual.terminal.test"
}

/** The body of an order for a scenario; `amount` in minor units of EUR. */
export const orderOf = (scenario: Scenario, orderId: string, amount: number) => ({
  order: { order_id: orderId, price: { amount, currency: "EUR" } },
  pos_technical_info: {
    host_information: { host: hosts[scenario], port: 8888 },
    terminal_transaction_display: {
      protocol: "ConcertV3.2",
      contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }]
    }
  }
})

/** A new order id: the time, in letters and digits that are easy to read out. */
export const freshOrderId = (now = Date.now()): string => `TEST-${now.toString(36).slice(-6).toUpperCase()}`
