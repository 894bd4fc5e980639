/** The mock's notifications, received over real sockets by the client's handler and by a program without the client. */
import { spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { once } from "node:events"
import { existsSync, mkdtempSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { nodeNotificationHandler } from "@hipay-pos/client/node"
import { dedupeKey, type Notification } from "@hipay-pos/client/notification"
import { startServer } from "@hipay-pos/server-mock/node"
import { freePort } from "./freePort.ts"
import { listen } from "./listen.ts"
import { orderFor } from "./order.ts"
import { until } from "./until.ts"

const PASSPHRASE = "A passphrase of the shop's own"

/** A shop's server: the notifications it accepted, and the next one. */
const openShop = async (passphrase = PASSPHRASE) => {
  const believed: Array<Notification> = []
  const refused: Array<string> = []
  const waiting: Array<() => void> = []
  const told = () => {
    for (const resume of waiting.splice(0)) resume()
  }
  const server = createServer(
    nodeNotificationHandler({
      passphrase,
      onNotification: (notification) => {
        believed.push(notification)
        told()
      },
      onRefused: ({ kind }) => {
        refused.push(kind)
        told()
      }
    })
  )
  const until = async (count: number) => {
    while (believed.length + refused.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
  }
  return { ...(await listen(server)), believed, refused, until }
}

/** A mock that may call the shop, and an order with the shop's address. */
const openMock = async (
  host: string,
  options: { readonly algorithm?: "SHA-1" | "SHA-256" | "SHA-512"; readonly answerTimeout?: "50 millis" } = {}
) => {
  const { algorithm = "SHA-256", ...deadlines } = options
  const server = await startServer({
    port: 0,
    notifications: { allowed: [host], passphrase: PASSPHRASE, algorithm },
    ...deadlines
  })
  const pay = async (terminal: string) => {
    const { status } = await fetch(`${server.url}/v1/connector/order`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa("merchant:secret")}`, "content-type": "application/json" },
      body: JSON.stringify(
        orderFor(
          "ORDER_1",
          { host: terminal },
          {
            price: { amount: 1250, currency: "EUR" },
            order: { custom_data: { table: "12", note: "crème brûlée & café" } },
            info: { notify_url: `http://${host}/notify` }
          }
        )
      )
    })
    return status
  }
  const collect = () =>
    fetch(`${server.control.url}/collection`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.control.token}` }
    })
  /** Sends the newest notification again, and waits for its answer. */
  const replay = async () => {
    const [newest] = await server.mock.notifications()
    await fetch(`${server.control.url}/notifications/${newest?.id}/replay`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.control.token}` }
    })
    await until("it is sent again", async () => (await server.mock.notifications())[0]?.tries.length === 2)
  }
  return { pay, collect, replay, [Symbol.asyncDispose]: server.close }
}

describe("a shop's server", () => {
  it("learns of a payment with a lost answer, and then of its capture", async () => {
    await using shop = await openShop()
    await using mock = await openMock(shop.host, { answerTimeout: "50 millis" })
    assert.strictEqual(await mock.pay("lost-after-approval.terminal.test"), 504)
    await shop.until(1)
    await mock.collect()
    await shop.until(2)
    assert.deepStrictEqual(
      shop.believed.map(({ orderId, status, authorizedAmount, capturedAmount }) => [
        orderId,
        status,
        authorizedAmount?.minorUnits,
        capturedAmount?.minorUnits
      ]),
      [
        ["ORDER_1", 116, 1250, 0],
        ["ORDER_1", 118, 1250, 1250]
      ]
    )
    assert.deepStrictEqual(shop.believed[0]?.customData, { table: "12", note: "crème brûlée & café" })
    assert.strictEqual(new Set(shop.believed.map(dedupeKey)).size, 2)
  })

  it.each(["SHA-1", "SHA-256", "SHA-512"] as const)("believes what is signed with %s", async (algorithm) => {
    await using shop = await openShop()
    await using mock = await openMock(shop.host, { algorithm })
    assert.strictEqual(await mock.pay("approved.terminal.test"), 200)
    await shop.until(1)
    assert.lengthOf(shop.believed, 1)
  })

  it("believes nothing that is signed with another passphrase", async () => {
    await using shop = await openShop("another one")
    await using mock = await openMock(shop.host)
    await mock.pay("approved.terminal.test")
    await shop.until(1)
    assert.deepStrictEqual(shop.refused, ["SignatureMismatch"])
  })
})

describe.each([
  ["Python", existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3", ["python/notified.py"]],
  ["PHP", "php", ["-S", "ADDRESS", "php/notified.php"]]
] as const)("the program in %s", (_, command, words) => {
  const isThere = spawnSync(command, ["--version"]).status === 0
  const examples = fileURLToPath(new URL("../examples/", import.meta.url))

  /** Starts the program in a folder of its own; returns its address, and the lines that it prints about changes. */
  const start = async (passphrase: string) => {
    const host = `127.0.0.1:${await freePort()}`
    const args = words.map((word) => (word === "ADDRESS" ? host : word.startsWith("-") ? word : examples + word))
    const program = spawn(command, words.length > 1 ? args : [...args, host.replace(/.*:/, "")], {
      cwd: mkdtempSync(join(tmpdir(), "notified-")),
      env: { ...process.env, HIPAY_POS_PASSPHRASE: passphrase, PYTHONIOENCODING: "ascii" },
      stdio: ["ignore", "pipe", "ignore"]
    })
    const ended = once(program, "close")
    const printed: Array<string> = []
    createInterface({ input: program.stdout }).on("line", (line) => line.startsWith("ORDER_1") && printed.push(line))
    const line = (count: number) => until(`${count} changes are printed`, () => printed[count - 1])
    const dispose = async () => {
      program.kill()
      await ended
    }
    return { host, line, printed, program, [Symbol.asyncDispose]: dispose }
  }

  const answers = async (host: string) => {
    const { status } = await fetch(`http://${host}/notify`).catch(() => ({ status: undefined }))
    return status
  }

  it.runIf(isThere)(
    "prints each change once, however often it is sent, and nothing that HiPay did not sign",
    async () => {
      await using program = await start(PASSPHRASE)
      const { host, line, printed } = program
      await until("the program answers", () => answers(host))
      const forged = {
        method: "POST",
        body: "transaction_reference=1&status=118&captured_amount=99.00&order[id]=ORDER_1"
      }
      for (const signature of ["", "é", "0".repeat(40), "0".repeat(64)]) {
        const headers = { "x-allopass-signature": signature }
        assert.strictEqual((await fetch(`http://${host}/notify`, { ...forged, headers })).status, 403)
      }
      await using mock = await openMock(host)
      await mock.pay("approved.terminal.test")
      await line(1)
      await mock.replay()
      await mock.collect()
      await line(2)
      assert.deepStrictEqual(printed, [
        "ORDER_1: 116 Authorized, authorized 12.50, captured 0.00, refunded 0.00 EUR",
        "ORDER_1: 118 Captured, authorized 12.50, captured 12.50, refunded 0.00 EUR"
      ])
    }
  )

  it.runIf(isThere)("takes a change whose words its window cannot show", async () => {
    await using program = await start(PASSPHRASE)
    const { host, line } = program
    await until("the program answers", () => answers(host))
    const body = "transaction_reference=1&status=118&message=Captur%C3%A9&order[id]=ORDER_1"
    const headers = { "x-allopass-signature": createHash("sha256").update(body).update(PASSPHRASE).digest("hex") }
    assert.strictEqual((await fetch(`http://${host}/notify`, { method: "POST", body, headers })).status, 204)
    assert.match(await line(1), /^ORDER_1: 118 Captur/)
  })

  it.runIf(isThere)("takes nothing without a passphrase", async () => {
    await using started = await start(" ")
    const { host, program } = started
    const refusal = await until("the program refuses", async () => program.exitCode ?? answers(host))
    assert.include([1, 500], refusal)
  })
})
