/** The `notify_url` of an order that a relay sends. */
import { notifyUrlIn } from "@hipay-pos/core/wire/TechnicalInformation"
import { assert, describe, it } from "vitest"
import { withNotifyUrl } from "../src/relay/notifyUrl.ts"

const url = 'https://pos.example/notifications/hipay/a"1'
const value = JSON.stringify(url)

describe("the text of an order with another notify_url", () => {
  it.each([
    [
      "one that was there",
      '{ "a": 1.0,\n"pos_technical_info": {"x":[{"notify_url":1}], "notify_url" : "http://é.example" , "y": 1e2 } }',
      `{ "a": 1.0,\n"pos_technical_info": {"x":[{"notify_url":1}], "notify_url" : ${value} , "y": 1e2 } }`
    ],
    [
      "none before",
      '{"notify_url":"b","pos_technical_info": { "x": "}" },"order":{}}',
      `{"notify_url":"b","pos_technical_info": {"notify_url":${value}, "x": "}" },"order":{}}`
    ],
    ["nothing before", '{"pos_technical_info":{}}', `{"pos_technical_info":{"notify_url":${value}}}`],
    ["null before", '{"pos_technical_info":{"notify_url":null}}', `{"pos_technical_info":{"notify_url":${value}}}`],
    [
      "an escaped name",
      '{"pos_technical_\\u0069nfo":{"notify\\u005furl":"b"}}',
      `{"pos_technical_\\u0069nfo":{"notify\\u005furl":${value}}}`
    ]
  ])("is the same but for it: %s", (_, text, expected) => {
    const changed = withNotifyUrl(text, url)
    assert.strictEqual(changed, expected)
    assert.strictEqual(notifyUrlIn(JSON.parse(changed)), url)
  })

  it("is unchanged if there is no place for one", () => {
    for (const text of ['{"order":{}}', "[]", '{"pos_technical_info":[]}']) {
      assert.strictEqual(withNotifyUrl(text, url), text)
      assert.isUndefined(notifyUrlIn(JSON.parse(text)))
    }
  })
})
