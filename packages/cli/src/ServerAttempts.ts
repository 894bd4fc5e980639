/** The attempts that a mock or a gateway remembers. Its answers are shown as they come; only what a line needs is read. */
import { refuse } from "@hipay-pos/cli-kit"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { askServer, type Question, refusalOf } from "./askServer.ts"
import { amountText, stateText } from "./line.ts"

/** A server that is asked for a verb. */
export type Server = Pick<Question, "verb" | "server" | "login">

const Summary = Schema.StructWithRest(
  Schema.Struct({
    id: Schema.String,
    orderId: Schema.String,
    transactionType: Schema.String,
    amount: Schema.Finite,
    currency: Schema.String,
    paid: Schema.optionalKey(Schema.Finite),
    terminal: Schema.Struct({ name: Schema.String }),
    state: Schema.String,
    openedAt: Schema.String
  }),
  [Schema.Record(Schema.String, Schema.Unknown)]
)
export type Summary = typeof Summary.Type

const decodeList = Schema.decodeUnknownResult(
  Schema.Struct({ attempts: Schema.Array(Summary), next: Schema.optionalKey(Schema.String) })
)
const decodeSummary = Schema.decodeUnknownResult(Summary)

/** All of them, or those in one state, oldest first. */
export const list = Effect.fnUntraced(function* (server: Server, state?: "open" | "unknown") {
  const all: Array<Summary> = []
  const first = `/attempts?limit=1000${state === undefined ? "" : `&state=${state}`}`
  for (let path: string | undefined = first; path !== undefined; ) {
    const reply = yield* askServer({ ...server, method: "GET", path })
    const page: Result.Result<{ readonly attempts: ReadonlyArray<Summary>; readonly next?: string }, unknown> =
      decodeList(reply.json)
    if (Result.isFailure(page)) return yield* refuse(`${server.verb}: ${server.server.origin}: ${refusalOf(reply)}`)
    all.push(...page.success.attempts)
    path = page.success.next
  }
  return all.reverse()
})

/** Ends one by a person's word; gives it as it then stands. */
export const resolve = Effect.fnUntraced(function* (
  server: Server,
  id: string,
  body: {
    readonly outcome: "approved" | "declined"
    readonly by: string
    readonly evidence: string
    readonly override?: boolean
  }
) {
  const path = `/attempts/${encodeURIComponent(id)}/resolve`
  const reply = yield* askServer({ ...server, method: "POST", path, body })
  const attempt = decodeSummary(reply.json)
  if (reply.status === 200 && Result.isSuccess(attempt)) return attempt.success
  const { error } = (reply.json ?? {}) as { readonly error?: { readonly code?: unknown } }
  const advice = error?.code === "attempt.line.open" ? "; --override does it all the same" : ""
  return yield* refuse(`${server.verb}: ${id} was not resolved: ${refusalOf(reply)}${advice}`)
})

/** One line for people. */
export const toLine = (attempt: Summary): string => {
  const { id, openedAt, state, transactionType, amount, currency, paid, orderId, terminal } = attempt
  const shown = amountText(paid, amount, currency)
  return [id, openedAt, stateText(state), transactionType, shown, orderId, terminal.name].join("  ")
}
