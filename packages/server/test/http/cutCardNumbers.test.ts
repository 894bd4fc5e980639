/** Answers that repeat part of a sender's text: no card number survives at the cut, wherever it begins. */
import { makeApp } from "@hipay-pos/server"
import { assert, it } from "vitest"
import { authorization, ORDER, runtimeOver, till, unused } from "../server.ts"

const PAN = "4970101234567893"

const setUp = (validation: "strict" | "faithful") => {
  const app = makeApp(runtimeOver({ terminals: unused }), { mode: "simulated", validation, credentials: [till] })
  return async (path: string, type?: string, body = "{}") => {
    const order = type === undefined ? {} : { method: "POST", body }
    const given = { ...order, headers: { authorization, ...(type === undefined ? {} : { "content-type": type }) } }
    return (await app.request(path, given)).text()
  }
}

const [strict, faithful] = [setUp("strict"), setUp("faithful")]

it.each([
  ["a path", 200, (text: string) => strict(`/${text}`)],
  ["an attempt's id", 40, (text: string) => strict(`/attempts/${text}`)],
  ["the attempt behind which a list goes on", 40, (text: string) => strict(`/attempts?before=${text}`)],
  ["a name that stands twice", 40, (text: string) => strict(ORDER, "application/json", `{"${text}":1,"${text}":2}`)],
  ["a content type", 80, (text: string) => strict(ORDER, text)],
  ["a content type that the contract's validator refuses", 80, (text: string) => faithful(ORDER, text)]
] as const)("%s is repeated without a card number", async (_, length, answer) => {
  for (let before = length - PAN.length; before < length; before++) {
    const text = await answer(`${"-".repeat(before)}${PAN}---`)
    assert.include(text, "-".repeat(length - PAN.length))
    assert.notMatch(text, /497010\d/, `${before} characters before it`)
  }
})
