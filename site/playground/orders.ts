/** Example orders, as the editor's text. Pure. */

/** The terminal that waits for a person. */
export const COUNTER = "192.168.1.20"

export const examples = ["simple", "basket", "refund", "mistakes"] as const
export type Example = (typeof examples)[number]

const terminal = {
  host_information: { host: COUNTER, port: 8888 },
  terminal_transaction_display: {
    protocol: "ConcertV3.2",
    contract_array: [{ merchant_contract: "1234567", rank: "001", payment_application: "001" }]
  }
}

const orders: Readonly<Record<Example, (orderId: string) => unknown>> = {
  simple: (orderId) => ({
    order: { order_id: orderId, price: { amount: 1250, currency: "EUR" } },
    pos_technical_info: terminal
  }),
  basket: (orderId) => ({
    order: {
      order_id: orderId,
      price: { amount: 1250, currency: "EUR" },
      basket: [
        {
          product_reference: "COFFEE-250",
          name: "Coffee, 250 g",
          type: "good",
          quantity: 2,
          unit_price: 6.25,
          tax_rate: 5.5,
          total_amount: 12.5
        }
      ]
    },
    pos_technical_info: terminal
  }),
  refund: (orderId) => ({
    order: { order_id: orderId, transaction_type: "Credit", price: { amount: 500, currency: "EUR" } },
    pos_technical_info: terminal
  }),
  mistakes: () => ({
    order: { order_id: "", price: { amount: 12.5, currency: "euro" } },
    pos_technical_info: { ...terminal, host_information: { host: "192.168.1.20:8888" } }
  })
}

/** The text of an example. */
export const textOf = (example: Example, orderId: string): string => pretty(orders[example](orderId))

/** How many characters a line has. */
const WIDTH = 52

/** JSON as people write it: whatever fits on one line is on one line. */
export const pretty = (value: unknown, indent = "", room = indent.length): string => {
  const flat = inLine(value)
  if (typeof value !== "object" || value === null || flat.length + room <= WIDTH) return flat
  if (Array.isArray(value) && value.length === 1) return `[${pretty(value[0], indent, room + 2)}]`
  const inner = `${indent}  `
  const lines = Array.isArray(value)
    ? value.map((each) => inner + pretty(each, inner))
    : Object.entries(value).map(([name, each]) => {
        const before = `${inner}${JSON.stringify(name)}: `
        return before + pretty(each, inner, before.length)
      })
  const [open, close] = Array.isArray(value) ? "[]" : "{}"
  return `${open}\n${lines.join(",\n")}\n${indent}${close}`
}

const inLine = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(inLine).join(", ")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${inLine(each)}`)
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`
}

/** The text with the next order id: `ORDER_9` becomes `ORDER_10`. The rest of the text stays as it was typed. */
export const withNextOrderId = (text: string): string =>
  text.replace(/("order_id"\s*:\s*")([^"\\]*?)(\d*)(")/, (_, before, name, number, after) => {
    const next = number === "" ? `${name}_2` : `${name}${String(BigInt(number) + 1n).padStart(number.length, "0")}`
    return `${before}${next}${after}`
  })
