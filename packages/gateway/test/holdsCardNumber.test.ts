import { assert, describe, it } from "vitest"
import { holdsCardNumber } from "../src/relay/holdsCardNumber.ts"

describe("a notification to be forwarded", () => {
  it.each([
    "pan=5555341244441115",
    "payment_method%5Bpan%5D=5555341244441115",
    "payment_method[card_number]=5555+3412+4444+1115",
    "status=116&payment_method%5Btruncated_pan%5D=4970109876543217&x=1",
    "payment_method%5Bpan%5D%5B0%5D=4970109876543210",
    "cardpan=5555341244441115",
    "order_pan1=5555341244441115",
    "payment_method.pan=5555341244441115",
    "PAYMENT_METHOD%5BPAN%5D=5555341244441115",
    "custom_data%5BcardNumber%5D=5555341244441115",
    '<n:notification xmlns:n="urn:n"><n:pan>5555341244441115</n:pan></n:notification>',
    '<notification><payment_method brand="visa" pan="5555341244441115"/></notification>',
    "<notification><payment_method\npan = '5555341244441115'></payment_method></notification>",
    '<notification><pan type="whole>">5555341244441115</pan></notification>',
    "<notification><payment_method><pan>5555341244441115</pan></payment_method></notification>",
    '<notification><card_number a="b"> <![CDATA[5555341244441115]]></card_number></notification>'
  ])("is held back if a field for a card number has a whole one: %s", (body) => {
    assert.isTrue(holdsCardNumber(body))
  })

  it.each([
    "payment_method%5Bpan%5D=497010%2A%2A%2A%2A%2A%2A2422",
    "payment_method%5Bpan%5D=497010xxxxxx2422&transaction_reference=800012345678901",
    "custom_data%5Bcompany_siret%5D=73282932000074&status=118",
    "custom_data%5Bpanel%5D=73282932000074",
    "pan=&order%5Bid%5D=5555341244441115",
    "company_siret=73282932000074",
    "custom_data.company.siret=73282932000074",
    '<notification><shop company="73282932000074" pan="497010******2422"/></notification>',
    "<notification><company>73282932000074</company></notification>",
    "<notification><pan>497010******2422</pan><order><id>5555341244441115</id></order></notification>"
  ])("is forwarded if it is truncated, and if other fields have as many digits: %s", (body) => {
    assert.isFalse(holdsCardNumber(body))
  })

  it("is read in linear time", () => {
    const long = 200_000
    for (const text of [
      "a".repeat(long),
      " a".repeat(long),
      `<${"a".repeat(long)}`,
      ` a=${" ".repeat(long)}`,
      "<a ".repeat(long)
    ])
      assert.isFalse(holdsCardNumber(`<notification>${text}</notification>`))
  })
})
