/** What gateways of one store compare: the same settings give the same text, however they are written. */
import { assert, describe, it } from "@effect/vitest"
import { sharedSettings } from "../src/node/sharedSettings.ts"

const bar = { name: "bar", host: "bar.example", tip: "20%" }
const hall = { name: "hall", host: "hall.example", profile: { name: "desk", duplicata: true } }
const till = { username: "till", password: "a password", roles: ["pay", "read"] as const, terminals: ["bar", "hall"] }
const boss = { username: "boss", password: "the boss's own" }
const service = { url: "https://pos.example", accounts: { "*": "chain", till: "shop" } }

const given = { timeZone: "Europe/Paris", terminals: [bar, hall], logins: [till, boss] }
type Changes = Partial<Parameters<typeof sharedSettings>[0] & Parameters<typeof sharedSettings>[1]>
const linesOf = (changes: Changes = {}, upstream = service) => {
  const options = { ...given, ...changes }
  return sharedSettings(options, options, upstream).split("\n")
}
/** The names of the lines that differ from those of `given`. */
const changedBy = (changes: Changes, upstream = service) => {
  const before = linesOf()
  const changed = linesOf(changes, upstream).filter((line) => !before.includes(line))
  return changed.map((line) => line.split(":")[0])
}

describe("the settings that gateways of one store compare", () => {
  it("are the same in another order, with other passwords, and with defaults written out", () => {
    const { name, duplicata } = hall.profile
    assert.deepStrictEqual(
      linesOf({
        dayStarts: "00:00",
        allowCancel: false,
        relay: { blockUnknown: false },
        terminals: [
          { profile: { duplicata, name }, host: "HALL.example", port: 8888, name: "hall" },
          { ...bar, port: 8888 }
        ],
        logins: [
          { ...boss, password: "another", roles: ["control", "resolve", "read", "pay"], terminals: ["*"] },
          { ...till, roles: ["read", "pay"], terminals: ["hall", "bar"] }
        ]
      }),
      linesOf()
    )
    const one = { terminals: [bar] }
    assert.strictEqual(
      sharedSettings({}, { ...one, credentials: boss }, undefined),
      sharedSettings({ timeZone: "UTC" }, { ...one, logins: [boss] }, undefined)
    )
  })

  it("differ by everything that decides who may pay where, and for how much", () => {
    for (const changes of [
      { name: "terrace" },
      { tip: "10%" },
      { answerTimeout: "60s" },
      { queueTimeout: "1s" },
      { port: 8889 },
      { profile: { name: "desk", duplicata: true } }
    ])
      assert.deepStrictEqual(changedBy({ terminals: [{ ...bar, ...changes }, hall] }), ["terminals"])
    const swapped = [
      { ...bar, name: "hall" },
      { ...hall, name: "bar" }
    ]
    assert.deepStrictEqual(changedBy({ terminals: swapped }), ["terminals"])
    for (const changes of [{ username: "till-2" }, { roles: ["pay"] as const }, { terminals: ["bar"] }])
      assert.deepStrictEqual(changedBy({ logins: [{ ...till, ...changes }, boss] }), ["logins"])
    assert.deepStrictEqual(changedBy({ timeZone: "Europe/Rome", dayStarts: "04:00" }), ["time zone", "start of day"])
    assert.deepStrictEqual(changedBy({ allowCancel: true }), ["cancellations"])
    assert.deepStrictEqual(changedBy({ relay: { blockUnknown: true } }), ["terminals of unknown payments"])
    assert.deepStrictEqual(changedBy({}, { ...service, url: "https://stage.example" }), ["relay service"])
    const accounts = { ...service.accounts, till: "another shop" }
    assert.deepStrictEqual(changedBy({}, { ...service, accounts }), ["relay accounts"])
  })
})
