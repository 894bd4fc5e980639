/** Calls about the HTTP fault that the next orders of a space get. */
import { done, type Env, ok } from "@hipay-pos/server/http"
import * as Schema from "effect/Schema"
import { Hono } from "hono"
import { mockOf } from "../mock/MockSpace.ts"
import * as Calls from "./controlCalls.ts"
import * as View from "./controlView.ts"
import { EXACTLY, type MockResponder } from "./MockResponder.ts"

export const httpFaultRoutes = ({ send, withBody }: MockResponder): Hono<Env> => {
  const app = new Hono<Env>({ strict: false })
  app.get("/http-fault", (c) => send(c, ok(View.httpFault(mockOf(c.get("space")).httpFault.get()))))
  app.put(
    "/http-fault",
    withBody(decodeHttpFault, (c, body) => {
      const fault = { times: 1, status: 500, ...body }
      mockOf(c.get("space")).httpFault.set(fault)
      return send(c, ok(View.httpFault(fault)))
    })
  )
  app.delete("/http-fault", (c) => {
    mockOf(c.get("space")).httpFault.set(undefined)
    return send(c, done())
  })
  return app
}

const decodeHttpFault = Schema.decodeUnknownResult(Calls.SetHttpFault, EXACTLY)
