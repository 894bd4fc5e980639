/** Calls that make a simulation repeatable: the clock of a space, and the seed of its terminals. */
import { done, type Env, ok, type Problem } from "@hipay-pos/server/http"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Hono } from "hono"
import { mockOf } from "../mock/MockSpace.ts"
import { LATEST } from "../mock/moment.ts"
import * as Calls from "./controlCalls.ts"
import * as View from "./controlView.ts"
import { EXACTLY, type MockResponder } from "./MockResponder.ts"

export const clockRoutes = ({ send, refuse, withBody }: MockResponder): Hono<Env> => {
  const app = new Hono<Env>({ strict: false })
  app.get("/clock", (c) => send(c, ok(View.clock(mockOf(c.get("space")).clock))))
  app.post(
    "/clock",
    withBody(decodeClock, async (c, { action, milliseconds = 0 }) => {
      const { clock } = mockOf(c.get("space"))
      if (action === "freeze") clock.freeze()
      else if (action === "resume") clock.resume()
      else if (clock.currentTimeMillisUnsafe() + milliseconds > LATEST) return refuse(c, beyondLatest)
      else await Effect.runPromise(clock.advance(milliseconds))
      return send(c, ok(View.clock(clock)))
    })
  )
  app.put(
    "/clock",
    withBody(decodePutClock, (c, { at }) => {
      const { clock } = mockOf(c.get("space"))
      clock.set(Date.parse(at))
      return send(c, ok(View.clock(clock)))
    })
  )
  app.put(
    "/seed",
    withBody(decodeSeed, (c, { seed }) => {
      mockOf(c.get("space")).terminals.setSeed(String(seed))
      return send(c, done())
    })
  )
  return app
}

const decodeClock = Schema.decodeUnknownResult(Calls.SetClock, EXACTLY)
const decodePutClock = Schema.decodeUnknownResult(Calls.PutClock, EXACTLY)
const decodeSeed = Schema.decodeUnknownResult(Calls.SetSeed, EXACTLY)

const beyondLatest: Problem = {
  _tag: "MalformedRequest",
  detail: "milliseconds: the clock cannot go past the end of 9998"
}
