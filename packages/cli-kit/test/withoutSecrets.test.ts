/** What an error shows of a typed login. */
import { assert, describe, it } from "vitest"
import { withoutSecrets } from "../src/withoutSecrets.ts"

describe("a text of an error", () => {
  it.each([
    ["got http://merchant:secret@127.0.0.1:8080", "got http://***@127.0.0.1:8080"],
    ["got merchant:secret@127.0.0.1", "got ***@127.0.0.1"],
    ['got "merchant:se/cr@et@host"', 'got "***@host"'],
    ["merchant:secret@host", "***@host"],
    ["--url=merchant:secret@host", "--url=***@host"],
    ["postgres://gateway:pw@db/payments", "postgres://***@db/payments"],
    ["postgres://gateway@db1:5432,db2:5432/payments", "postgres://gateway@db1:5432,db2:5432/payments"],
    [
      "--store=postgresql://gateway@db/payments?sslmode=require",
      "--store=postgresql://gateway@db/payments?sslmode=require"
    ],
    ["postgres://gateway:p@w@db/payments", "postgres://***@db/payments"],
    ["postgres://gate@way:pw@db/payments", "postgres://***@db/payments"],
    ["http://merchant:secret/postgres://u@host", "http://***@host"],
    ["https://merchant@host/", "https://***@host/"],
    ["http://merchant:se/cr?et@host:8080/v1", "http://***@host:8080/v1"],
    ["http://merchant:12/34@host", "http://***@host"],
    ["http://merchant:p@ss/word@host", "http://***@host"],
    [`http://merchant:${"x".repeat(5_000)}@host`, "http://***@host"],
    ["https://h/p?x=a:b@c", "https://h/p?x=***@c"],
    ["12:30@secret@host", "***@host"]
  ])("shows no login: %s", (text, masked) => assert.strictEqual(withoutSecrets(text), masked))

  it.each([
    "--store: expected postgres://USER@HOST[:PORT][,HOST[:PORT]]/DATABASE",
    "http://127.0.0.1:8080/attempts/A",
    "order check: contact: expected somebody@shop.example",
    "line 3: expected an amount",
    "order id 12:30@shop",
    "file 2026-11-29T12:30:05@shop",
    "http://127.0.0.1:8080/attempts?q=ana@shop",
    "http://[::1]:8080/attempts?q=ana@shop",
    "https://shop.example/ana@shop",
    "https://shop.example/ana@shop,http://127.0.0.1:8080/attempts/A"
  ])("is as it was without one: %s", (text) => assert.strictEqual(withoutSecrets(text), text))

  it.each(["/", "=a:", "//a.", "//a:", "a.", "@/"])("may have %s many times", (part) => {
    const text = part.repeat(6_000)
    assert.strictEqual(withoutSecrets(`${text} ${text}@ merchant:secret@host`).slice(-9), " ***@host")
  })

  it("is cut after a whole word if it is too long to be read", () => {
    const long = `${"word ".repeat(13_106)}merchant:secret@host and more`
    assert.strictEqual(withoutSecrets(long), `${"word ".repeat(13_106)}…`)
    assert.strictEqual(withoutSecrets("merchant:secret".repeat(5_000)), "…")
    for (let before = 65_500; before < 65_536; before++) {
      const cut = withoutSecrets(`${"x".repeat(before - 1)} 4970 1012 3456 7893 and more`)
      assert.notMatch(cut, /4970 1012/, String(before))
    }
  })
})
