/** Notifications that a relay forwards to the shop's own address. */
import { createHash } from "node:crypto"
import { DatabaseSync } from "node:sqlite"
import { receiveNotification } from "@hipay-pos/client/notification"
import { Metrics } from "@hipay-pos/server"
import * as Metric from "effect/Metric"
import { assert, describe, it } from "vitest"
import { listenHttp } from "../listen.ts"
import { until } from "../until.ts"
import { folder, order, startRelay, startService } from "./relay.ts"

const passphrase = "SecretPassphrase"

const bodyOf = (orderId: string, more = "") =>
  `transaction_reference=T-${orderId}&status=116&test=true&currency=EUR&authorized_amount=12.45&order%5Bid%5D=${orderId}&order%5Bamount%5D=12.45&order%5Bcurrency%5D=EUR${more}`

/** A shop's server: the received requests, and the next one to come. */
const openShop = async (port = 0, status = () => 200) => {
  const came: Array<{
    readonly path?: string | undefined
    readonly body: Buffer
    readonly headers: Record<string, string | undefined>
  }> = []
  const server = await listenHttp((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      came.push({
        path: request.url,
        body: Buffer.concat(chunks),
        headers: request.headers as Record<string, string | undefined>
      })
      response.writeHead(status()).end()
    })
  }, port)
  return {
    ...server,
    came,
    until: async (count: number) => {
      await until(`${count} deliveries come to the shop`, () => came.length >= count)
    }
  }
}

const notify = (relay: { readonly url: string }, body: string) =>
  fetch(`${relay.url}/notifications/hipay`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-allopass-signature": createHash("sha256").update(body).update(passphrase).digest("hex")
    }
  })

const orderFor = (orderId: string, host: string, path = "/notify?shop=1") => {
  const { pos_technical_info, ...rest } = order(orderId)
  return { ...rest, pos_technical_info: { ...pos_technical_info, notify_url: `http://${host}${path}` } }
}

const waitingIn = (store: string) => {
  const database = new DatabaseSync(store)
  try {
    return Number(database.prepare("SELECT count(*) AS count FROM notification_forwards").get()?.count)
  } finally {
    database.close()
  }
}

describe("a relay that forwards notifications", () => {
  it("forwards every delivery unchanged, with its signature, and keeps no body once it is taken", async () => {
    await using shop = await openShop()
    await using service = await startService((_, response) => response.destroy())
    const store = `${folder}/forward.db`
    await using relay = await startRelay(service.url, {
      store,
      relay: { notifications: { passphrase, forward: true, forwardTo: [shop.host] } }
    })
    await relay.pay(orderFor("FWD_1", shop.host))
    const body = bodyOf("FWD_1", "&custom_data%5Bnote%5D=cr%C3%A8me+br%FBl%E9e")
    assert.strictEqual((await notify(relay, body)).status, 204)
    await shop.until(1)
    const [first] = shop.came
    assert.strictEqual(first?.body.toString("latin1"), body)
    const read = await receiveNotification(first?.body ?? "", first?.headers ?? {}, passphrase)
    assert.strictEqual(read.orderId, "FWD_1")
    await until("nothing waits to be handed on", () => waitingIn(store) === 0)
    // HiPay sends it once more, as after a fault at the shop.
    await notify(relay, body)
    await shop.until(2)
  })

  it("calls no address that is not allowed, and forwards nothing about an unknown order", async () => {
    await using shop = await openShop()
    await using other = await openShop()
    await using service = await startService((_, response) => response.destroy())
    const warnings: Array<string> = []
    const metrics = Metrics.make(() => 0)
    await using relay = await startRelay(service.url, {
      relay: { notifications: { passphrase, forward: true, forwardTo: [shop.host] } },
      telemetry: { metrics },
      listener: (event) => {
        if (event._tag === "NotificationWarning") warnings.push(event.detail)
      }
    })
    const warningsOf = async (orderId: string, { host }: typeof shop) =>
      (await relay.pay(orderFor(orderId, host))).headers.get("x-hipay-pos-warnings") ?? ""
    assert.include(await warningsOf("FWD_2", other), "notify-url-not-allowed")
    assert.notInclude(await warningsOf("FWD_3", shop), "notify-url-not-allowed")
    const [attempt] = await relay.attempt("FWD_2")
    for (const id of ["FWD_2", "FWD_4"]) assert.strictEqual((await notify(relay, bodyOf(id))).status, 204)
    const withCard = bodyOf("FWD_3", "&payment_method%5Bpan%5D=5555341244441115")
    assert.strictEqual((await notify(relay, withCard)).status, 204)
    assert.include(
      warnings,
      `a notification of /attempts/${attempt?.id} is not handed on to the shop: ${other.host} is not among the --notify addresses`
    )
    assert.match(warnings.at(-1) ?? "", /not handed on to the shop: it holds a whole card number$/)
    const counted = Metric.snapshotUnsafe(metrics.context)
      .filter(({ id }) => id === "hipay_pos_notifications_given_up_total")
      .map(({ attributes, state }) => [attributes?.reason, (state as { readonly count: number }).count])
    assert.sameDeepMembers(counted, [
      ["not-taken", 0],
      ["not-allowed", 1],
      ["card-number", 1]
    ])
    const last = bodyOf("FWD_3", "&x=1").replace("status=116", "status=118")
    await notify(relay, last)
    await shop.until(1)
    assert.strictEqual(shop.came[0]?.body.toString(), last)
    assert.lengthOf(other.came, 0)
  })

  it("calls the address that an order came with, long numbers and all, and none that held a card number", async () => {
    await using shop = await openShop()
    await using service = await startService((_, response) => response.destroy())
    const warnings: Array<string> = []
    await using relay = await startRelay(service.url, {
      relay: { notifications: { passphrase, forward: true, forwardTo: [shop.host] } },
      listener: (event) => {
        if (event._tag === "NotificationWarning") warnings.push(event.detail)
      }
    })
    await relay.pay(orderFor("FWD_5", shop.host, "/notify/5555341244441115"))
    await notify(relay, bodyOf("FWD_5"))
    assert.match(warnings.at(-1) ?? "", /not handed on to the shop: its address held a card number$/)
    await relay.pay(orderFor("FWD_6", shop.host, "/notify/5034567890003"))
    await notify(relay, bodyOf("FWD_6"))
    await shop.until(1)
    assert.deepStrictEqual(
      shop.came.map(({ path }) => path),
      ["/notify/5034567890003"]
    )
  })

  it("forwards to one shop while another one does not answer", async () => {
    await using silent = await listenHttp(() => {})
    await using shop = await openShop()
    await using service = await startService((_, response) => response.destroy())
    const store = `${folder}/forward-dead.db`
    await using relay = await startRelay(service.url, {
      store,
      relay: { notifications: { passphrase, forward: true, forwardTo: [shop.host, silent.host] } }
    })
    for (const [id, host] of [
      ["FWD_DEAD_1", silent.host],
      ["FWD_DEAD_2", silent.host],
      ["FWD_ALIVE", shop.host]
    ] as const) {
      await relay.pay(orderFor(id, host))
      assert.strictEqual((await notify(relay, bodyOf(id))).status, 204)
    }
    await shop.until(1)
    // The other shop has ten seconds to answer: none of its deliveries has failed yet.
    const database = new DatabaseSync(store)
    const tries = database.prepare("SELECT tries FROM notification_forwards WHERE url LIKE ?").all(`%${silent.host}%`)
    database.close()
    assert.deepStrictEqual(
      tries.map((row) => row.tries),
      [0, 0]
    )
  })

  it("counts the waiting ones, and those of them that the shop did not take", async () => {
    await using shop = await openShop(0, () => 500)
    await using service = await startService((_, response) => response.destroy())
    let seconds = 0
    // Gauges are cached for a second, so each reading gets a later time.
    const metrics = Metrics.make(() => {
      seconds += 10
      return seconds * 1_000
    })
    const waiting = async () => {
      await metrics.refresh()
      const found = Metric.snapshotUnsafe(metrics.context).filter(({ id }) => id === "hipay_pos_notifications_pending")
      return found.map(({ attributes, state }) => [attributes?.tried, (state as { readonly value: number }).value])
    }
    await using relay = await startRelay(service.url, {
      relay: { notifications: { passphrase, forward: true, forwardTo: [shop.host] } },
      telemetry: { metrics }
    })
    assert.sameDeepMembers(await waiting(), [
      ["false", 0],
      ["true", 0]
    ])
    await relay.pay(orderFor("FWD_COUNTED", shop.host))
    assert.strictEqual((await notify(relay, bodyOf("FWD_COUNTED"))).status, 204)
    const counted = await until("one has been tried in vain", async () => {
      const found = await waiting()
      return found.some(([tried, count]) => tried === "true" && count === 1) && found
    })
    assert.deepInclude(counted, ["false", 0])
  })

  it("forwards after a restart what the shop did not take before", async () => {
    const store = `${folder}/forward-again.db`
    await using service = await startService((_, response) => response.destroy())
    const { host, port, [Symbol.asyncDispose]: close } = await openShop()
    await close()
    const start = () =>
      startRelay(service.url, { store, relay: { notifications: { passphrase, forward: true, forwardTo: [host] } } })
    {
      await using relay = await start()
      await relay.pay(orderFor("FWD_5", host))
      assert.strictEqual((await notify(relay, bodyOf("FWD_5"))).status, 204)
    }
    assert.strictEqual(waitingIn(store), 1)
    const database = new DatabaseSync(store)
    database.exec("UPDATE notification_forwards SET due_at = 0")
    database.close()
    await using shop = await openShop(port)
    await using _relay = await start()
    await shop.until(1)
    assert.strictEqual(shop.came[0]?.body.toString(), bodyOf("FWD_5"))
  })
})
