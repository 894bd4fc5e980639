/** Where alarms may be sent. */
import { StartFailed } from "@hipay-pos/server/node"
import { assert, describe, it } from "vitest"
import { checkAlarms } from "../../src/node/startAlarms.ts"

describe("the address of alarms", () => {
  const check = (url: string) => checkAlarms({ url, secret: "of its own" }, false)

  it.each(["https://alarms.shop.example/", "http://127.0.0.1:9000/alarm", "http://[::1]:9000/alarm"])(
    "is safe: %s",
    (url) => assert.doesNotThrow(() => check(url))
  )

  it.each([
    "http://192.168.1.20/alarm",
    "http://127.shop.example/alarm",
    "https://a:b@shop.example/",
    "https://:b@shop.example/"
  ])("is refused: %s", (url) => assert.throws(() => check(url), StartFailed))
})
