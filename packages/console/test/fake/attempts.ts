/** Attempts to look at: one of every state, the awkward ones, and as many plain ones as wanted. */
import type { Detail, Entry, Summary } from "../../src/server/model.ts"

const start = Date.parse("2026-11-20T09:30:00.000Z")

const at = (milliseconds: number) => new Date(start + milliseconds).toISOString()

interface Given {
  readonly id: string
  readonly state: Summary["state"]
  readonly orderId?: string
  readonly amount?: number
  readonly currency?: string
  readonly minutes?: number
  readonly more?: Partial<Detail>
}

/** An attempt, whole. */
export const attempt = ({ id, state, minutes = 0, more = {}, ...given }: Given): Detail => {
  const { orderId = `ORDER-${id}`, amount = 4_250, currency = "EUR" } = given
  const begin = minutes * 60_000
  const order = {
    order: {
      order_id: orderId,
      transaction_type: "Debit",
      price: { amount, currency },
      basket: [{ name: "<img src=x onerror=alert(1)>", type: "good", quantity: 1, total_amount: amount }]
    },
    pos_technical_info: {
      host_information: { host: "10.0.0.12", port: 8888 },
      terminal_transaction_display: { protocol: "ConcertV3.2", push_to: "POS" }
    }
  }
  return {
    id,
    orderId,
    transactionType: "Debit",
    amount,
    currency,
    terminal: { name: "10.0.0.12:8888", kind: "simulated" },
    state,
    openedAt: at(begin),
    ...(state === "open" ? {} : { endedAt: at(begin + 9_640) }),
    ...(state === "approved" ? { paid: amount } : state === "approved-in-part" ? { paid: Math.floor(amount / 2) } : {}),
    login: "merchant",
    warnings: 1,
    findings,
    resolutions: [],
    order,
    timeline: timeline(begin, state, order, amount),
    ...more
  }
}

const findings = [
  {
    path: "pos_technical_info.terminal_transaction_display.contract_array[0].merchant_contract",
    code: "contract-length",
    severity: "warning",
    message: "expected 7 characters, got 10",
    expected: "7 characters",
    actual: '"0123456789"'
  }
] as const

const timeline = (begin: number, state: Summary["state"], order: unknown, amount: number): ReadonlyArray<Entry> => {
  const screen = (line: string) => ["DÉBIT", `${(amount / 100).toFixed(2).replace(".", ",")} EUR`, line]
  const asked: ReadonlyArray<Entry> = [
    {
      at: at(begin),
      kind: "request",
      method: "POST",
      path: "/v1/connector/order",
      requestId: "8f1c2d3e-0001",
      body: order
    },
    { at: at(begin), kind: "findings", findings },
    { at: at(begin + 4), kind: "connected", to: "10.0.0.12:8888" },
    {
      at: at(begin + 6),
      kind: "terminal-request",
      frame: "CZ0040320CJ012000000000000CA00201CB008000004250CD0010CE003978",
      fields: [
        { tag: "CZ", name: "protocol version", value: "0320", meaning: "Concert V3.2" },
        { tag: "CJ", name: "protocol identifier", value: "000000000000" },
        { tag: "CA", name: "register number", value: "01" },
        { tag: "CB", name: "amount", value: "000004250", meaning: "42.50 EUR" },
        { tag: "CD", name: "action", value: "0", meaning: "debit" },
        { tag: "CE", name: "currency", value: "978", meaning: "EUR" }
      ]
    },
    {
      at: at(begin + 2_510),
      kind: "stage",
      stage: "woken",
      screen: screen("PRÉSENTEZ LA CARTE"),
      amount,
      currency: "EUR"
    }
  ]
  if (state === "open") return asked
  if (state === "unknown") {
    return [
      ...asked,
      { at: at(begin + 8_200), kind: "stage", stage: "approved", screen: screen("PAIEMENT ACCEPTÉ"), card: "cb-pin" },
      { at: at(begin + 8_201), kind: "fault", fault: "answer-lost", stage: "after-approval" },
      { at: at(begin + 188_000), kind: "answer", status: 504, body: { error: { code: "outcome.unknown" } } }
    ]
  }
  const paid = state === "approved" || state === "approved-in-part"
  return [
    ...asked,
    { at: at(begin + 5_100), kind: "stage", stage: "pin", screen: screen("CODE CONFIDENTIEL"), card: "cb-pin" },
    {
      at: at(begin + 8_200),
      kind: "stage",
      stage: paid ? "approved" : "refused",
      screen: screen(paid ? "PAIEMENT ACCEPTÉ" : "PAIEMENT REFUSÉ"),
      card: "cb-pin",
      entryMode: "contact",
      ...(paid ? { authorizationNumber: "123456" } : { complement: "04" })
    },
    {
      at: at(begin + 9_600),
      kind: "terminal-response",
      frame: paid ? "CZ0040320AE00210CB008000004250" : "CZ0040320AE00201AF00204",
      fields: [
        { tag: "CZ", name: "protocol version", value: "0320", meaning: "Concert V3.2" },
        { tag: "AE", name: "action status", value: paid ? "10" : "01", meaning: paid ? "done" : "not done" }
      ]
    },
    {
      at: at(begin + 9_640),
      kind: "answer",
      status: 200,
      headers: { "X-Hipay-Pos-Attempt": "/attempts/1" },
      body: paid
        ? {
            paymentStatus: "Success",
            receipt: btoa("*** SIMULATION ***\nCARTE BANCAIRE\n<b>MERCI</b>\n*** SIMULATION ***")
          }
        : { paymentStatus: "Failure", error: { errorCode: "refused", errorDescription: "The issuer refuses" } }
    },
    ...(paid
      ? [
          {
            at: at(begin + 9_641),
            kind: "transaction",
            reference: "800001",
            status: 116,
            message: "Authorized"
          } as const,
          { at: at(begin + 9_650), kind: "notification", id: "n1", status: 116, state: "delivered" } as const
        ]
      : [])
  ]
}

/** One of every state, and texts that pages stumble over. */
export const gallery: ReadonlyArray<Detail> = [
  attempt({ id: "a7", state: "open", minutes: 9, orderId: "TABLE-12-A" }),
  attempt({ id: "a6", state: "unknown", minutes: 8, amount: 12_900, orderId: "CAISSE2-000871" }),
  attempt({ id: "a5", state: "approved", minutes: 7, amount: 999_999_999_999, orderId: "PLAFOND" }),
  attempt({ id: "a4", state: "approved-in-part", minutes: 6, amount: 8_400 }),
  attempt({ id: "a3", state: "declined", minutes: 5, amount: 1_204, orderId: "<b onclick=alert(1)>gras</b>" }),
  attempt({ id: "a2", state: "not-started", minutes: 4, currency: "JPY", orderId: "طلب رقم ١٢٣ 🧾☕️" }),
  attempt({ id: "a1", state: "approved", minutes: 3, currency: "KWD", orderId: "L".repeat(90) }),
  attempt({ id: "a0", state: "declined", minutes: 2, amount: 199 })
]

/** Plain attempts, a second apart, newest first. */
export const many = (count: number): ReadonlyArray<Detail> =>
  Array.from({ length: count }, (_, index) => {
    const number = count - index
    return attempt({
      id: `m${String(number).padStart(6, "0")}`,
      orderId: `SALE-${String(number).padStart(6, "0")}`,
      state: number % 7 === 0 ? "declined" : "approved",
      amount: 100 + ((number * 37) % 20_000),
      minutes: number / 60
    })
  })
