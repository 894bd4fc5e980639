/** A server's optional features, for its documents and pages. */
export interface Features {
  /** Whether orders go to HiPay's own service. */
  readonly relays: boolean
  /** Whether its terminals are listed. */
  readonly lists: boolean
  /** Whether it reloads its settings on request. */
  readonly reloads: boolean
  /** Whether other gateways may share its store. */
  readonly shared: boolean
}
