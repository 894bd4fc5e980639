/** A relay that reads its logins again while it runs. */
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { until } from "../until.ts"
import { account, basic, folder, notify, order, startMock, startRelay, startService, success, till } from "./relay.ts"

const passphrase = "SecretPassphrase"

describe("a relay that reads its logins again", () => {
  it("ends the payments of a new shop by notifications at the address that all shops share", async () => {
    await using service = await startService((_, response) => response.destroy())
    await using relay = await startRelay(service.url, { relay: { notifications: { passphrase } } })
    const added = { username: "shop-2", password: "its own password" }
    const logins = [till, added].map((each) => ({ ...each, roles: ["pay", "read"] as const }))
    await relay.reload({ terminals: [], logins })
    const headers = { authorization: basic(added) }
    const paid = await relay.pay(order("ADDED_1"), headers)
    assert.strictEqual(paid.status, 504)
    assert.strictEqual(await notify(relay.url, passphrase, "ADDED_1"), 204)
    await approved(relay, added)
  })

  it("takes a new shop's own passphrase, and does not end that shop's payments by another account's notifications", async () => {
    await using service = await startService((_, response) => response.destroy())
    const ends: Array<string> = []
    await using relay = await startRelay(service.url, {
      relay: { notifications: { passphrase } },
      listener: (event) => {
        if (event._tag === "NotificationWarning") ends.push(event.detail)
      }
    })
    const added = { username: "shop-2", password: "its own password" }
    const own = { username: "account of shop-2", password: "x" }
    assert.strictEqual(await notify(relay.url, "of shop-2", "EARLY_1"), 403)
    await relay.reload({
      terminals: [],
      logins: [till, added],
      relay: {
        credentials: account,
        loginCredentials: { "shop-2": own },
        notifications: { passphrase, loginPassphrases: { "shop-2": "of shop-2" } }
      }
    })
    assert.strictEqual((await relay.pay(order("OWN_1"), { authorization: basic(added) })).status, 504)
    ends.length = 0
    assert.strictEqual(await notify(relay.url, passphrase, "OWN_1", { transaction_reference: "T-other" }), 204)
    assert.deepStrictEqual(ends, ["the notification 116 of transaction T-other ends nothing: its order is not known"])
    assert.strictEqual(await notify(relay.url, "of shop-2", "OWN_1"), 204)
    await approved(relay, added)
  })

  it("refuses what is signed with a passphrase that is no longer there", async () => {
    await using service = await startService((_, response) => response.destroy())
    await using relay = await startRelay(service.url, { relay: { notifications: { passphrase } } })
    await relay.pay(order("RENEWED_1"))
    const renewed = { credentials: account, notifications: { passphrase: "another" } }
    await relay.reload({ terminals: [], logins: [till], relay: renewed })
    assert.strictEqual(await notify(relay.url, passphrase, "RENEWED_1"), 403)
    assert.strictEqual(await notify(relay.url, "another", "RENEWED_1"), 204)
    await approved(relay, till)
  })

  it("keeps the previous ones if a passphrase is empty, or notifications are turned on or off", async () => {
    await using service = await startService((_, response) => response.destroy())
    await using with1 = await startRelay(service.url, { relay: { notifications: { passphrase } } })
    await using without = await startRelay(service.url)
    const reload = (relay: typeof with1, notifications: { readonly passphrase: string } | undefined) =>
      relay.reload({ terminals: [], logins: [till], relay: { credentials: account, notifications } }).then(
        () => "taken",
        (error: Error) => error.message
      )
    for (const passphrase of ["", " \n"])
      assert.strictEqual(await reload(with1, { passphrase }), "the passphrase for notifications is empty")
    const again = (what: string) => `a relay has to be restarted to ${what} notifications`
    assert.strictEqual(await reload(with1, undefined), again("stop accepting"))
    assert.strictEqual(await reload(without, { passphrase }), again("accept"))
    assert.strictEqual(await notify(with1.url, passphrase, "KEPT_1"), 204)
  })
})

describe("a relay that is given one of its settings", () => {
  it("keeps its notifications with another password at the service, and its logins with another passphrase", async () => {
    await using service = await startService((_, response) => response.destroy())
    await using relay = await startRelay(service.url, { relay: { notifications: { passphrase } } })
    const changed = { ...account, password: "changed at the service" }
    await relay.reload({ terminals: [], logins: [till], relay: { credentials: changed } })
    await relay.reload({ terminals: [], logins: [till], relay: { notifications: { passphrase: "another" } } })
    await relay.pay(order("ALONE_1"))
    assert.deepStrictEqual(
      service.asked.map(({ headers }) => headers.authorization),
      [basic(changed)]
    )
    assert.strictEqual(await notify(relay.url, "another", "ALONE_1"), 204)
    await approved(relay, till)
  })
})

/** The only order of a login becomes approved. */
const approved = async (relay: Awaited<ReturnType<typeof startRelay>>, login: typeof till) => {
  const listed = async () => {
    const response = await relay.request("/attempts", { headers: { authorization: basic(login) } })
    return ((await response.json()) as { readonly attempts: ReadonlyArray<{ readonly state: string }> }).attempts
  }
  assert.lengthOf(await listed(), 1)
  await until("the order is approved", async () => (await listed())[0]?.state === "approved")
}

/** A service that approves every order. */
const startPaying = () =>
  startService(({ body }, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify(success(body)))
  })

describe("a relay that is given other accounts at the service", () => {
  const shop = { username: "shop-2", password: "its own password" }
  const logins = [till, shop]
  const another = { username: "another", password: "x" }
  const startAgain = async (upstream: string, store: string, relay: object): Promise<string> => {
    try {
      await (await startRelay(upstream, { store, logins, relay })).close()
      return "started"
    } catch (error) {
      return (error as Error).message
    }
  }
  it("keeps the previous ones if a login's orders would be sent under another one", async () => {
    await using service = await startPaying()
    await using relay = await startRelay(service.url, { logins })
    await relay.pay(order("MOVED_1"))
    for (const moved of [{ credentials: another }, { credentials: account, loginCredentials: { till: another } }]) {
      const refused = await relay.reload({ terminals: [], logins: [till], relay: moved }).then(
        () => "taken",
        (error: Error) => error.message
      )
      assert.include(refused, "were relayed under the account merchant, not another")
    }
    assert.strictEqual((await relay.pay(order("MOVED_2"), { authorization: basic(shop) })).status, 200)
    assert.deepStrictEqual(
      service.asked.map(({ headers }) => headers.authorization),
      [basic(account), basic(account)]
    )
  })

  it("remembers them for the next start, and the one after it", async () => {
    await using service = await startPaying()
    const store = join(folder, "accounts.db")
    const own = { credentials: undefined, loginCredentials: { till: account } }
    const both = { credentials: undefined, loginCredentials: { till: account, "shop-2": account } }
    const relay = await startRelay(service.url, { store, logins, relay: own })
    await relay.reload({ terminals: [], logins, relay: both })
    assert.strictEqual((await relay.pay(order("KEPT_1"), { authorization: basic(shop) })).status, 200)
    await relay.close()
    const moved = { credentials: undefined, loginCredentials: { till: account, "shop-2": another } }
    for (const _ of [1, 2]) {
      assert.include(
        await startAgain(service.url, store, moved),
        "the orders of shop-2 were relayed under the account merchant, not another"
      )
    }
    assert.strictEqual(await startAgain(service.url, store, both), "started")
  })
})

describe("a relay whose logins change, with an account for each", () => {
  const loginOf = (username: string) => ({ username, password: "its own password" })
  const [paris, lyon, nice] = [loginOf("paris"), loginOf("lyon"), loginOf("nice")]
  const at = (username: string) => ({ username: `account of ${username}`, password: "x" })
  const startOr = (upstream: string, options: Parameters<typeof startRelay>[1]) =>
    startRelay(upstream, options).then(
      async (relay) => {
        await relay.close()
        return "started"
      },
      (error: Error) => error.message
    )

  it("starts again without one of them, under the common account of the others", async () => {
    await using service = await startPaying()
    const store = join(folder, "removed.db")
    const with2 = { store, logins: [till, paris, lyon], relay: { loginCredentials: { lyon: at("lyon") } } }
    {
      await using relay = await startRelay(service.url, with2)
      for (const login of [paris, lyon]) {
        const { status } = await relay.pay(order(`OF_${login.username}`), { authorization: basic(login) })
        assert.strictEqual(status, 200)
      }
    }
    {
      await using relay = await startRelay(service.url, {
        store,
        logins: [till, paris]
      })
      const refused = await relay.reload({ terminals: [], logins: [till, paris, lyon] }).then(
        () => "taken",
        (error: Error) => error.message
      )
      assert.include(refused, "the orders of lyon were relayed under the account account of lyon, not merchant")
    }
    // The login gets its account back when it returns, and no other one.
    assert.include(
      await startOr(service.url, { ...with2, relay: {} }),
      "the orders of lyon were relayed under the account account of lyon, not merchant; give the login another name"
    )
    assert.strictEqual(await startOr(service.url, with2), "started")
  })

  it("gives one of them an account of its own until it has sent an order, at a start and at a reload", async () => {
    await using service = await startPaying()
    const store = join(folder, "leaving.db")
    const logins = [till, paris, lyon, nice]
    const own = (...names: ReadonlyArray<string>) => ({
      credentials: account,
      loginCredentials: Object.fromEntries(names.map((name) => [name, at(name)]))
    })
    {
      await using relay = await startRelay(service.url, { store, logins })
      await relay.pay(order("COMMON_1"), { authorization: basic(paris) })
      await relay.reload({ terminals: [], logins, relay: own("lyon") })
      await relay.pay(order("OWN_1"), { authorization: basic(lyon) })
      assert.deepStrictEqual(
        service.asked.map(({ headers }) => headers.authorization),
        [basic(account), basic(at("lyon"))]
      )
    }
    const words = "the orders of paris were relayed under the account merchant, not account of paris"
    assert.include(await startOr(service.url, { store, logins, relay: own("lyon", "paris") }), words)
    assert.strictEqual(await startOr(service.url, { store, logins, relay: own("lyon", "nice") }), "started")
  })
})

describe("a relay before a simulated service", () => {
  it("is no longer called simulated once it dials a terminal, and again once it dials none", async () => {
    await using mock = await startMock()
    await using relay = await startRelay(mock.url)
    const mode = async () => (await fetch(`${relay.url}/v1/connector/healthcheck`)).headers.get("x-hipay-pos-mode")
    assert.strictEqual(await mode(), "simulated")
    await relay.reload({ terminals: [{ host: "127.0.0.1", port: 28888 }], credentials: till })
    assert.strictEqual(await mode(), "relay")
    await relay.reload({ terminals: [], credentials: till })
    assert.strictEqual(await mode(), "simulated")
  })
})
