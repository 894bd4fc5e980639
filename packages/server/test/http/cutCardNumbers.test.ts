/** What a sender wrote and an answer repeats in part: no card number lies across the cut, wherever it begins. */
import { MemoryStore, makeApp, OwedEnds, Space, Spaces } from "@hipay-pos/server"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { assert, it } from "vitest"
import { frames } from "../frames.ts"

const PAN = "4970101234567893"

const setUp = (validation: "strict" | "faithful") => {
  const space = Space.make({
    name: "",
    ended: new AbortController().signal,
    store: OwedEnds.over(MemoryStore.make()),
    terminals: { frames, choose: () => Effect.never }
  })
  const runtime = ManagedRuntime.make(Layer.effect(Spaces.Spaces, Effect.map(space, Spaces.one)))
  const app = makeApp(runtime, {
    mode: "simulated",
    validation,
    credentials: [{ username: "till", password: Redacted.make("secret") }]
  })
  const headers = { authorization: `Basic ${btoa("till:secret")}` }
  return async (path: string, type?: string, body = "{}") => {
    const order = type === undefined ? {} : { method: "POST", body }
    const given = { ...order, headers: { ...headers, ...(type === undefined ? {} : { "content-type": type }) } }
    return (await app.request(path, given)).text()
  }
}

const ORDER = "/v1/connector/order"
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
