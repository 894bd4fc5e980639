/** Orders and answers for tests. */

export type Json = Readonly<Record<string, unknown>>

/** The details of an error. */
export interface Details {
  readonly path?: string
  readonly findings?: ReadonlyArray<Json>
  readonly attempt?: string
  readonly state?: string
  readonly amount?: number
  readonly currency?: string
  readonly paid?: number
  readonly differs?: ReadonlyArray<string>
  readonly recorded?: unknown
  readonly reason?: string
}

/** Everything that an answer can contain. */
export interface Body {
  readonly paymentStatus?: string
  readonly receipt?: string
  readonly error?: {
    readonly status?: number
    readonly code?: string
    readonly message?: string
    readonly description?: string
    readonly details?: Details
    readonly errorCode?: string
    readonly errorDescription?: string
  }
  readonly order?: Json & { readonly price: Json }
  readonly pos_technical_info?: Json & { readonly terminal_transaction_display: Json }
  readonly attempts?: ReadonlyArray<Json>
  readonly state?: string
  readonly terminal?: Json
  readonly findings?: ReadonlyArray<Json>
  readonly frames?: { readonly request?: string; readonly response?: string }
  readonly answer?: { readonly status: number; readonly body: unknown }
  readonly openedAt?: string
  readonly connectedAt?: string
  readonly sentAt?: string
  readonly answeredAt?: string
  readonly endedAt?: string
}

/** The body of an order that strict validation accepts. */
export const order = (changes: { readonly order?: Json; readonly info?: Json; readonly root?: Json } = {}): Json => ({
  order: { order_id: "ORDER_1", price: { amount: 1250 }, ...changes.order },
  pos_technical_info: {
    host_information: { host: "192.0.2.10" },
    terminal_transaction_display: {
      protocol: "ConcertV3.2",
      contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }]
    },
    ...changes.info
  },
  ...changes.root
})
