/** A notification has the same content as XML and as a form. */
import { createHash } from "node:crypto"
import {
  dedupeKey,
  NotificationError,
  notificationHandler,
  parseNotification,
  readNotification,
  receiveNotification
} from "@hipay-pos/client/notification"
import { assert, describe, it } from "vitest"

const form =
  "state=completed&test=true&mid=00001342917&authorization_code=310214474&transaction_reference=800417743755&date_authorized=2026-03-05T12%3A06%3A55%2B0000&status=118&message=Captured&authorized_amount=15.00&captured_amount=15.00&refunded_amount=0.00&currency=EUR&cdata1=&payment_method%5Bpan%5D=411111%2A%2A%2A%2A%2A%2A1111&order%5Bid%5D=A+%26+B&order%5Bamount%5D=15.00&custom_data%5Btill%5D=7"

const xml = `<?xml version="1.0" encoding="UTF-8"?>
<notification>
  <state>completed</state>
  <test>true</test>
  <mid>00001342917</mid>
  <authorization_code>310214474</authorization_code>
  <transaction_reference>800417743755</transaction_reference>
  <date_authorized>2026-03-05T12:06:55+0000</date_authorized>
  <status>118</status>
  <message>Captured</message>
  <authorized_amount>15.00</authorized_amount>
  <captured_amount>15.00</captured_amount>
  <refunded_amount>0.00</refunded_amount>
  <currency>EUR</currency>
  <cdata1><![CDATA[]]></cdata1>
  <payment_method><pan>411111******1111</pan></payment_method>
  <order><id>A &amp; B</id><amount>15.00</amount></order>
  <custom_data><till><![CDATA[7]]></till></custom_data>
</notification>
`

const refused = async (body: string): Promise<NotificationError> => {
  const error = await readNotification(body).then(
    () => undefined,
    (reason: unknown) => reason
  )
  assert.instanceOf(error, NotificationError)
  return error as NotificationError
}

const wrapped = (inner: string) =>
  `<notification><transaction_reference>1</transaction_reference><status>118</status>${inner}</notification>`

describe("a notification as XML", () => {
  it("says what the same notification says as a form", async () => {
    const read = await readNotification(xml)
    assert.deepStrictEqual(read, parseNotification(form))
    assert.strictEqual(read.orderId, "A & B")
    assert.strictEqual(dedupeKey(read), dedupeKey(parseNotification(form)))
  })

  it("is taken when its signature fits its bytes", async () => {
    const signature = createHash("sha512").update(`${xml}secret`).digest("hex")
    const headers = { "x-allopass-signature": signature }
    assert.strictEqual((await receiveNotification(xml, headers, "secret")).status, 118)
    const received: Array<string | undefined> = []
    const handle = notificationHandler({
      passphrase: "secret",
      onNotification: ({ orderId }) => void received.push(orderId)
    })
    const post = (body: string) => handle(new Request("http://shop.example/", { method: "POST", body, headers }))
    assert.strictEqual((await post(xml)).status, 204)
    assert.strictEqual((await post(xml.replace("15.00", "16.00"))).status, 403)
    assert.deepStrictEqual(received, ["A & B"])
  })

  it.each([
    [
      "an entity of its own",
      '<!DOCTYPE notification [<!ENTITY a "118">]><notification><status>&a;</status></notification>'
    ],
    ["an entity from a file", '<!DOCTYPE n [<!ENTITY a SYSTEM "file:///etc/passwd">]><notification>&a;</notification>'],
    ["a document type without entities", `<!DOCTYPE notification>${wrapped("")}`],
    ["an entity that is not declared", wrapped("<message>&a;</message>")],
    ["an end that is missing", "<notification><status>118</status>"],
    ["another root", "<order><transaction_reference>1</transaction_reference><status>118</status></order>"],
    ["no transaction", "<notification><status>118</status></notification>"],
    ["elements far too deep", "<a>".repeat(80_000)]
  ])("with %s is unreadable", async (_, body) => {
    assert.strictEqual((await refused(body)).kind, "Unreadable")
  })

  it("has card numbers masked, wherever they stand, and no body in its errors", async () => {
    const pan = "5555341244441115"
    const inner = `<payment_method><pan>${pan}</pan></payment_method><note>${pan}</note><a><b>${pan}</b></a>`
    assert.notInclude(JSON.stringify(await readNotification(wrapped(inner))), "3412444")
    assert.notInclude((await refused(`${wrapped(inner)}<again/>`)).message, "3412444")
  })

  it("may name its elements as it likes, without a prototype in the way", async () => {
    const { fields } = await readNotification(
      wrapped("<__proto__><polluted>1</polluted></__proto__><constructor>x</constructor>")
    )
    assert.isNull(Object.getPrototypeOf(fields))
    assert.isUndefined(({} as Record<string, unknown>).polluted)
    assert.strictEqual(fields.constructor as unknown, "x")
  })
})
