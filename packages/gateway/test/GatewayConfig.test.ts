import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { ConcertSession } from "@hipay-pos/concert-codec"
import { GatewayConfig } from "@hipay-pos/gateway"
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"

const problems = (json: unknown) =>
  Result.match(GatewayConfig.check(json), { onSuccess: () => [], onFailure: (all) => all })

interface Property {
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Property>>
}

/** The settings of a terminal and of its profile, from the JSON schema. */
const settings = (): ReadonlyArray<readonly [name: string, property: Property]> => {
  const { $defs } = GatewayConfig.jsonSchema() as { readonly $defs: Readonly<Record<string, Property>> }
  return Object.entries($defs.GatewayTerminal?.properties ?? {}).flatMap(([name, property]) => [
    [name, property] as const,
    ...Object.entries(property.properties ?? {}).map(([key, inner]) => [`${name}.${key}`, inner] as const)
  ])
}

describe("the file of a gateway's terminals", () => {
  it("has the settings of each terminal", () => {
    const json = {
      terminals: [
        { host: "192.168.1.20" },
        {
          name: "bar",
          host: "Bar.shop.lan",
          port: 9000,
          register: "02",
          requestTerminator: "CRLF",
          answerTimeout: "3m"
        }
      ]
    }
    const [first, bar] = Result.getOrThrow(GatewayConfig.check(json))
    assert.deepStrictEqual(first && GatewayConfig.addressOf(first), { host: "192.168.1.20", port: 8888 })
    assert.deepStrictEqual(bar && GatewayConfig.addressOf(bar), { host: "bar.shop.lan", port: 9000 })
    const settings = bar && GatewayConfig.toSettings(bar, { register: "01", queueTimeout: 5 })
    assert.deepStrictEqual(settings, {
      register: "02",
      requestTerminator: "CRLF",
      queueTimeout: 5,
      answerTimeout: Duration.minutes(3)
    })
  })

  it("has the highest tip of a terminal, and the fields that hold its own data", () => {
    const profile = { name: "desk5000", duplicata: false, ownPrivateData: true }
    const json = { terminals: [{ host: "a", tip: "12.5%", profile }, { host: "b", tip: "5.00" }, { host: "c" }] }
    const [share, amount, none] = Result.getOrThrow(GatewayConfig.check(json)).map((terminal) =>
      GatewayConfig.toSettings(terminal, {})
    )
    assert.deepStrictEqual(share, { tip: { _tag: "Share", basisPoints: 1250 }, profile })
    assert.deepStrictEqual(amount, { tip: { _tag: "Amount", decimal: "5.00" } })
    assert.deepStrictEqual(none, {})
    assert.deepStrictEqual(problems({ terminals: [{ host: "a", tip: "150%" }] }), [
      'terminals[0].tip: expected a share such as 20%, or an amount such as 5.00, got "150%"'
    ])
  })

  it("is refused with every problem, each with its path", () => {
    assert.deepStrictEqual(problems({ terminals: [] }).length, 1)
    const all = problems({
      terminals: [
        { host: "a", port: 70_000, register: "1" },
        { port: 1, tickets: true },
        { host: "b", answerTimeout: "three minutes" }
      ]
    })
    assert.deepStrictEqual(
      all.map((problem) => problem.split(":")[0]),
      [
        "terminals[0].port",
        "terminals[0].register",
        "terminals[1].tickets",
        "terminals[1].host",
        "terminals[2].answerTimeout"
      ]
    )
    assert.include(all.at(-1), "expected a length of time such as 500ms, 180s or 3m")
  })

  it.each(["00", "1", "100"])("is refused with the register %j", (register) => {
    assert.deepStrictEqual(problems({ terminals: [{ host: "a", register }] }), [
      "terminals[0].register: expected two digits from 01 to 99"
    ])
  })

  it.each([
    "192.168.1.20:8888",
    " 192.168.1.20",
    "tcp://192.168.1.20",
    "bar.lan/",
    "[fe80::1]",
    "",
    "bar lan",
    "a..b",
    "a:1"
  ])("is refused with the host %j, which is not a valid address", (host) => {
    assert.deepStrictEqual(problems({ terminals: [{ host }] }), [
      "terminals[0].host: expected a name or an IP address, without a port (that is `port`), a scheme or spaces"
    ])
  })

  it.each(["192.168.001.020", "192.168.1.08", "127.1", "0x7f.1", "192.168.1.256"])(
    "is refused with the host %j, which the system would read as another address",
    (host) => {
      assert.deepStrictEqual(problems({ terminals: [{ host }] }), [
        `terminals[0].host: expected four numbers without leading zeros, such as 192.168.1.20, got ${host}`
      ])
    }
  )

  it.each([
    "192.168.1.20",
    "0800.lan",
    "10.terminal",
    "Bar.shop.lan",
    "bar_2",
    "bar.lan.",
    "fd12::20",
    "::1",
    "::ffff:192.168.1.20",
    "fd12::20%eth0"
  ])("takes the host %j", (host) => {
    assert.deepStrictEqual(problems({ terminals: [{ host }] }), [])
  })

  it("is refused with a time of 0 to connect or to wait for an answer", () => {
    assert.deepStrictEqual(problems({ terminals: [{ host: "a", answerTimeout: "0s", connectTimeout: "0.0m" }] }), [
      "terminals[0].connectTimeout: expected a length of time such as 500ms, 180s or 3m, above 0",
      "terminals[0].answerTimeout: expected a length of time such as 500ms, 180s or 3m, above 0"
    ])
    assert.deepStrictEqual(
      problems({ terminals: [{ host: "a", answerTimeout: "0.5s", queueTimeout: "0s", lateAnswer: "1d" }] }),
      []
    )
  })

  it("names at least one terminal", () => {
    assert.deepStrictEqual(problems({ terminals: [] }), ["terminals: expected at least one terminal, got none"])
  })

  it("names no terminal twice", () => {
    const twice = {
      terminals: [
        { name: "bar", host: "A" },
        { name: "bar", host: "a", port: 8888 }
      ]
    }
    assert.deepStrictEqual(problems(twice), [
      "terminals[1].name: bar is already taken by terminals[0]",
      "terminals[1].host: a:8888 is already taken by terminals[0]"
    ])
  })

  it("names no address that cannot be a terminal's", () => {
    assert.deepStrictEqual(problems({ terminals: [{ host: "till-1" }, { host: "169.254.169.254" }] }), [
      "terminals[1].host: expected the address of a terminal, got 169.254.169.254"
    ])
  })

  it("is an object, and anything else is refused as such", () => {
    assert.deepStrictEqual(problems([]), ['configuration: expected an object such as { "terminals": [{ ... }] }'])
  })

  it("is valid as shown in the documentation", () => {
    const page = readFileSync(new URL("../../../docs/gateway.md", import.meta.url), "utf8")
    const [, json = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? []
    assert.deepStrictEqual(problems(JSON.parse(json)), [])
  })

  it.each(["x", "1", "1000", "200", "130", "102", ""])("is refused with the ticket %j, in words", (ticket) => {
    assert.deepStrictEqual(problems({ terminals: [{ host: "a", ticket }] }), [
      "terminals[0].ticket: expected none, or three digits: 1 for a ticket in the answer (0: no ticket), then 0 for the customer's copy, 1 for the merchant's, 2 for both, then 0 for text, 1 for HTML; such as 100 or 120"
    ])
  })

  it.each(["none", "000", "100", "121"])("takes the ticket %j", (ticket) => {
    assert.deepStrictEqual(problems({ terminals: [{ host: "a", ticket }] }), [])
  })

  it("is refused with a protocol identifier that is too short, in words", () => {
    assert.deepStrictEqual(problems({ terminals: [{ host: "a", protocolIdentifier: "1234" }] }), [
      "terminals[0].protocolIdentifier: expected twelve digits"
    ])
  })

  it("has a row of the documentation for every setting, as the schema describes it", () => {
    const page = readFileSync(new URL("../../../docs/gateway.md", import.meta.url), "utf8")
    const row = ([name, property]: readonly [string, Property]) =>
      `| \`${name}\` | ${property.default === undefined ? "" : `\`${String(property.default)}\` `}| ${property.description} |`
    assert.isAbove(settings().length, 25)
    assert.deepStrictEqual(
      page.split("\n").filter((line) => /^\| `[\w.]+` \| (`[^`]+` )?\| [A-Z]/.test(line)),
      settings().map(row)
    )
  })

  it("names the defaults that a connection to a terminal has", () => {
    const described = Object.fromEntries(settings().map(([name, property]) => [name, property.default]))
    const [terminal] = Result.getOrThrow(
      GatewayConfig.check({
        terminals: [
          {
            host: "a",
            lateAnswer: described.lateAnswer,
            drainWindow: described.drainWindow,
            ticketWindow: described.ticketWindow,
            requestTerminator: described.requestTerminator
          }
        ]
      })
    )
    const { lateAnswer, drainWindow, ticketWindow, requestTerminator } = ConcertSession.defaults
    assert.deepStrictEqual(terminal && GatewayConfig.toSettings(terminal, {}), {
      lateAnswer,
      drainWindow,
      ticketWindow,
      requestTerminator
    })
  })

  it("has its JSON schema published", () => {
    const published = JSON.parse(readFileSync(new URL("../gateway.schema.json", import.meta.url), "utf8"))
    assert.deepStrictEqual(published, GatewayConfig.jsonSchema())
  })
})
