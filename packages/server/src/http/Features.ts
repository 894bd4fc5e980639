/** What a server has beside orders and attempts: its documents and its pages show that much. */
export interface Features {
  /** Whether orders go to HiPay's own service. */
  readonly relays: boolean
  /** Whether its terminals are listed. */
  readonly lists: boolean
  /** Whether it reads its settings again when asked. */
  readonly reloads: boolean
  /** Whether other gateways may share its store. */
  readonly shared: boolean
}
