/** Where a flag's value comes from when it is not typed, and the message if it is invalid. */
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Flag from "effect/cli/Flag"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import * as SettingsOfVerbs from "../src/SettingsOfVerbs.ts"

const text = (name: string) => Flag.String(name).pipe(Flag.withDefault(""))
const talking = { url: text("url"), terminal: text("terminal"), host: text("host"), live: Flag.Boolean("live") }
const family = Completions.fromCommand(
  Command.make("hipay-pos").pipe(
    Command.withSubcommands([
      Command.make("mock", {
        port: Flag.Int("port"),
        host: text("host"),
        attach: text("attach"),
        json: Flag.Boolean("json")
      }),
      Command.make("pay", talking),
      Command.make("doctor", talking),
      Command.make("attempts", { url: text("url") }),
      Command.make("order").pipe(Command.withSubcommands([Command.make("check", { json: Flag.Boolean("json") })]))
    ])
  )
)

const settle = (args: ReadonlyArray<string>, env: SettingsOfVerbs.Sources["env"] = {}, json: unknown = {}) =>
  SettingsOfVerbs.settle(family, { args, env, file: { path: "settings.json", json } })

/** The arguments, followed by every setting as it would be typed. */
const argsOf = (...asked: Parameters<typeof settle>) => {
  const { args, settings } = Result.getOrThrow(settle(...asked))
  return [...args, ...[...settings].flatMap(([flag, { texts }]) => texts.map((text) => `--${flag}=${text}`))]
}
const problemOf = (json: unknown, args = ["mock"]) => Result.getOrThrow(Result.flip(settle(args, {}, json)))

describe("settings of verbs", () => {
  it("takes what was typed before the environment, and the environment before the file", () => {
    const env = { HIPAY_POS_MOCK_PORT: "2" }
    const file = { mock: { port: 3 } }
    assert.deepStrictEqual(argsOf(["mock", "--port", "1"], env, file), ["mock", "--port", "1"])
    assert.deepStrictEqual(argsOf(["mock", "--port=1"], env, file), ["mock", "--port=1"])
    assert.deepStrictEqual(argsOf(["mock"], env, file), ["mock", "--port=2"])
    assert.deepStrictEqual(argsOf(["mock"], {}, file), ["mock", "--port=3"])
  })

  it("remembers where a value came from", () => {
    const originOf = (...asked: Parameters<typeof settle>) =>
      Result.getOrThrow(settle(...asked)).settings.get("port")?.origin
    assert.strictEqual(originOf(["mock"], { HIPAY_POS_MOCK_PORT: "2" }), "HIPAY_POS_MOCK_PORT")
    assert.strictEqual(originOf(["mock"], {}, { mock: { port: 3 } }), "settings.json: mock.port")
  })

  it("sets up all verbs that talk to a server at once, and one of them differently", () => {
    const file = { url: "http://a", pay: { host: "h" } }
    assert.deepStrictEqual(argsOf(["pay"], {}, file), ["pay", "--url=http://a", "--host=h"])
    assert.deepStrictEqual(argsOf(["pay"], { HIPAY_POS_URL: "http://b" }, file), ["pay", "--url=http://b", "--host=h"])
    assert.deepStrictEqual(argsOf(["pay"], {}, { ...file, pay: { url: "http://c" } }), ["pay", "--url=http://c"])
  })

  it("never gives a listening verb the settings for those that talk", () => {
    assert.deepStrictEqual(argsOf(["mock"], { HIPAY_POS_HOST: "192.168.1.20" }, { host: "192.168.1.20" }), ["mock"])
  })

  it("ignores the setting for the other way to pay when one is typed", () => {
    const file = { url: "http://a", host: "h" }
    assert.deepStrictEqual(argsOf(["pay", "--terminal", "t"], {}, file), ["pay", "--terminal", "t"])
    assert.deepStrictEqual(argsOf(["pay", "--url", "u"], {}, { terminal: "t" }), ["pay", "--url", "u"])
    assert.deepStrictEqual(argsOf(["doctor", "--terminal", "t"], {}, file), [
      "doctor",
      "--terminal",
      "t",
      "--url=http://a",
      "--host=h"
    ])
  })

  it("ignores a terminal setting when one is typed under the older name", () => {
    const file = { url: "http://a", terminal: "t" }
    assert.deepStrictEqual(argsOf(["pay", "--host", "h"], {}, file), ["pay", "--host", "h", "--url=http://a"])
    assert.deepStrictEqual(argsOf(["doctor", "--host", "h"], {}, file), ["doctor", "--host", "h", "--url=http://a"])
  })

  it("reads a list as a repeated flag, and a switch as a boolean", () => {
    const file = { mock: { attach: ["a", "b"], json: true } }
    assert.deepStrictEqual(argsOf(["mock"], {}, file), ["mock", "--attach=a", "--attach=b", "--json=true"])
    assert.deepStrictEqual(argsOf(["order", "check"], { HIPAY_POS_ORDER_CHECK_JSON: "true" }), [
      "order",
      "check",
      "--json=true"
    ])
  })

  it("leaves typed arguments unchanged, also after --", () => {
    const { args } = Result.getOrThrow(settle(["mock", "--", "x"], {}, { mock: { port: 3 } }))
    assert.deepStrictEqual(args, ["mock", "--", "x"])
  })

  it("names variables of a verb that set nothing, except those that Kubernetes sets", () => {
    const env = {
      HIPAY_POS_MOCK_PORT: "1",
      HIPAY_POS_MOCK_PROT: "2",
      HIPAY_POS_MOCK_ATACH: "x",
      HIPAY_POS_MOCK_EMPTY: "",
      HIPAY_POS_PAY_PROT: "3",
      HIPAY_POS_MOCK_SERVICE_HOST: "10.0.0.1",
      HIPAY_POS_MOCK_SERVICE_PORT: "8080",
      HIPAY_POS_MOCK_SERVICE_PORT_HTTP: "8080",
      HIPAY_POS_MOCK_METRICS_SERVICE_HOST: "10.0.0.2",
      HIPAY_POS_MOCK_METRICS_PORT: "tcp://10.0.0.2:9464",
      HIPAY_POS_MOCK_PORT_8080_TCP: "tcp://10.0.0.1:8080",
      HIPAY_POS_MOCK_PORT_8080_TCP_ADDR: "10.0.0.1",
      HIPAY_POS_MOCK_PORT_8080_TCP_PROTO: "tcp"
    }
    const { unknownVariables } = Result.getOrThrow(settle(["mock"], env))
    assert.deepStrictEqual(unknownVariables, ["HIPAY_POS_MOCK_PROT", "HIPAY_POS_MOCK_ATACH"])
    const { unknownVariables: ofOrder } = Result.getOrThrow(
      settle(["order", "check"], { HIPAY_POS_ORDER_CHECK_JSON: "1" })
    )
    assert.deepStrictEqual(ofOrder, [])
  })

  it("never lets money move because a file or the environment says so", () => {
    assert.deepStrictEqual(argsOf(["pay"], { HIPAY_POS_LIVE: "true", HIPAY_POS_PAY_LIVE: "true" }), ["pay"])
    assert.include(problemOf({ live: true }), "only be given on the command line")
    assert.include(problemOf({ pay: { live: true } }), "pay.live: this flag can only be given on the command line")
  })

  it.each([
    [{ mock: { prot: 1 } }, "settings.json: mock.prot: no such setting; expected one of attach, host, json, port"],
    [{ mok: {} }, "settings.json: mok: no such setting"],
    [{ mock: 1 }, "settings.json: mock: expected an object"],
    [{ password: "x" }, "settings.json: password: secrets are not kept here"],
    [{ mock: { json: "yes" } }, 'settings.json: mock.json: expected true or false, got "yes"'],
    [{ mock: { port: { a: 1 } } }, 'settings.json: mock.port: expected a text or a number, got {"a":1}'],
    [[], "settings.json: expected a JSON object"]
  ])("says what is wrong with %j, and where", (json, words) => {
    assert.include(problemOf(json), words)
  })
})
