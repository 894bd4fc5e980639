/**
 * What others have published about Concert over TCP: libraries that were tested on hardware, programs that simulate a
 * terminal, and vendors' documents. Facts as their sources state them; none was examined by this program.
 */

/** A source and the facts that it states; facts that it does not state are absent. */
export interface Peer {
  readonly name: string
  readonly kind: "library, tried on hardware" | "stand-in for a terminal" | "vendor's document"

  readonly versions?: string
  readonly waits?: string
  readonly lineEnd?: string
  readonly orderId?: string
  readonly redKey?: string
  readonly busy?: string
  readonly halfClose?: string
  readonly afterAnswer?: string
  readonly immediate?: string
  readonly ticket?: string
  readonly duplicata?: string
  readonly cancel?: string
  readonly partial?: string
}

/** The rows of the table. */
export const peerRows: ReadonlyArray<readonly [string, Exclude<keyof Peer, "name">]> = [
  ["what it is", "kind"],
  ["versions", "versions"],
  ["waits for an answer", "waits"],
  ["CR LF after a request", "lineEnd"],
  ["order id (CF)", "orderId"],
  ["red key", "redKey"],
  ["second request while busy", "busy"],
  ["half-close", "halfClose"],
  ["after its answer", "afterAnswer"],
  ["BA=1", "immediate"],
  ["ticket (CK, ZT)", "ticket"],
  ["duplicata (CD=3)", "duplicata"],
  ["cancellation (CD=2)", "cancel"],
  ["partial payment (BF)", "partial"]
]

export const publicPeers: ReadonlyArray<Peer> = [
  {
    name: "akretion/caisse-ap-ip, client (Ingenico Desk/5000)",
    kind: "library, tried on hardware",
    versions: "0300",
    waits: "180 s",
    lineEnd: "sends none",
    orderId: "the answer holds the terminal's own data",
    redKey: "AF=11",
    partial: "removed in April 2025: newer Ingenico software misbehaves"
  },
  {
    name: "akretion/caisse-ap-ip, server",
    kind: "stand-in for a terminal",
    lineEnd: "drops the connection",
    orderId: "1010000000",
    halfClose: "hangs up without an answer",
    afterAnswer: "keeps the connection",
    immediate: "AE=11, and nothing follows"
  },
  {
    name: "OCA l10n_fr_pos_caisse_ap_ip",
    kind: "library, tried on hardware",
    versions: "0300",
    waits: "177 s",
    redKey: "AF=11, without CB (issue 669)"
  },
  {
    name: "HiPay, Local API for Nepting",
    kind: "vendor's document",
    versions: "0300, answered by 0320",
    lineEnd: "needed where the terminal refuses every request",
    orderId: "repeated",
    redKey: "AF=06, with a ticket and a reason of 29 characters",
    ticket: "Latin-1 or HTML",
    cancel: "not implemented"
  },
  {
    name: "HiPay, Tablet Connector",
    kind: "vendor's document",
    versions: "0310, 0320",
    waits: "180 s",
    duplicata: "tested on the Verifone V240m alone",
    cancel: "a debit reversal"
  },
  {
    name: "PayXpert, Concert V3",
    kind: "vendor's document",
    versions: "0320",
    redKey: "AF=06",
    busy: "AE=01",
    immediate: "AE=10 (the request has arrived) or AE=01 (busy)",
    ticket: "Latin-1 or HTML",
    duplicata: "the last transaction again",
    cancel: "the last sale or a chosen one, whole"
  },
  {
    name: "Fidecoin, CAISSE_AP_V3.20",
    kind: "vendor's document",
    versions: "0300, 0310, 0320",
    orderId: "up to 99 characters",
    ticket: "yes",
    duplicata: "named a consultation",
    partial: "BF=1 accepts it"
  }
]
