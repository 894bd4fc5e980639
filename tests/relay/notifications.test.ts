/** HiPay's notifications to a relay: what they end and cannot end, what is kept, and what is forwarded. */
import { createHash } from "node:crypto"
import type { NotificationOptions } from "@hipay-pos/gateway/node"
import type { ServerEvent } from "@hipay-pos/server"
import { assert, describe, it } from "vitest"
import { freePort } from "../freePort.ts"
import { until } from "../until.ts"
import { account, basic, folder, order, startMock, startRelay, startService, success, till } from "./relay.ts"

const passphrase = "SecretPassphrase"

type Fields = Readonly<Record<string, string>>

const formOf = (orderId: string, status: number, more: Fields = {}): string =>
  new URLSearchParams({
    state: "completed",
    test: "true",
    transaction_reference: `T-${orderId}`,
    status: String(status),
    message: "A message",
    authorized_amount: "12.45",
    captured_amount: "0.00",
    refunded_amount: "0.00",
    currency: "EUR",
    "order[id]": orderId,
    "order[amount]": "12.45",
    "order[currency]": "EUR",
    ...more
  }).toString()

const signed = (body: string, secret = passphrase): Fields => ({
  "content-type": "application/x-www-form-urlencoded",
  // The relay closes the connection after it refuses a body unread.
  connection: "close",
  "x-allopass-signature": createHash("sha256").update(body).update(secret).digest("hex")
})

const post = async (url: string, body: string, headers: Fields = signed(body)): Promise<number> =>
  (await fetch(url, { method: "POST", body, headers })).status

/** A relay to a service that loses every answer, and the relay's warnings. */
const startDeaf = async (
  notifications: Partial<NotificationOptions> = {},
  more: Pick<NonNullable<Parameters<typeof startRelay>[1]>, "logins" | "port" | "relay" | "answerTimeout"> = {}
) => {
  const service = await startService((_, response) => response.destroy())
  const warnings: Array<string> = []
  const relay = await startRelay(service.url, {
    ...more,
    listener: (event: ServerEvent) => {
      if (event._tag === "NotificationWarning") warnings.push(event.detail)
    },
    relay: { ...more.relay, notifications: { passphrase, ...notifications } }
  })
  return {
    ...relay,
    service,
    warnings,
    address: `${relay.url}/notifications/hipay`,
    [Symbol.asyncDispose]: async () => {
      await relay.close()
      await service[Symbol.asyncDispose]()
    }
  }
}

let accounts = 0

/** With these, a refusal ends an attempt soon. */
const soon = { answerTimeout: "200 millis", relay: { lateAnswer: "1 millis" } } as const

type Relay = Awaited<ReturnType<typeof startRelay>>

/** The newest attempt of an order, once it is in a state. */
const reaches = (relay: Pick<Relay, "attempt">, orderId: string, state: string) =>
  until(`the attempt of ${orderId} is ${state}`, async () => {
    const [attempt] = await relay.attempt(orderId)
    return attempt?.state === state && attempt
  })

const detailOf = async (relay: Pick<Relay, "attempt" | "request">, orderId: string) => {
  const [attempt] = await relay.attempt(orderId)
  return (await (await relay.request(`/attempts/${attempt?.id}`)).json()) as {
    readonly state: string
    readonly paid?: number
    readonly alarms?: ReadonlyArray<string>
    readonly findings: ReadonlyArray<{ readonly code: string; readonly actual: string }>
    readonly timeline: ReadonlyArray<{ readonly kind: string; readonly reference?: string; readonly status?: number }>
  }
}

/** Resolves the newest attempt of an order. */
const resolve = async (relay: Pick<Relay, "attempt" | "request">, orderId: string, outcome: string) => {
  const [attempt] = await relay.attempt(orderId)
  const { status } = await relay.request(`/attempts/${attempt?.id}/resolve`, {
    method: "POST",
    body: JSON.stringify({ outcome, by: "Ada", evidence: "the back office" })
  })
  assert.strictEqual(status, 200)
}

/** Checks that a repeat is refused because the order may have been paid. */
const refused = async (relay: Pick<Relay, "pay">, orderId: string) => {
  const again = await relay.pay(order(orderId))
  assert.strictEqual(again.status, 409)
  assert.include(await again.text(), '"attempt.unresolved"')
}

const notifiedIn = (detail: Awaited<ReturnType<typeof detailOf>>) =>
  detail.timeline.filter(({ kind }) => kind === "upstream-notification")

/** The notification address in an order that the service received. */
const addressIn = (body: string): string =>
  (JSON.parse(body) as { readonly pos_technical_info: { readonly notify_url: string } }).pos_technical_info.notify_url

describe("a notification at a relay", () => {
  it("ends the unknown attempt of its order, is shown with it, and a repeat of the order is answered", async () => {
    await using relay = await startDeaf()
    assert.strictEqual((await relay.pay(order("END_1"))).status, 504)
    assert.strictEqual(await post(relay.address, formOf("END_1", 116)), 204)
    const ended = await reaches(relay, "END_1", "approved")
    assert.propertyVal(ended, "paid", 1245)
    assert.lengthOf(notifiedIn(await detailOf(relay, "END_1")), 1)
    const again = await relay.pay(order("END_1"))
    assert.strictEqual(again.status, 409)
    assert.include(await again.text(), '"paymentStatus":"Success"')
    assert.lengthOf(relay.service.asked, 1)
  })

  it("that is repeated, before and after the end, is taken, kept once and changes nothing", async () => {
    await using relay = await startDeaf()
    await relay.pay(order("TWICE_1"))
    const both = [formOf("TWICE_1", 116), formOf("TWICE_1", 116)]
    assert.deepStrictEqual(await Promise.all(both.map((body) => post(relay.address, body))), [204, 204])
    await reaches(relay, "TWICE_1", "approved")
    const ended = await detailOf(relay, "TWICE_1")
    assert.lengthOf(notifiedIn(ended), 1)
    assert.strictEqual(await post(relay.address, formOf("TWICE_1", 116)), 204)
    // The duplicate before this one was considered first.
    assert.strictEqual(await post(relay.address, formOf("TWICE_1", 118)), 204)
    const later = await until("the last notification is considered", async () => {
      const detail = await detailOf(relay, "TWICE_1")
      return notifiedIn(detail).length > 1 && detail
    })
    assert.lengthOf(notifiedIn(later), 2)
    assert.deepStrictEqual([later.state, later.paid, later.alarms], [ended.state, ended.paid, ended.alarms])
    assert.lengthOf(relay.service.asked, 1)
  })

  it("as XML does the same", async () => {
    await using relay = await startDeaf()
    await relay.pay(order("XML_1"))
    const xml = `<?xml version="1.0"?><notification><transaction_reference>9</transaction_reference><status>118</status><test>true</test>
      <currency>EUR</currency><authorized_amount>10.00</authorized_amount><order><id>XML_1</id><amount>12.45</amount><currency>EUR</currency></order></notification>`
    assert.strictEqual(await post(relay.address, xml), 204)
    assert.propertyVal(await reaches(relay, "XML_1", "approved-in-part"), "paid", 1000)
  })

  it("of a refusal lets the order be sent again", async () => {
    await using relay = await startDeaf({}, soon)
    await relay.pay(order("NO_1"))
    assert.strictEqual(await post(relay.address, formOf("NO_1", 113, { authorized_amount: "0.00" })), 204)
    await reaches(relay, "NO_1", "declined")
    assert.strictEqual((await relay.pay(order("NO_1"))).status, 504)
    assert.lengthOf(relay.service.asked, 2)
  })

  it("that comes while the answer is awaited ends the attempt when none comes", async () => {
    const { promise: asked, resolve: sent } = Promise.withResolvers<void>()
    const { promise: told, resolve: tell } = Promise.withResolvers<void>()
    await using service = await startService((_, response) => {
      sent()
      void told.then(() => response.destroy())
    })
    await using relay = await startRelay(service.url, { relay: { notifications: { passphrase } } })
    const paying = relay.pay(order("EARLY_1"))
    await asked
    assert.strictEqual(await post(`${relay.url}/notifications/hipay`, formOf("EARLY_1", 118)), 204)
    assert.strictEqual((await relay.attempt("EARLY_1"))[0]?.state, "open")
    tell()
    assert.strictEqual((await paying).status, 504)
    await reaches(relay, "EARLY_1", "approved")
  })

  it.each([
    ["another amount", formOf("CANNOT_1", 116, { "order[amount]": "12.46" })],
    ["another currency", formOf("CANNOT_1", 116, { "order[currency]": "USD", currency: "USD" })],
    ["an unknown order", formOf("CANNOT_2", 116)],
    ["no order", formOf("CANNOT_1", 116, { "order[id]": "" })]
  ])("with %s is kept and ends nothing", async (_, body) => {
    await using relay = await startDeaf()
    await relay.pay(order("CANNOT_1"))
    assert.strictEqual(await post(relay.address, body), 204)
    assert.lengthOf(relay.warnings, 1)
    assert.strictEqual((await relay.attempt("CANNOT_1"))[0]?.state, "unknown")
  })

  it("that is forged, unreadable, too long or at an invented address is refused without further detail", async () => {
    await using relay = await startDeaf()
    await relay.pay(order("FALSE_1"))
    const body = formOf("FALSE_1", 116)
    assert.strictEqual(await post(relay.address, body, signed(body, "another")), 403)
    assert.strictEqual(await post(relay.address, `${body}&x=1`, signed(body)), 403)
    assert.strictEqual(await post(relay.address, body, { connection: "close" }), 403)
    assert.strictEqual(await post(relay.address, "status=116"), 400)
    assert.strictEqual(await post(relay.address, "x".repeat(300_000)), 413)
    const streamed = (text: string) =>
      fetch(relay.address, {
        method: "POST",
        body: new Blob([text]).stream(),
        headers: signed(text),
        duplex: "half"
      } as RequestInit)
    assert.strictEqual((await streamed("x".repeat(300_000))).status, 413)
    assert.strictEqual((await streamed("state=completed")).status, await post(relay.address, "state=completed"))
    const [attempt] = await relay.attempt("FALSE_1")
    assert.strictEqual(await post(`${relay.address}/${attempt?.id}-${"0".repeat(32)}`, body), 404)
    const got = await fetch(relay.address)
    assert.strictEqual(got.status, 405)
    assert.strictEqual(await got.text(), "")
    assert.strictEqual((await relay.attempt("FALSE_1"))[0]?.state, "unknown")
  })

  it("of an earlier refused try does not end the try after it", async () => {
    await using relay = await startDeaf({}, soon)
    await relay.pay(order("RETRY_1"))
    const refusal = (reference: string) =>
      formOf("RETRY_1", 113, { authorized_amount: "0.00", transaction_reference: reference })
    await post(relay.address, refusal("first"))
    await reaches(relay, "RETRY_1", "declined")
    await relay.pay(order("RETRY_1"))
    // The first refusal again, and one that could be about either try.
    assert.strictEqual(await post(relay.address, refusal("first")), 204)
    assert.strictEqual(await post(relay.address, refusal("second")), 204)
    assert.deepStrictEqual(
      (await relay.attempt("RETRY_1")).map(({ state }) => state),
      ["unknown", "declined"]
    )
  })

  it("that contradicts a person's resolution raises an alarm, and asks the person to look again", async () => {
    await using relay = await startDeaf()
    await relay.pay(order("WORD_1"))
    await resolve(relay, "WORD_1", "declined")
    for (const _ of [1, 2]) assert.strictEqual(await post(relay.address, formOf("WORD_1", 116)), 204)
    await reaches(relay, "WORD_1", "unknown")
    assert.deepStrictEqual((await detailOf(relay, "WORD_1")).alarms, ["attempt.notification.contradicts"])
    await refused(relay, "WORD_1")
    assert.lengthOf(relay.service.asked, 1)
    await resolve(relay, "WORD_1", "approved")
    await reaches(relay, "WORD_1", "approved")
  })

  it("that reports a payment answered with 400 blocks its order until a person has resolved it", async () => {
    await using service = await startService(({ body }, response) => {
      if (service.asked.length > 1) return void response.end(JSON.stringify(success(body)))
      const code = "unavailable.terminal.bad.request"
      response.statusCode = 400
      response.end(
        JSON.stringify({ error: { status: 400, code, message: "Bad Request", description: "", details: {} } })
      )
    })
    await using relay = await startRelay(service.url, { relay: { notifications: { passphrase } } })
    assert.strictEqual((await relay.pay(order("HELD_1"))).status, 400)
    const address = `${relay.url}/notifications/hipay`
    assert.strictEqual(await post(address, formOf("HELD_1", 118)), 204)
    await reaches(relay, "HELD_1", "unknown")
    const detail = await detailOf(relay, "HELD_1")
    assert.deepStrictEqual(detail.alarms, ["attempt.notification.contradicts"])
    assert.deepStrictEqual(
      detail.timeline.filter(({ kind }) => kind === "answer").map(({ status }) => status),
      [400]
    )
    await refused(relay, "HELD_1")
    assert.lengthOf(service.asked, 1)
    await resolve(relay, "HELD_1", "declined")
    await post(address, formOf("HELD_1", 116))
    assert.strictEqual((await relay.pay(order("HELD_1"))).status, 200)
    assert.deepStrictEqual(
      (await relay.attempt("HELD_1")).map(({ state }) => state),
      ["approved", "declined"]
    )
  })

  it("of a payment makes a later answer that it was refused an unknown", async () => {
    const { promise: asked, resolve: sent } = Promise.withResolvers<void>()
    const { promise: told, resolve: tell } = Promise.withResolvers<void>()
    await using service = await startService(({ body }, response) => {
      const error = { errorCode: "04", errorDescription: "Canceled transaction (refused)" }
      sent()
      void told.then(() => response.end(JSON.stringify({ ...JSON.parse(body), paymentStatus: "Failure", error })))
    })
    await using relay = await startRelay(service.url, { relay: { notifications: { passphrase } } })
    const paying = relay.pay(order("BEFORE_1"))
    await asked
    assert.strictEqual(await post(`${relay.url}/notifications/hipay`, formOf("BEFORE_1", 116)), 204)
    tell()
    const answer = await paying
    assert.strictEqual(answer.status, 504)
    assert.include(await answer.text(), '"kind":"Contradictory"')
    await refused(relay, "BEFORE_1")
    assert.lengthOf(service.asked, 1)
  })

  it("of a refusal ends nothing while the terminal may go on to another card, even if the connection was cut, and after a restart", async () => {
    const store = `${folder}/another-card.db`
    await using service = await startService((_, response) => response.destroy())
    const start = () => startRelay(service.url, { store, relay: { notifications: { passphrase } } })
    for (const _ of ["before", "after"]) {
      await using relay = await start()
      await relay.pay(order("CARD_1"))
      assert.strictEqual(await post(`${relay.url}/notifications/hipay`, formOf("CARD_1", 113)), 204)
      // Considered after the refusal, so that the refusal has been considered once this ends.
      await relay.pay(order("CARD_2"))
      await post(`${relay.url}/notifications/hipay`, formOf("CARD_2", 116))
      await reaches(relay, "CARD_2", "approved")
      assert.strictEqual((await relay.attempt("CARD_1"))[0]?.state, "unknown")
      await refused(relay, "CARD_1")
    }
    await using relay = await start()
    assert.strictEqual(await post(`${relay.url}/notifications/hipay`, formOf("CARD_1", 116)), 204)
    await reaches(relay, "CARD_1", "approved")
    assert.lengthOf(service.asked, 2)
  })

  it("is kept when a late answer says less, with an alarm, and the order is not sent again", async () => {
    const { promise: late, resolve: answer } = Promise.withResolvers<void>()
    await using service = await startService(({ body }, response) => {
      const error = { errorCode: "04", errorDescription: "Canceled transaction (refused)" }
      void late.then(() => response.end(JSON.stringify({ ...JSON.parse(body), paymentStatus: "Failure", error })))
    })
    await using relay = await startRelay(service.url, {
      answerTimeout: "50 millis",
      relay: { notifications: { passphrase } }
    })
    assert.strictEqual((await relay.pay(order("LATE_1"))).status, 504)
    const address = `${relay.url}/notifications/hipay`
    // A refusal does not end it while the answer may still arrive.
    const refused = formOf("LATE_1", 113, { authorized_amount: "0.00", transaction_reference: "R" })
    assert.strictEqual(await post(address, refused), 204)
    assert.strictEqual((await relay.attempt("LATE_1"))[0]?.state, "unknown")
    assert.strictEqual(await post(address, formOf("LATE_1", 116)), 204)
    await reaches(relay, "LATE_1", "approved")
    answer()
    const detail = await until("the late answer raises an alarm", async () => {
      const found = await detailOf(relay, "LATE_1")
      return found.alarms !== undefined && found
    })
    assert.deepStrictEqual(detail.alarms, ["attempt.notification.contradicts"])
    assert.deepStrictEqual([detail.state, detail.paid], ["approved", 1245])
    assert.lengthOf(notifiedIn(detail), 2)
    const again = await relay.pay(order("LATE_1"))
    assert.strictEqual(again.status, 409)
    assert.include(await again.text(), '"paymentStatus":"Success"')
    assert.lengthOf(service.asked, 1)
  })

  it("is about the orders of the login whose passphrase it was signed with", async () => {
    const shop = { username: "shop", password: "two" }
    await using relay = await startDeaf({ loginPassphrases: { shop: "two's own" } }, { logins: [till, shop] })
    await relay.pay(order("SAME_1"))
    await relay.pay(order("SAME_1"), { authorization: basic(shop) })
    const body = formOf("SAME_1", 116)
    assert.strictEqual(await post(relay.address, body, signed(body, "two's own")), 204)
    const states = async () => {
      const { attempts } = (await (await relay.request("/attempts?q=SAME_1")).json()) as {
        readonly attempts: ReadonlyArray<{ readonly login: string; readonly state: string }>
      }
      return Object.fromEntries(attempts.map(({ login, state }) => [login, state]))
    }
    await until("the order of the shop is approved", async () => (await states()).shop === "approved")
    assert.strictEqual((await states()).till, "unknown")
  })

  it("is about the orders of all logins with that passphrase: about the only attempt of its order, or none if there are two", async () => {
    const [one, two] = [
      { username: "one", password: "one" },
      { username: "two", password: "two" }
    ]
    const loginPassphrases = { one: "of both", two: "of both" }
    await using relay = await startDeaf({ passphrase: undefined, loginPassphrases }, { logins: [till, one, two] })
    const attempt = async (orderId: string, login: typeof till) => {
      const { attempts } = (await (
        await relay.request(`/attempts?q=${orderId}`, { headers: { authorization: basic(login) } })
      ).json()) as { readonly attempts: Awaited<ReturnType<Relay["attempt"]>> }
      return attempts
    }
    for (const login of [one, two]) {
      await relay.pay(order("BOTH_1"), { authorization: basic(login) })
      await relay.pay(order(`OF_${login.username}`), { authorization: basic(login) })
    }
    for (const id of ["BOTH_1", "OF_one", "OF_two"]) {
      const body = formOf(id, 116)
      assert.strictEqual(await post(relay.address, body, signed(body, "of both")), 204)
    }
    for (const login of [one, two]) {
      const of = (orderId: string) => ({ attempt: () => attempt(orderId, login) })
      await reaches(of(`OF_${login.username}`), "", "approved")
      assert.strictEqual((await attempt("BOTH_1", login))[0]?.state, "unknown")
    }
    assert.deepStrictEqual(relay.warnings, [
      "the notification 116 of transaction T-BOTH_1 ends nothing: its order has 2 attempts"
    ])
  })
})

describe("a relay with a public address", () => {
  it("gives every attempt a notify_url of its own, changes no other byte, and that address decides", async () => {
    const port = await freePort()
    const service = await startService((_, response) => response.destroy())
    await using _service = service
    await using relay = await startRelay(service.url, {
      ...soon,
      port,
      relay: { ...soon.relay, notifications: { passphrase, url: `http://127.0.0.1:${port}` } }
    })
    const own = "https://shop.example/notify"
    const sent = order("URL_1")
    const text = JSON.stringify({ ...sent, pos_technical_info: { ...sent.pos_technical_info, notify_url: own } })
      .replace("1245", "1245.0")
      .replace('{"order"', '{ "order"')
    await relay.pay(text)
    const [first] = service.asked
    const address = addressIn(first?.body ?? "{}")
    assert.match(address, new RegExp(`^http://127.0.0.1:${port}/notifications/hipay/[0-9a-z]+-[0-9a-f]{32}$`))
    assert.strictEqual(first?.body, text.replace(own, address))
    await post(address, formOf("URL_1", 113, { authorized_amount: "0.00", transaction_reference: "A" }))
    await reaches(relay, "URL_1", "declined")
    await relay.pay(text)
    const second = addressIn(service.asked[1]?.body ?? "{}")
    assert.notStrictEqual(second, address)
    // A late repeat of the first attempt's notification affects only the first; the second address ends the second.
    await post(address, formOf("URL_1", 115, { authorized_amount: "0.00", transaction_reference: "A" }))
    assert.strictEqual((await relay.attempt("URL_1"))[0]?.state, "unknown")
    // A transaction stays with its attempt, whatever address it is sent to.
    await post(second, formOf("URL_1", 116, { transaction_reference: "A" }))
    assert.strictEqual((await relay.attempt("URL_1"))[0]?.state, "unknown")
    await post(second, formOf("URL_1", 116, { transaction_reference: "B" }))
    assert.propertyVal(await reaches(relay, "URL_1", "approved"), "paid", 1245)
  })

  it("accepts an order's id as HiPay cuts it, or none, at an attempt's own address, and no other id", async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    await using relay = await startDeaf({ url }, { port })
    const id = "ORDER-2026-03-05-SHOP12-TILL07-000123"
    for (const [i, [told, finding]] of [
      [id.slice(0, 32), "ORDER-2026-03-05-SHOP12-TILL07-0"],
      ["", "none"]
    ].entries()) {
      await relay.pay(order(`${id}${i}`))
      const address = addressIn(relay.service.asked[i]?.body ?? "{}")
      for (const other of [id.slice(0, 31), `${id.slice(0, 31)}X`, "OTHER"])
        assert.strictEqual(await post(address, formOf(other, 116)), 204)
      assert.strictEqual(relay.warnings.length, 3 * (i + 1))
      const body = formOf(told ?? "", 116, { transaction_reference: `T${i}` })
      assert.strictEqual(await post(address, body), 204)
      await reaches(relay, `${id}${i}`, "approved")
      const { findings } = await detailOf(relay, `${id}${i}`)
      assert.deepInclude(
        findings.map(({ code, actual }) => [code, actual]),
        ["notification-order-id", finding]
      )
    }
  })

  it("has the orders of all logins with one passphrase ended at their own addresses", async () => {
    const port = await freePort()
    const logins = [till, { username: "two", password: "two" }]
    const notifications = { url: `http://127.0.0.1:${port}`, loginPassphrases: { till: passphrase, two: passphrase } }
    await using relay = await startDeaf(notifications, { logins, port })
    for (const [i, login] of logins.entries()) {
      const authorization = basic(login)
      await relay.pay(order("EACH_1"), { authorization })
      const address = addressIn(relay.service.asked[i]?.body ?? "{}")
      assert.strictEqual(await post(address, formOf("EACH_1", 116, { transaction_reference: `T${i}` })), 204)
      const attempt = async () => {
        const found = await relay.request("/attempts?q=EACH_1", { headers: { authorization } })
        return ((await found.json()) as { readonly attempts: Awaited<ReturnType<Relay["attempt"]>> }).attempts
      }
      await reaches({ attempt }, "EACH_1", "approved")
    }
  })

  it("ends every payment whose answer its service lost, with the right amount", async () => {
    const port = await freePort()
    await using mock = await startMock({
      credentials: account,
      // Longer than a payment takes on a busy machine: the mock waits this long for each lost answer.
      answerTimeout: "3 seconds",
      notifications: { allowed: [`127.0.0.1:${port}`], passphrase }
    })
    await using relay = await startRelay(mock.url, {
      port,
      relay: { notifications: { passphrase, url: `http://127.0.0.1:${port}` } }
    })
    const ids = Array.from({ length: 10 }, (_, i) => `LOST_${i}`)
    const answers = ids.map((id, i) => {
      const { pos_technical_info: info } = order(id)
      const host_information = { host: "lost-after-approval.terminal.test", port: 8888 + i }
      return relay.pay({
        order: { order_id: id, price: { amount: 1000 + i } },
        pos_technical_info: { ...info, host_information }
      })
    })
    for (const { status } of await Promise.all(answers)) assert.strictEqual(status, 504)
    for (const [i, id] of ids.entries()) assert.propertyVal(await reaches(relay, id, "approved"), "paid", 1000 + i)
  })
})

describe("a relay that starts again", () => {
  it("ends an attempt by a notification that comes a year late", async () => {
    const store = `${folder}/year.db`
    await using service = await startService((_, response) => response.destroy())
    const start = () => startRelay(service.url, { store, relay: { notifications: { passphrase } } })
    {
      await using relay = await start()
      assert.strictEqual((await relay.pay(order("YEAR_1"))).status, 504)
    }
    const { DatabaseSync } = await import("node:sqlite")
    const database = new DatabaseSync(store)
    database.exec(
      "UPDATE attempts SET json = replace(json, opened_at, opened_at - 31536000000), opened_at = opened_at - 31536000000"
    )
    database.close()
    await using relay = await start()
    assert.strictEqual(await post(`${relay.url}/notifications/hipay`, formOf("YEAR_1", 116)), 204)
    const { id } = await reaches(relay, "YEAR_1", "approved")
    const { openedAt } = (await (await relay.request(`/attempts/${id}`)).json()) as { readonly openedAt: string }
    assert.isBelow(Date.parse(openedAt), Date.now() - 31_000_000_000)
  })

  it.each<readonly [string, Partial<NotificationOptions>]>([
    ["the first of its logins is gone", { loginPassphrases: { two: "of both" } }],
    ["its logins have another order", { loginPassphrases: { two: "of both", one: "of both" } }],
    ["another login comes before them", { loginPassphrases: { a: "of both", one: "of both", two: "of both" } }],
    ["its passphrase is that of all logins", { passphrase: "of both" }]
  ])("knows an account's transactions where %s", async (_, after) => {
    const two = { username: "two", password: "two" }
    const as = { authorization: basic(two) }
    const store = `${folder}/account-${++accounts}.db`
    await using service = await startService((_, response) => response.destroy())
    const warnings: Array<string> = []
    const start = (notifications: Partial<NotificationOptions>) =>
      startRelay(service.url, {
        ...soon,
        store,
        logins: [till, two],
        listener: (event) => {
          if (event._tag === "NotificationWarning") warnings.push(event.detail)
        },
        relay: { ...soon.relay, notifications }
      })
    const notify = async (relay: Relay, status: number, more: Fields = {}) => {
      const body = formOf("ACCOUNT_1", status, more)
      assert.strictEqual(await post(`${relay.url}/notifications/hipay`, body, signed(body, "of both")), 204)
    }
    const refusal = { authorized_amount: "0.00" }
    {
      await using relay = await start({ loginPassphrases: { one: "of both", two: "of both" } })
      await relay.pay(order("ACCOUNT_1"), as)
      await notify(relay, 113, refusal)
      await reaches(relay, "ACCOUNT_1", "declined")
    }
    await using relay = await start(after)
    await relay.pay(order("ACCOUNT_1"), as)
    const [, first] = await relay.attempt("ACCOUNT_1")
    // A repeat and a later notification: both are about the first attempt of the order, not the second.
    await notify(relay, 113, refusal)
    await notify(relay, 174)
    const { timeline } = (await (await relay.request(`/attempts/${first?.id}`)).json()) as Awaited<
      ReturnType<typeof detailOf>
    >
    assert.deepStrictEqual(
      timeline.flatMap(({ kind, status }) => (kind === "upstream-notification" ? [status] : [])),
      [113, 174]
    )
    assert.deepStrictEqual(warnings, [])
  })

  it("considers notifications that were received but not considered, and knows its transactions", async () => {
    const store = `${folder}/again.db`
    await using service = await startService((_, response) => response.destroy())
    const start = () =>
      startRelay(service.url, { ...soon, store, relay: { ...soon.relay, notifications: { passphrase } } })
    const address = (relay: Relay) => `${relay.url}/notifications/hipay`
    {
      await using relay = await start()
      await relay.pay(order("BACK_1"))
      await relay.pay(order("BACK_2"))
      assert.strictEqual(await post(address(relay), formOf("BACK_1", 113, { authorized_amount: "0.00" })), 204)
      await reaches(relay, "BACK_1", "declined")
      assert.strictEqual(await post(address(relay), formOf("BACK_2", 174)), 204)
    }
    const { DatabaseSync } = await import("node:sqlite")
    const database = new DatabaseSync(store)
    // As left by a process that was killed between the 204 and the end.
    database.exec("UPDATE notifications SET considered = 0, json = replace(json, '174', '116')")
    database.close()
    await using relay = await start()
    await reaches(relay, "BACK_2", "approved")
    await relay.pay(order("BACK_1"))
    assert.strictEqual(await post(address(relay), formOf("BACK_1", 113, { authorized_amount: "0.00" })), 204)
    assert.strictEqual((await relay.attempt("BACK_1"))[0]?.state, "unknown")
  })
})
