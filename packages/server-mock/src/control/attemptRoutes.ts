/** Calls about what has happened in a space: attempts, with a call to wait for them, findings, ledgers and transactions. */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import { type Env, ok, readQuery, summary } from "@hipay-pos/server/http"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Hono } from "hono"
import { mockOf } from "../mock/MockSpace.ts"
import * as Calls from "./controlCalls.ts"
import * as View from "./controlView.ts"
import { EXACTLY, type MockResponder, malformed } from "./MockResponder.ts"
import { terminalAttached, terminalUnknown, waitEnded, waitTimedOut } from "./mockProblem.ts"
import { waitFor } from "./waitFor.ts"

/** The routes; `closing` is aborted when the server shuts down. */
export const attemptRoutes = ({ send, refuse, withBody }: MockResponder, closing: AbortSignal): Hono<Env> => {
  const app = new Hono<Env>({ strict: false })
  app.get("/attempts", async (c) => {
    const list = await Effect.runPromise(Effect.result(c.get("space").attempts.list({})))
    return Result.isSuccess(list) ? send(c, ok({ attempts: list.success.map(summary) })) : refuse(c, list.failure)
  })
  app.get("/findings", (c) => send(c, ok({ findings: mockOf(c.get("space")).findings().map(View.finding) })))
  app.get("/ledger", (c) => send(c, ok(View.ledger(mockOf(c.get("space"))))))
  app.get("/transactions", (c) => {
    const { transactions } = mockOf(c.get("space"))
    return send(c, ok({ transactions: transactions.list().map(View.transaction).reverse() }))
  })
  app.post(
    "/collection",
    withBody(decodeCollection, async (c, body) => {
      const mock = mockOf(c.get("space"))
      const terminal = body.terminal && CardNumber.maskWritten(body.terminal)
      if (terminal !== undefined && !mock.hasTerminal(terminal)) {
        return send(c, mock.terminals.isAttached(terminal) ? terminalAttached(terminal) : terminalUnknown(terminal))
      }
      const captured = await Effect.runPromise(mock.collect(terminal))
      return send(c, ok({ captured: captured.map(({ reference }) => reference) }))
    })
  )

  app.get("/wait-for", async (c) => {
    const read = readQuery(c)
    if (Result.isFailure(read)) return refuse(c, read.failure)
    const { space: _, ...asked } = read.success
    const query = decodeWaitFor(asked)
    if (Result.isFailure(query)) return refuse(c, malformed(query.failure))
    const { attempts = "1", timeout = "10000", state, order } = query.success
    const space = c.get("space")
    const waiting = waitFor(space, {
      count: Number(attempts),
      timeout: Number(timeout),
      matches: (each) =>
        (state === undefined || each.state === state) && (order ?? each.key.orderId) === each.key.orderId,
      until: AbortSignal.any([c.req.raw.signal, closing, space.ended])
    })
    const found = await Effect.runPromise(Effect.result(waiting))
    if (Result.isFailure(found)) return refuse(c, found.failure)
    if (found.success !== undefined) return send(c, ok({ attempts: found.success.map(summary) }))
    if (closing.aborted) return refuse(c, { _tag: "Closing" })
    return send(c, space.ended.aborted ? waitEnded(attempts) : waitTimedOut(attempts, timeout))
  })
  return app
}

const decodeCollection = Schema.decodeUnknownResult(Calls.Collection, EXACTLY)
const decodeWaitFor = Schema.decodeUnknownResult(Calls.WaitFor, EXACTLY)
