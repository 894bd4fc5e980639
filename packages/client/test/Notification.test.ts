import { createHash } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:http"
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2"
import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { ClientSetupFailed } from "@hipay-pos/client"
import { nodeNotificationHandler } from "@hipay-pos/client/node"
import {
  dedupeKey,
  type Notification,
  NotificationError,
  notificationHandler,
  parseNotification,
  receiveNotification,
  signNotification,
  verifyNotification
} from "@hipay-pos/client/notification"
import { assert, describe, it, vi } from "vitest"
import { listen, listenHttp } from "../../../tests/listen.ts"

const passphrase = "SecretPassphrase"

const sign = (body: string, algorithm = "sha256", secret = passphrase) => ({
  "X-ALLOPASS-SIGNATURE": createHash(algorithm)
    .update(body + secret)
    .digest("hex")
})

/** A captured payment, shaped as in the tests of a public shop module. */
const form = new URLSearchParams({
  state: "completed",
  test: "true",
  mid: "00001342917",
  attempt_id: "1",
  authorization_code: "310214474",
  transaction_reference: "800417743755",
  date_created: "2026-03-05T12:06:55+0000",
  date_authorized: "",
  status: "118",
  message: "Captured",
  authorized_amount: "15.00",
  captured_amount: "15.00",
  refunded_amount: "0.00",
  decimals: "2",
  currency: "EUR",
  payment_product: "visa",
  "payment_method[brand]": "VISA",
  "payment_method[pan]": "411111******1111",
  "order[id]": "TEST-NOTIF-001",
  "order[amount]": "15.00",
  "custom_data[till]": "3"
}).toString()

const refusal = async (promise: Promise<unknown>): Promise<NotificationError> => {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error
  )
  assert.instanceOf(error, NotificationError)
  return error
}

describe("a notification's signature", () => {
  it("is the published one for the published body and passphrase", async () => {
    const body = '{"status":"118","transactionReference":"800451428387"}'
    const headers = { "x-allopass-signature": "6663ee693fa0c63c8c8864a094203599cd675c7c4342e10e2e7e0da29e5f0d4e" }
    assert.deepStrictEqual(await verifyNotification(body, headers, passphrase), { body, algorithm: "SHA-256" })
  })

  it.each([
    ["sha1", "SHA-1"],
    ["sha256", "SHA-256"],
    ["sha512", "SHA-512"]
  ] as const)("fits with %s, as bytes and as text, in headers of Fetch and of Node", async (name, algorithm) => {
    const headers = sign(form, name)
    for (const body of [form, new TextEncoder().encode(form), new TextEncoder().encode(form).buffer]) {
      assert.strictEqual((await verifyNotification(body, headers, passphrase)).algorithm, algorithm)
      assert.strictEqual((await verifyNotification(body, new Headers(headers), passphrase)).algorithm, algorithm)
    }
  })

  it("is found in Headers of another class than the global one", async () => {
    class OtherHeaders {
      readonly #headers = new Headers(sign(form))
      get(name: string) {
        return this.#headers.get(name)
      }
    }
    assert.strictEqual((await verifyNotification(form, new OtherHeaders(), passphrase)).algorithm, "SHA-256")
  })

  it("can be restricted to one algorithm", async () => {
    const error = await refusal(verifyNotification(form, sign(form, "sha1"), passphrase, { algorithm: "SHA-256" }))
    assert.strictEqual(error.kind, "SignatureMalformed")
    const verified = await verifyNotification(form, sign(form, "sha1"), passphrase, { algorithm: "SHA-1" })
    assert.strictEqual(verified.algorithm, "SHA-1")
  })

  it.each([
    ["a list", (signature: string) => [signature]],
    ["white space", (signature: string) => ` ${signature} `]
  ])("is found in %s, as servers without Fetch may give it", async (_, written) => {
    const headers = { "x-allopass-signature": written(sign(form)["X-ALLOPASS-SIGNATURE"]) }
    assert.strictEqual((await verifyNotification(form, headers, passphrase)).algorithm, "SHA-256")
  })

  it.each([
    ["SignatureMissing", {}],
    ["SignatureMissing", { "x-allopass-signature": "" }],
    ["SignatureMalformed", { "x-allopass-signature": "abc" }],
    ["SignatureMalformed", { "x-allopass-signature": "z".repeat(64) }],
    ["SignatureMalformed", { "x-allopass-signature": `z${"0".repeat(63)}` }],
    ["SignatureMalformed", { "x-allopass-signature": `${"0".repeat(63)}z` }],
    ["SignatureMismatch", { "x-allopass-signature": "0".repeat(64) }],
    ["SignatureMismatch", sign(form, "sha256", "another")],
    ["SignatureMismatch", sign(`${form}&status=118`)]
  ])("is refused as %s", async (kind, headers) => {
    const error = await refusal(verifyNotification(form, headers, passphrase))
    assert.strictEqual(error.kind, kind)
    assert.notInclude(JSON.stringify(error) + error.message + error.advice, passphrase)
  })

  it.each([undefined, null, "", " \n", 7, ["a"]])("never fits without a usable passphrase: %o", async (none) => {
    const signed = [sign(form, "sha256", ""), sign(form, "sha256", String(none)), sign(form, "sha256", "another")]
    for (const headers of signed) {
      const error = await refusal(verifyNotification(form, headers, none as string))
      assert.strictEqual(error.kind, "SignatureMismatch")
    }
  })

  it.each([
    ["a line end that was added to the body", `${form}\n`, form, passphrase],
    ["a line end that was lost", form, `${form}\n`, passphrase],
    ["a line end of two characters that was lost", form, `${form}\r\n`, passphrase],
    ["white space around the passphrase", form, form, ` ${passphrase}\n`]
  ])("says when it fails for %s only, and refuses it", async (_, received, signed, secret) => {
    const error = await refusal(verifyNotification(received, sign(signed), secret))
    assert.strictEqual(error.kind, "Whitespace")
    assert.include(error.advice, "exactly as they came")
  })

  it("is another's where white space around the passphrase is not all that is wrong", async () => {
    const error = await refusal(verifyNotification(form, sign(form, "sha256", "another"), ` ${passphrase}`))
    assert.strictEqual(error.kind, "SignatureMismatch")
  })
})

describe("a notification's body", () => {
  it("becomes a value with exact amounts, dates and the order's own data", () => {
    const notification = parseNotification(form)
    const { fields, ...rest } = notification
    assert.deepStrictEqual(rest as unknown, {
      transactionReference: "800417743755",
      status: 118,
      message: "Captured",
      state: "completed",
      test: true,
      orderId: "TEST-NOTIF-001",
      merchantId: "00001342917",
      authorizationCode: "310214474",
      paymentProduct: "visa",
      authorizedAmount: { currency: "EUR", minorUnits: 1500 },
      capturedAmount: { currency: "EUR", minorUnits: 1500 },
      refundedAmount: { currency: "EUR", minorUnits: 0 },
      createdAt: new Date("2026-03-05T12:06:55Z"),
      customData: { till: "3" }
    })
    assert.deepStrictEqual({ ...(fields.payment_method as object) }, { brand: "VISA", pan: "411111******1111" })
  })

  it.each([
    ["JPY", "1500.00", 1500],
    ["KWD", "1.500", 1500],
    ["EUR", "8.99", 899]
  ])("has amounts in %s", (currency, decimal, minorUnits) => {
    const body = `transaction_reference=1&status=118&currency=${currency}&captured_amount=${decimal}`
    assert.strictEqual(parseNotification(body).capturedAmount?.minorUnits, minorUnits)
  })

  it("has all its dates, and nothing for a field that is empty", () => {
    const given = "date_updated=2026-03-05T13:06:55%2B0100&date_authorized=2026-03-05T12:06:55Z&state=&order[id]="
    const notification = parseNotification(`transaction_reference=1&status=118&${given}`)
    assert.deepStrictEqual(notification.updatedAt, new Date("2026-03-05T12:06:55Z"))
    assert.deepStrictEqual(notification.authorizedAt, new Date("2026-03-05T12:06:55Z"))
    for (const absent of ["state", "orderId", "createdAt", "message"]) assert.notProperty(notification, absent)
  })

  it.each([
    ["test=true", true],
    ["test=1", true],
    ["test=false", false],
    ["test=", false],
    ["state=completed", false]
  ])("says whether it is of a test: %s", (given, expected) => {
    assert.strictEqual(parseNotification(`transaction_reference=1&status=118&${given}`).test, expected)
  })

  it("is a form, even with a tag in it", () => {
    assert.strictEqual(parseNotification("transaction_reference=1&status=118&message=<b>").message, "<b>")
  })

  it("has the order's own data as texts only", () => {
    const body = "transaction_reference=1&status=118&custom_data[till]=3&custom_data[cart][0]=tea"
    assert.deepStrictEqual({ ...parseNotification(body).customData }, { till: "3" })
  })

  it("keeps the amount's text if the currency is unknown", () => {
    const { capturedAmount, fields } = parseNotification(
      "transaction_reference=1&status=118&currency=XTS&captured_amount=1.00"
    )
    assert.isUndefined(capturedAmount)
    assert.strictEqual(fields.captured_amount, "1.00")
  })

  it.each([
    ["Xml", "<?xml version='1.0'?><notification/>"],
    ["Unreadable", ""],
    ["Unreadable", "status=118"],
    ["Unreadable", "transaction_reference=1&status=captured"],
    ["Unreadable", "transaction_reference=1&status=99"],
    ["Unreadable", "transaction_reference=1&status=1000"],
    ["Unreadable", "transaction_reference=1&status=118&currency=EUR&captured_amount=1.005"]
  ])("is refused as %s: %s", (kind, body) => {
    assert.throws(() => parseNotification(body), NotificationError)
    try {
      parseNotification(body)
    } catch (error) {
      assert.strictEqual((error as NotificationError).kind, kind)
    }
  })

  it("keeps the ids of the order and of the transaction, whatever numbers they look like", () => {
    const id = "4111111111111111"
    const { orderId, transactionReference, message } = parseNotification(
      `transaction_reference=${id}&status=118&order[id]=${id}&message=${id}`
    )
    assert.deepStrictEqual([orderId, transactionReference, message], [id, id, "411111******1111"])
  })

  it("masks by a field's exact name, and leaves numbers in fields whose names only contain one", () => {
    const { customData, fields } = parseNotification(
      "transaction_reference=1&status=118&custom_data[company_siret]=73282932000074&payment_method[truncated_pan]=4111111111111112"
    )
    assert.deepStrictEqual({ ...customData }, { company_siret: "73282932000074" })
    assert.deepStrictEqual({ ...(fields.payment_method as object) }, { truncated_pan: "411111******1112" })
  })

  it.each(["PAN", "cardpan", "order_pan1", "payment_method.pan", "customData[cardNumber]"])(
    "masks a number in a field for one, however that is written: %s",
    (name) => {
      const { fields } = parseNotification(`transaction_reference=1&status=118&${name}=4111111111111112`)
      assert.include(JSON.stringify(fields), '"411111******1112"')
    }
  )

  it("cannot reach a prototype, and masks a card number in an unexpected field", () => {
    const { fields } = parseNotification(
      "transaction_reference=1&status=118&__proto__[polluted]=1&payment_method[pan]=4111111111111111"
    )
    assert.notProperty({}, "polluted")
    assert.strictEqual((fields.payment_method as { pan: string }).pan, "411111******1111")
  })

  it("has the same key for every delivery of one change", async () => {
    const first = await receiveNotification(form, sign(form), passphrase)
    const later = form.replace("attempt_id=1", "attempt_id=2")
    assert.strictEqual(dedupeKey(first), dedupeKey(parseNotification(later)))
    assert.notStrictEqual(dedupeKey(first), dedupeKey(parseNotification(form.replace("status=118", "status=116"))))
  })

  it.each(["117", "118", "119", "124", "126", "173"])(
    "has its own key for every partial change of status %s, by its operation or by the amounts so far",
    (status) => {
      const change = (refunded: string, operation?: string, currency = "EUR") => {
        const body = new URLSearchParams(form)
        body.set("status", status)
        body.set("currency", currency)
        body.set("refunded_amount", refunded)
        if (operation !== undefined) body.set("operation[id]", operation)
        return dedupeKey(parseNotification(body.toString()))
      }
      const keys = [
        change("5.00"),
        change("12.50"),
        change("5.00", "1-refund"),
        change("5.00", "2-refund"),
        change("12.50", "2-refund"),
        change("5.00", undefined, "XTS"),
        change("12.50", undefined, "XTS")
      ]
      assert.strictEqual(new Set(keys).size, keys.length)
      assert.strictEqual(change("5.00", "1-refund"), change("5.0", "1-refund"))
    }
  )

  it.each(["authorized_amount", "captured_amount", "refunded_amount"])(
    "has its own key for every %s so far",
    (name) => {
      const keyOf = (amount: string, currency: string) => {
        const body = new URLSearchParams(form)
        body.set(name, amount)
        body.set("currency", currency)
        return dedupeKey(parseNotification(body.toString()))
      }
      for (const currency of ["EUR", "XTS"]) assert.notStrictEqual(keyOf("5.00", currency), keyOf("12.50", currency))
      assert.strictEqual(keyOf("5.00", "EUR"), keyOf("5.0", "EUR"))
    }
  )

  it("names the operation that changed the transaction", () => {
    const body = new URLSearchParams({ transaction_reference: "1", status: "126", "operation[id]": "1-refund" })
    assert.strictEqual(parseNotification(body.toString()).operationId, "1-refund")
    assert.isUndefined(parseNotification("transaction_reference=1&status=126").operationId)
  })
})

describe("the handler of notifications", () => {
  const post = (body: string, headers: Record<string, string>) =>
    new Request("http://shop.test/hipay", { method: "POST", body, headers })

  it.each([undefined, null, "", " \n", 7])("is not made without a usable passphrase: %o", async (none) => {
    const options = { passphrase: none as string, onNotification: () => {} }
    assert.throws(() => notificationHandler(options), ClientSetupFailed, "the passphrase for notifications is missing")
    assert.throws(
      () => nodeNotificationHandler(options),
      ClientSetupFailed,
      "the passphrase for notifications is missing"
    )
  })

  it("passes on what it has verified and answers 204", async () => {
    const taken: Array<Notification> = []
    const handle = notificationHandler({ passphrase, onNotification: (notification) => void taken.push(notification) })
    assert.strictEqual((await handle(post(form, sign(form)))).status, 204)
    assert.strictEqual(taken[0]?.transactionReference, "800417743755")
  })

  it.each([
    [403, "SignatureMismatch", form, sign("another")],
    [403, "SignatureMissing", form, {}],
    [400, "Unreadable", "status=118", sign("status=118")],
    [413, "TooLarge", `${form}&x=${"x".repeat(300_000)}`, {}]
  ])("answers %i to %s", async (status, kind, body, headers) => {
    const refused: Array<string> = []
    const handle = notificationHandler({
      passphrase,
      onNotification: () => assert.fail("was taken"),
      onRefused: (error) => void refused.push(error.kind)
    })
    assert.strictEqual((await handle(post(body, headers as Record<string, string>))).status, status)
    assert.deepStrictEqual(refused, [kind])
  })

  it("passes on an unreadable body if its signature matches, and no other", async () => {
    const refused: Array<readonly [kind: string, body: string | undefined]> = []
    const handle = notificationHandler({
      passphrase,
      onNotification: () => assert.fail("was taken"),
      onRefused: ({ kind }, body) => void refused.push([kind, body])
    })
    const body = "status=118&note=4111111111111111"
    await handle(post(body, sign(body)))
    await handle(post(body, sign("another")))
    assert.deepStrictEqual(refused, [
      ["Unreadable", "status=118&note=411111******1111"],
      ["SignatureMismatch", undefined]
    ])
  })

  it("answers 500 when the shop fails, so that it is sent again, and 405 to anything but POST", async () => {
    const failed: Array<string> = []
    const handle = notificationHandler({
      passphrase,
      onNotification: () => Promise.reject(new Error("database")),
      onError: (error, { transactionReference }) => void failed.push(`${transactionReference}: ${error}`)
    })
    assert.strictEqual((await handle(post(form, sign(form)))).status, 500)
    assert.deepStrictEqual(failed, ["800417743755: Error: database"])
    assert.strictEqual((await handle(new Request("http://shop.test/hipay"))).status, 405)
  })

  it("says so when the body was read before", async () => {
    const refused: Array<string> = []
    const handle = notificationHandler({
      passphrase,
      onNotification: () => {},
      onRefused: ({ kind }) => void refused.push(kind)
    })
    const request = post(form, sign(form))
    await request.text()
    assert.strictEqual((await handle(request)).status, 500)
    assert.deepStrictEqual(refused, ["BodyConsumed"])
  })

  it("writes the shop's failure to the console if there is no listener for it", async () => {
    const written = vi.spyOn(console, "error").mockImplementation(() => {})
    const cause = new Error("database")
    const onNotification = () => {
      throw cause
    }
    const handle = notificationHandler({ passphrase, onNotification })
    assert.strictEqual((await handle(post(form, sign(form)))).status, 500)
    assert.deepStrictEqual(written.mock.calls, [
      ["onNotification failed for status 118 of transaction 800417743755:", cause]
    ])
    written.mockRestore()
  })

  it("answers 500 even if the log of failures throws", async () => {
    const onError = () => {
      throw new Error("disk")
    }
    const handle = notificationHandler({ passphrase, onNotification: onError, onError })
    assert.strictEqual((await handle(post(form, sign(form)))).status, 500)
  })

  it.each([
    () => {
      throw new Error("the log is full")
    },
    () => Promise.reject(new Error("the log is full"))
  ])("answers whatever the log of refusals does", async (onRefused: () => void) => {
    const handle = notificationHandler({ passphrase, onNotification: () => {}, onRefused })
    const request = new Request("http://shop.test", { method: "POST", body: form })
    assert.strictEqual((await handle(request)).status, 403)
  })

  it("on node:http survives a caller who hangs up in the middle of the body, or sends too much", async () => {
    const handle = nodeNotificationHandler({ passphrase, onNotification: () => {} })
    const answers: Array<Promise<void>> = []
    const server = createServer((request, response) => void answers.push(handle(request, response)))
    await using listening = await listen(server)
    const { port } = listening
    const head = (length: number) => `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`
    const caller = connect(port, "127.0.0.1")
    caller.write(`${head(500)}transaction_reference=1`)
    await once(server, "request")
    caller.destroy()
    await answers[0]
    const talker = connect(port, "127.0.0.1")
    talker.write(`${head(300_000)}${"x".repeat(300_000)}`)
    assert.match(await text(talker), /^HTTP\/1\.1 413 [\s\S]*\r\nconnection: close\r\n/i)
  })

  it("on node:http answers 500 if it fails, writes why to the console, and never rejects", async () => {
    const handle = nodeNotificationHandler({ passphrase, onNotification: () => {} })
    const answers: Array<Promise<void>> = []
    await using server = await listenHttp((request, response) => void answers.push(handle(request, response)))
    const cause = new Error("no digest")
    const digest = vi.spyOn(crypto.subtle, "digest").mockRejectedValue(cause)
    const written = vi.spyOn(console, "error").mockImplementation(() => {})
    try {
      const { status } = await fetch(server.url, { method: "POST", body: form, headers: sign(form) })
      assert.strictEqual(status, 500)
      assert.deepStrictEqual(await Promise.all(answers), [undefined])
      assert.deepStrictEqual(written.mock.calls, [["a notification could not be handled:", cause]])
    } finally {
      written.mockRestore()
      digest.mockRestore()
    }
  })

  it("serves node:http2 the same", async () => {
    const handle = nodeNotificationHandler({ passphrase, onNotification: () => {} })
    await using server = await listen(createHttp2Server(handle))
    const session = connectHttp2(server.url)
    const send = async (body: string, headers: Record<string, string>) => {
      const stream = session.request({ ":method": "POST", ...headers }).end(body)
      const [answered] = await once(stream, "response")
      return answered[":status"]
    }
    try {
      assert.strictEqual(await send(form, sign(form)), 204)
      assert.strictEqual(await send(form, sign("another")), 403)
      assert.strictEqual(await send("x".repeat(300_000), {}), 413)
    } finally {
      session.destroy()
    }
  })

  it("serves node:http the same, and detects a body parser before it", async () => {
    const taken: Array<string> = []
    const handle = nodeNotificationHandler({
      passphrase,
      onNotification: (notification) => void taken.push(dedupeKey(notification))
    })
    await using server = await listenHttp(async (request, response) => {
      if (request.url === "/parsed") await text(request)
      await handle(request, response)
    })
    const { url } = server
    const send = (path: string, body: string, headers: Record<string, string>) =>
      fetch(url + path, { method: "POST", body, headers }).then(({ status }) => status)
    assert.strictEqual(await send("/", form, sign(form)), 204)
    assert.strictEqual(await send("/", form, sign("another")), 403)
    assert.strictEqual(await send("/", "x".repeat(300_000), {}), 413)
    assert.strictEqual(await send("/parsed", form, sign(form)), 500)
    assert.strictEqual((await fetch(url)).status, 405)
    assert.deepStrictEqual(taken, [dedupeKey(parseNotification(form))])
  })
})

describe("a list in a notification", () => {
  const fieldsOf = (rest: string) => parseNotification(`transaction_reference=1&status=118&${rest}`).fields

  it("keeps every item, those with an index of their own too", () => {
    assert.deepEqual({ ...(fieldsOf("a[1]=x&a[]=y&a[]=z").a as object) }, { 0: "y", 1: "x", 2: "z" })
  })

  it.each(["a[b]c", "[b]", "a[b", "a]"])("is none where brackets do not close behind a name: %s", (name) => {
    assert.strictEqual(fieldsOf(`${name}=1`)[name], "1")
  })

  it("is opened eight brackets deep at most", () => {
    const nested = (depth: number) => JSON.stringify(fieldsOf(`a${"[x]".repeat(depth)}=1`))
    assert.notStrictEqual(nested(7), nested(8))
    assert.strictEqual(nested(8), nested(9))
  })

  it("is read in linear time", () => {
    const began = process.cpuUsage()
    const { a } = fieldsOf("a[]=1&".repeat(40_000))
    assert.lengthOf(Object.keys(a as object), 40_000)
    assert.isBelow(process.cpuUsage(began).user, 2_000_000)
  })
})

describe("a notification that a test signs", () => {
  it.each(["SHA-1", "SHA-256", "SHA-512"] as const)("is verified, with %s", async (algorithm) => {
    const headers = await signNotification(form, passphrase, { algorithm })
    assert.strictEqual((await verifyNotification(form, headers, passphrase)).algorithm, algorithm)
  })

  it.each([undefined, "", " \n"])("is not signed without a usable passphrase: %o", async (none) => {
    const error = await signNotification(form, none as string).catch((error: unknown) => error)
    assert.instanceOf(error, ClientSetupFailed)
  })

  it("is signed as the service signs, by SHA-256 unless another is named", async () => {
    assert.deepStrictEqual(Object.values(await signNotification(form, passphrase)), Object.values(sign(form)))
  })
})
