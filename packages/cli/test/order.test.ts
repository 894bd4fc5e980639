/** What is wrong with an order: the place in the file, and the mechanical fixes. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { fix } from "../src/orderFixes.ts"
import { inside } from "./inside.ts"

const folder = mkdtempSync(join(tmpdir(), "order-"))

const text = `{
  "order": {
    "order_id": 123,
    "transaction_type": "debit",
    "price": { "amount": "1250", "currency": "eur" },
    "basket": [
      { "type": "good", "name": "Tea", "product_reference": "T", "quantity": 2, "unit_price": 6.75, "discount": 1, "total_amount": 12.5, "tax_rate": 20 }
    ]
  },
  "pos_technical_info": {
    "host_information": { "host": "192.168.1.20", "port": "8888" },
    "terminal_transaction_display": {
      "protocol": "concertv3.2",
      "contract_array": [{ "merchant_contract": 1234567, "rank": "001", "payment_application": "001" }]
    }
  }
}
`

const fileOf = (name: string, content: string) => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe("hipay-pos order check", () => {
  it("groups findings by path, with line and column, in the order of the file", async () => {
    const path = fileOf("bad.json", text)
    const { code, stdout } = await inside(["order", "check", path])
    assert.strictEqual(code, 1)
    const heads = stdout.split("\n").filter((line) => line.startsWith(path))
    assert.deepStrictEqual(heads.slice(0, 3), [
      `${path}:3:17  order.order_id`,
      `${path}:4:25  order.transaction_type`,
      `${path}:5:26  order.price.amount`
    ])
    assert.include(stdout, '  refused  expected a number, got "1250"  type')
    const found = JSON.parse((await inside(["order", "check", path, "--json"])).stdout)
    assert.deepInclude(found[0], { path: "order.order_id", line: 3, column: 17 })
  })

  it("reports other findings beside an invalid currency", async () => {
    const odd = text.replace('"1250", "currency": "eur"', '12.5, "currency": "EURO"')
    const { stdout } = await inside(["order", "check", fileOf("euro.json", odd), "--json"])
    const codes = JSON.parse(stdout).map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)
    assert.includeMembers(codes, [
      "order.price.currency enum",
      "order.price.amount amount-not-whole",
      "order.basket[0].discount discount-positive"
    ])
  })

  it("shows the place of a missing value", async () => {
    const { stdout } = await inside(["order", "check", fileOf("empty.json", '{\n  "order": {}\n}'), "--json"])
    const found = JSON.parse(stdout) as ReadonlyArray<{ path: string; line: number; column: number }>
    assert.deepInclude(
      found.find(({ path }) => path === "order.order_id"),
      { line: 2, column: 12 }
    )
    assert.deepInclude(
      found.find(({ path }) => path === "pos_technical_info"),
      { line: 1, column: 1 }
    )
  })

  it("shows mechanical fixes and writes them on request, with every other byte unchanged", async () => {
    const path = fileOf("fix.json", `\ufeff${text}`)
    const only = await inside(["order", "check", path, "--fix"])
    assert.strictEqual(only.code, 1)
    assert.include(only.stdout, `${path}:5:26  order.price.amount\n- "1250"\n+ 1250`)
    assert.include(only.stdout, "8 values would change; --write changes the file.")
    assert.strictEqual(readFileSync(path, "utf8"), `\ufeff${text}`)
    const written = await inside(["order", "check", path, "--fix", "--write", "--json"])
    assert.strictEqual(written.code, 0, written.stdout)
    assert.lengthOf(JSON.parse(written.stdout).fixes, 8)
    assert.strictEqual(
      readFileSync(path, "utf8"),
      `\ufeff${text}`
        .replace("123,", '"123",')
        .replace('"debit"', '"Debit"')
        .replace('"1250"', "1250")
        .replace('"eur"', '"EUR"')
        .replace('"discount": 1', '"discount": -1')
        .replace('"8888"', "8888")
        .replace('"concertv3.2"', '"ConcertV3.2"')
        .replace("1234567", '"1234567"')
    )
    assert.include((await inside(["order", "check", path, "--fix"])).stdout, "Nothing here is mechanical.")
  })

  it("leaves ambiguous values to a person, and shows no personal data", () => {
    const amount = text.replace('"1250"', '"12.50"')
    assert.notInclude(
      fix(amount).fixes.map(({ path }) => path),
      "order.price.amount"
    )
    const phone = text.replace('"order_id": 123', '"customer": { "phone": 33612345678 }, "order_id": 123')
    assert.notInclude(JSON.stringify(fix(phone).fixes), "33612345678")
  })

  it.each(["12.00", "1250.0"])("leaves the text %s as an amount to a person: it may be in major units", (amount) => {
    const given = text.replace('"1250"', `"${amount}"`)
    assert.include(fix(given).text, `"amount": "${amount}"`)
  })

  it.each([[["-", "--fix", "--write"]], [["order.json", "--write"]]])("refuses %j", async (args) => {
    const { code, stderr } = await inside(["order", "check", ...args])
    assert.strictEqual(code, 2)
    assert.include(stderr, "--write: expected --fix with it, and a file rather than standard input")
  })
})
