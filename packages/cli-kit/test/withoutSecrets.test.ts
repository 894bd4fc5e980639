/** What an error repeats of a login that was typed. */
import { assert, describe, it } from "vitest"
import { withoutSecrets } from "../src/withoutSecrets.ts"

describe("a text of an error", () => {
  it.each([
    ["got http://merchant:secret@127.0.0.1:8080", "got http://***@127.0.0.1:8080"],
    ["got merchant:secret@127.0.0.1", "got ***@127.0.0.1"],
    ['got "merchant:se/cr@et@host"', 'got "***@host"'],
    ["merchant:secret@host", "***@host"],
    ["--url=merchant:secret@host", "--url=***@host"],
    ["postgres://gateway:pw@db/payments", "postgres://***@db/payments"]
  ])("shows no login: %s", (text, masked) => assert.strictEqual(withoutSecrets(text), masked))

  it.each([
    "--store: expected postgres://USER@HOST[:PORT][,HOST[:PORT]]/DATABASE",
    "http://127.0.0.1:8080/attempts/A",
    "order check: contact: expected somebody@shop.example",
    "line 3: expected an amount"
  ])("is as it was without one: %s", (text) => assert.strictEqual(withoutSecrets(text), text))
})
