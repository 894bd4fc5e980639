/** What the mock's catalogues and lists say, as far as the pages need something to show. */
import type {
  DayTotal,
  FaultDescription,
  Ledger,
  MockFinding,
  Notification,
  NotificationDetail,
  Space,
  TestCard,
  Transaction
} from "../../src/server/model.ts"

const card = (
  name: string,
  label: string,
  last: string,
  modes: ReadonlyArray<"contact" | "contactless" | "stripe" | "manual">,
  shows: string,
  pin = false
): TestCard => ({
  name,
  label,
  pan: last === "" ? "" : `497010######${last}`,
  expiry: "3112",
  readings: modes.map((mode) => ({ mode, application: "001" })),
  pin,
  shows
})

export const cards: ReadonlyArray<TestCard> = [
  card("cb", "CB", "0014", ["contact", "contactless"], "approved, chip, no PIN: the default"),
  card("cb-pin", "CB", "0022", ["contact", "contactless"], "approved once the PIN is right", true),
  card("cb-contactless", "CB SANS CONTACT", "0030", ["contactless", "contact"], "approved without contact", true),
  card("visa", "VISA", "0119", ["contact", "contactless"], "Visa, chip"),
  card("mastercard", "MASTERCARD", "0010", ["contact", "contactless"], "Mastercard, chip"),
  card("amex", "AMERICAN EXPRESS", "1009", ["contact"], "American Express, chip, 15 digits"),
  card("conecs", "CONECS", "0041", ["contact", "contactless"], "meal voucher card"),
  card("cheque", "CHEQUE", "", ["manual"], "a cheque; has no number and no expiry"),
  card("unionpay", "UNIONPAY", "0066", ["contact"], "UnionPay"),
  card("stripe", "CB", "0097", ["stripe"], "magnetic stripe only"),
  card("partial", "CB", "0113", ["contact", "contactless"], "half the amount is approved"),
  card("refused", "CB", "0204", ["contact", "contactless"], "the issuer refuses (04)"),
  card("stolen", "CB", "0220", ["contact", "contactless"], "reported stolen, barred (05)"),
  card(
    "over-limit",
    "CB SANS CONTACT",
    "0246",
    ["contactless", "contact"],
    "any tap asks for the chip and the PIN",
    true
  )
]

export const faults: Readonly<Record<string, FaultDescription>> = {
  refuse: { stages: ["before-accept"], shows: "the connection is refused" },
  silent: { stages: ["after-request", "authorising"], shows: "nothing more comes; the connection stays open" },
  "answer-lost": { stages: ["after-approval"], shows: "the payment ends normally, its answer never leaves" },
  "late-answer": { stages: ["after-approval"], milliseconds: 240_000, shows: "the answer comes minutes later" }
}

const transaction = (reference: string, orderId: string, status: 116 | 118, amount: number): Transaction => ({
  reference,
  orderId,
  attempt: "a5",
  terminal: "10.0.0.12:8888",
  status,
  message: status === 116 ? "Authorized" : "Captured",
  transactionType: "Debit",
  amount,
  currency: "EUR",
  authorizationNumber: "123456",
  createdAt: "2026-11-20T09:37:10.000Z",
  updatedAt: "2026-11-20T09:37:10.000Z",
  history: [{ status: 116, at: "2026-11-20T09:37:10.000Z" }]
})

export const transactions: ReadonlyArray<Transaction> = [
  transaction("800002", "<b onclick=alert(1)>gras</b>", 116, 999_999_999_999),
  transaction("800001", "ORDER-a4", 118, 4_200)
]

export const notifications: ReadonlyArray<Notification> = [
  {
    id: "n2",
    at: "2026-11-20T09:37:11.000Z",
    transaction: "800002",
    status: 116,
    url: `https://shop.example/${"very-long-path/".repeat(8)}`,
    state: "failed",
    tries: [{ at: "2026-11-20T09:37:11.000Z", error: "connection refused" }]
  },
  {
    id: "n1",
    at: "2026-11-20T09:36:11.000Z",
    transaction: "800001",
    status: 118,
    url: "https://shop.example/notify",
    state: "delivered",
    tries: [{ at: "2026-11-20T09:36:11.000Z", status: 200 }]
  }
]

export const notificationDetail = (id: string): NotificationDetail => ({
  ...(notifications.find((each) => each.id === id) ?? (notifications[0] as Notification)),
  id,
  body: "state=completed&status=116&order%5Bid%5D=ORDER-a4&authorized_amount=42.00",
  signature: {
    algorithm: "SHA-1",
    passphrase: "••••••••",
    // Of the body and "passphrase", by sha1sum.
    value: "62a0bcb8c44dc18ad9b2bd63948b7960a31035b8"
  }
})

export const findings: ReadonlyArray<MockFinding> = [
  {
    at: "2026-11-20T09:38:40.000Z",
    code: "would-have-charged-twice",
    orderId: "CAISSE2-000871",
    attempt: "a6",
    terminal: "10.0.0.12:8888",
    detail: "the same order came again while its outcome was unknown"
  }
]

export const ledger: Ledger = {
  entries: [
    {
      terminal: "10.0.0.12:8888",
      sequence: 1,
      at: "2026-11-20T09:37:09.000Z",
      operation: "debit",
      amount: 4_200,
      currency: "EUR",
      card: "cb-pin",
      label: "CB",
      pan: "497010######0022",
      entryMode: "contact",
      authorizationNumber: "123456"
    }
  ],
  totals: [{ terminal: "10.0.0.12:8888", currency: "EUR", amount: 4_200, count: 1 }]
}

export const totals: ReadonlyArray<DayTotal> = [
  {
    terminal: "10.0.0.12:8888",
    currency: "EUR",
    debit: { count: 12, amount: 999_999_999_999 },
    credit: { count: 1, amount: 500 },
    cancel: { count: 0, amount: 0 },
    unknown: { count: 1, amount: 12_900 },
    net: 999_999_999_499
  }
]

export const spaces: ReadonlyArray<Space> = [
  { name: "", underWay: 1 },
  { name: "team-blue", underWay: 12 }
]
