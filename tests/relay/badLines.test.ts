/**
 * What can go wrong between a relay and the service, over real sockets: its name, its certificate, a proxy, and invalid
 * answers. Each failure has a named reason, and no order is sent a second time.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { createServer as createPlainServer } from "node:http"
import { createServer } from "node:https"
import { type AddressInfo, connect, type Socket } from "node:net"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import { runGateway, startGatewayProcess } from "../gatewayProcess.ts"
import { type Asked, bodyOf, folder, order, startRelay, startService, success } from "./relay.ts"

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0
const place = mkdtempSync(join(folder, "certificates-"))

const openssl = (...args: ReadonlyArray<string>) => {
  const { status, stderr } = spawnSync("openssl", args, { cwd: place, encoding: "utf8" })
  if (status !== 0) throw new Error(`openssl ${args.join(" ")}: ${stderr}`)
}

/** A certificate authority of the test's own; its certificate is `NAME.pem`. */
const makeAuthority = (name: string) => {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${name}.key`]
  openssl("req", "-x509", ...key, "-subj", `/CN=${name}`, "-days", "2", "-out", `${name}.pem`)
  return { name, pem: readFileSync(join(place, `${name}.pem`), "utf8"), file: join(place, `${name}.pem`) }
}

/** A certificate for a host; a negative number of days makes it expired. */
const certify = (host: string, authority: string, days = 2) => {
  const name = `${host}-${authority}-${days}`
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${name}.key`]
  openssl("req", ...key, "-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`, "-out", `${name}.csr`)
  const from = ["-CA", `${authority}.pem`, "-CAkey", `${authority}.key`, "-CAcreateserial"]
  openssl(
    "x509",
    "-req",
    "-in",
    `${name}.csr`,
    ...from,
    "-days",
    `${days}`,
    "-copy_extensions",
    "copy",
    "-out",
    `${name}.pem`
  )
  return { cert: readFileSync(join(place, `${name}.pem`)), key: readFileSync(join(place, `${name}.key`)) }
}

/** A service with a certificate that approves every order. */
const startSecure = async (certificate: { readonly cert: Buffer; readonly key: Buffer }) => {
  const orders: Array<string> = []
  const server = createServer(certificate, (request, response) => {
    void bodyOf(request).then((body) => {
      if (request.method === "POST") orders.push(body)
      response.end(request.method === "POST" ? JSON.stringify(success(body)) : "up")
    })
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    orders,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

/** A proxy that maps every name to this machine, or refuses everything with a status. */
const startProxy = async (answer: { readonly refuses?: string; readonly login?: string } = {}) => {
  const asked: Array<string> = []
  const sockets = new Set<Socket>()
  const server = createPlainServer()
  server.on("connect", (request, client: Socket) => {
    asked.push(request.url ?? "")
    sockets.add(client)
    client.on("error", () => {})
    const { login } = answer
    const isKnown = login === undefined || request.headers["proxy-authorization"] === `Basic ${btoa(login)}`
    const refusal = answer.refuses ?? (isKnown ? undefined : "407 Proxy Authentication Required")
    if (refusal !== undefined) {
      client.end(`HTTP/1.1 ${refusal}\r\nProxy-Authenticate: Basic realm="p"\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    const port = Number(/:(\d+)$/.exec(request.url ?? "")?.[1])
    const service = connect(port, "localhost", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n")
      client.pipe(service).pipe(client)
    })
    sockets.add(service)
    service.on("error", () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    /** Cuts every open connection. */
    cut: () => {
      for (const socket of sockets) socket.destroy()
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

interface Refusal {
  readonly code: string
  readonly description: string
  readonly details: { readonly kind: string; readonly detail: string }
}

const refusalOf = async (answered: Response): Promise<Refusal> =>
  ((await answered.json()) as { readonly error: Refusal }).error

type Relay = Awaited<ReturnType<typeof startRelay>>

/** Sends an order, and returns why nothing was started. */
const notStarted = async (relay: Relay, orderId: string): Promise<Refusal> => {
  const answered = await relay.pay(order(orderId))
  const refusal = await refusalOf(answered)
  assert.isBelow(answered.status, 500, JSON.stringify(refusal))
  assert.include(refusal.description, "Nothing was started.")
  const states = (await relay.attempt(orderId)).map(({ state }) => state)
  assert.deepStrictEqual(states, ["not-started"])
  return refusal
}

const VARIABLES = ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY"]
beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

describe("a relay whose service cannot be found", () => {
  it("starts nothing, and says that the name is unknown", async () => {
    await using relay = await startRelay("https://nowhere.invalid", { connectTimeout: "60 seconds" })
    const refusal = await notStarted(relay, "DNS_1")
    assert.strictEqual(refusal.code, "relay.host.unknown")
    assert.include(refusal.description, "DNS")
    assert.include(await (await relay.request("/v1/connector/healthcheck")).text(), "down (")
  })
})

describe.skipIf(!hasOpenssl)("a relay whose service has a certificate", () => {
  if (!hasOpenssl) return
  const known = makeAuthority("known")
  const other = makeAuthority("other")

  it("pays if the authority is one of --ca", async () => {
    await using service = await startSecure(certify("localhost", "known"))
    await using relay = await startRelay(`https://localhost:${service.port}`, { relay: { ca: known.pem } })
    assert.strictEqual((await relay.pay(order("TLS_1"))).status, 200)
    assert.lengthOf(service.orders, 1)
  })

  it("pays if the authority is the second one of the file", async () => {
    await using service = await startSecure(certify("localhost", "known"))
    const ca = `# two of them\n${other.pem}\n${known.pem}`
    await using relay = await startRelay(`https://localhost:${service.port}`, { relay: { ca } })
    assert.strictEqual((await relay.pay(order("TLS_2"))).status, 200)
  })

  const bad = {
    "has expired": ["localhost", "known", -1, known.pem, "CERT_HAS_EXPIRED"],
    "is for another name": ["other.example", "known", 2, known.pem, "ERR_TLS_CERT_ALTNAME_INVALID"],
    "is of an unknown authority": ["localhost", "other", 2, known.pem, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    "is of an authority that was not named": ["localhost", "known", 2, undefined, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"]
  } as const
  for (const [name, [host, authority, days, ca, code]] of Object.entries(bad)) {
    it(`starts nothing where it ${name}, and says so`, async () => {
      await using service = await startSecure(certify(host, authority, days))
      await using relay = await startRelay(`https://localhost:${service.port}`, { relay: { ca } })
      const refusal = await notStarted(relay, "TLS_BAD")
      assert.strictEqual(refusal.code, "relay.certificate.refused")
      assert.include(refusal.details.detail, code)
      assert.lengthOf(service.orders, 0)
    })
  }

  it("starts nothing with an unknown authority, even if Node is told to check no certificates", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0")
    await using service = await startSecure(certify("localhost", "other"))
    await using relay = await startRelay(`https://localhost:${service.port}`, { relay: { ca: known.pem } })
    assert.strictEqual((await notStarted(relay, "TLS_UNCHECKED")).code, "relay.certificate.refused")
    assert.lengthOf(service.orders, 0)
  })

  it("starts nothing if the service does not support TLS", async () => {
    await using service = await startService((_, response) => response.end("{}"))
    await using relay = await startRelay(service.url.replace("http:", "https:"))
    const refusal = await notStarted(relay, "TLS_PLAIN")
    assert.strictEqual(refusal.code, "relay.certificate.refused")
    assert.lengthOf(service.asked, 0)
  })

  it("reads --ca FILE, and refuses to start with a file that holds none, or half of one", async () => {
    await using service = await startSecure(certify("localhost", "known"))
    const login = join(place, "login.txt")
    writeFileSync(login, "merchant:secret\n", { mode: 0o600 })
    mkdirSync(join(place, "stores"), { recursive: true })
    const upstream = ["--relay", `https://localhost:${service.port}`, "--relay-credentials", login]
    const store = ["--store", join(place, "stores", "ca.db")]
    const relay = await startGatewayProcess([...upstream, ...store, "--ca", known.file])
    assert.strictEqual((await relay.request("POST", "/v1/connector/order", order("TLS_FILE"))).status, 200)
    relay.stop()
    assert.strictEqual(await relay.ended, 0)
    const halfway = join(place, "halfway.pem")
    writeFileSync(halfway, `${other.pem}${known.pem.slice(0, 200)}`)
    for (const file of [login, join(place, "known.key"), halfway]) {
      const { code, stderr } = await runGateway([...upstream, ...store, "--ca", file])
      assert.strictEqual(code, 2, stderr)
      assert.include(stderr, "--ca: expected certificates as PEM")
      assert.notInclude(stderr, "merchant")
    }
  })

  describe("and is behind a proxy", () => {
    it("is asked through it, by name, under the proxy's login", async () => {
      await using service = await startSecure(certify("nowhere.invalid", "known"))
      await using proxy = await startProxy({ login: "shop:at the proxy" })
      vi.stubEnv("HTTPS_PROXY", `http://shop:at%20the%20proxy@${proxy.address}`)
      await using relay = await startRelay(`https://nowhere.invalid:${service.port}`, { relay: { ca: known.pem } })
      assert.strictEqual((await relay.pay(order("PROXY_1"))).status, 200)
      assert.lengthOf(service.orders, 1)
      assert.include(proxy.asked, `nowhere.invalid:${service.port}`)
    })

    it("is asked through it if its address has no scheme, as in other programs", async () => {
      await using service = await startSecure(certify("nowhere.invalid", "known"))
      await using proxy = await startProxy({ login: "shop:p" })
      vi.stubEnv("HTTPS_PROXY", `shop:p@${proxy.address}`)
      await using relay = await startRelay(`https://nowhere.invalid:${service.port}`, { relay: { ca: known.pem } })
      assert.strictEqual((await relay.pay(order("PROXY_BARE"))).status, 200)
      assert.include(proxy.asked, `nowhere.invalid:${service.port}`)
    })

    it("is not asked if the proxy's address cannot be parsed: the start fails, and leaves the store free", async () => {
      const store = join(place, "unread.db")
      const upstream = "https://nowhere.invalid"
      for (const address of ["socks5://127.0.0.1:1", "ftp://proxy.example", "http://", "proxy.example:port"]) {
        vi.stubEnv("HTTPS_PROXY", address)
        const started = await startRelay(upstream, { store }).then(
          (relay) => relay.close().then(() => "started"),
          (error: Error) => error.message
        )
        assert.strictEqual(
          started,
          "HTTPS_PROXY: expected an HTTP proxy, such as http://proxy.example:3128; correct it, or unset HTTPS_PROXY",
          address
        )
      }
      vi.stubEnv("HTTPS_PROXY", undefined)
      await using relay = await startRelay(upstream, { store })
      assert.isDefined(relay.url)
    })

    const refusing = {
      "asks for a login": ["407 Proxy Authentication Required", "relay.proxy.refused"],
      "does not reach the service": ["502 Bad Gateway", "relay.upstream.unreachable"],
      "forbids it": ["403 Forbidden", "relay.upstream.unreachable"]
    } as const
    for (const [name, [refuses, code]] of Object.entries(refusing)) {
      it(`starts nothing where the proxy ${name}`, async () => {
        await using service = await startSecure(certify("nowhere.invalid", "known"))
        await using proxy = await startProxy({ refuses })
        vi.stubEnv("HTTPS_PROXY", `http://${proxy.address}`)
        await using relay = await startRelay(`https://nowhere.invalid:${service.port}`, { relay: { ca: known.pem } })
        const before = proxy.asked.length
        assert.strictEqual((await notStarted(relay, "PROXY_NO")).code, code)
        assert.lengthOf(proxy.asked, before + 1)
        assert.lengthOf(service.orders, 0)
      })
    }

    it("starts nothing if the proxy is not running", async () => {
      const proxy = await startProxy()
      await proxy[Symbol.asyncDispose]()
      vi.stubEnv("HTTPS_PROXY", `http://${proxy.address}`)
      await using relay = await startRelay("https://nowhere.invalid", { relay: { ca: known.pem } })
      assert.strictEqual((await notStarted(relay, "PROXY_GONE")).code, "relay.upstream.unreachable")
    })

    it("starts nothing if the certificate behind it has expired", async () => {
      await using service = await startSecure(certify("nowhere.invalid", "known", -1))
      await using proxy = await startProxy()
      vi.stubEnv("HTTPS_PROXY", `http://${proxy.address}`)
      await using relay = await startRelay(`https://nowhere.invalid:${service.port}`, { relay: { ca: known.pem } })
      assert.strictEqual((await notStarted(relay, "PROXY_TLS")).code, "relay.certificate.refused")
      assert.lengthOf(service.orders, 0)
    })

    it("bypasses the proxy for the names of NO_PROXY", async () => {
      await using proxy = await startProxy()
      vi.stubEnv("HTTPS_PROXY", `http://${proxy.address}`)
      vi.stubEnv("NO_PROXY", "elsewhere.example,nowhere.invalid")
      await using relay = await startRelay("https://nowhere.invalid", { connectTimeout: "60 seconds" })
      assert.strictEqual((await notStarted(relay, "PROXY_AROUND")).code, "relay.host.unknown")
      assert.deepStrictEqual(proxy.asked, [])
    })

    it("is unknown, and not asked again, if the proxy cuts the connection after the order was sent", async () => {
      await using proxy = await startProxy()
      let orders = 0
      const server = createServer(certify("nowhere.invalid", "known"), (request, response) => {
        if (request.method !== "POST") return void response.end("up")
        orders++
        request.resume().once("end", proxy.cut)
      })
      await new Promise<void>((resolve) => server.listen(0, resolve))
      const { port } = server.address() as AddressInfo
      vi.stubEnv("HTTPS_PROXY", `http://${proxy.address}`)
      await using relay = await startRelay(`https://nowhere.invalid:${port}`, { relay: { ca: known.pem } })
      const answered = await relay.pay(order("PROXY_CUT"))
      assert.strictEqual(answered.status, 504)
      assert.strictEqual((await refusalOf(answered)).details.kind, "CutLine")
      assert.strictEqual((await relay.pay(order("PROXY_CUT"))).status, 409)
      assert.strictEqual(orders, 1)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })
  })
})

describe("a relay whose service sends an invalid answer", () => {
  const payment = (body: string) => JSON.stringify(success(body))
  const cases: Readonly<Record<string, readonly [kind: string, write: (asked: Asked) => Written]>> = {
    "a gzip bomb": [
      "Charset",
      () => ({ status: 200, headers: { "content-encoding": "gzip" }, body: gzipSync(Buffer.alloc(20_000_000, 32)) })
    ],
    "a compressed payment": [
      "Charset",
      ({ body }) => ({ status: 200, headers: { "content-encoding": "gzip" }, body: gzipSync(payment(body)) })
    ],
    "a redirect to itself": ["Redirected", () => ({ status: 307, headers: { location: "/v1/connector/order" } })],
    "a redirect that would turn it into a GET": ["Redirected", () => ({ status: 303, headers: { location: "/" } })],
    "204": ["Empty", () => ({ status: 204 })],
    "200 with nothing in it": ["Empty", () => ({ status: 200, headers: { "content-length": "0" } })],
    "a page of a captive portal": [
      "NotJson",
      () => ({ status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html><title>Wi-Fi</title>" })
    ],
    "a payment of another order": [
      "Inconclusive",
      ({ body }) => ({ status: 200, body: payment(body.replace("BAD_ANSWER", "ANOTHER")) })
    ]
  }
  interface Written {
    readonly status: number
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string | Buffer
  }

  for (const [name, [kind, write]] of Object.entries(cases)) {
    it(`is unknown after ${name}, says why, and is asked once however often the till repeats`, async () => {
      await using service = await startService((asked, response) => {
        const { status, headers = {}, body } = write(asked)
        response.writeHead(status, headers).end(body)
      })
      await using relay = await startRelay(service.url)
      const answered = await Promise.all([1, 2, 3].map(() => relay.pay(order("BAD_ANSWER"))))
      answered.push(await relay.pay(order("BAD_ANSWER")))
      const kinds = new Set<string>()
      for (const each of answered) {
        assert.include([504, 409], each.status)
        if (each.status === 504) kinds.add((await refusalOf(each)).details.kind)
      }
      assert.deepStrictEqual([...kinds], [kind])
      assert.lengthOf(service.asked, 1)
      assert.deepStrictEqual(
        (await relay.attempt("BAD_ANSWER")).map(({ state }) => state),
        ["unknown"]
      )
    })
  }
})
