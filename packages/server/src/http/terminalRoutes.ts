/** Lists a server's terminals for logins with the role `read` (each sees its own), and the gateways that share its store. */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as JsonIssues from "@hipay-pos/core/JsonIssues"
import { type InstanceList, type TerminalList, TerminalQuery } from "@hipay-pos/core/wire/Terminals"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Hono } from "hono"
import type { StoreFailed } from "../attempts/AttemptStore.ts"
import { type Answer, ok } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { InstanceListing, ListedTerminals, TerminalListing } from "../terminals/TerminalListing.ts"
import type { Env } from "./HonoEnv.ts"
import type { RouteTools } from "./RouteTools.ts"
import { readQuery } from "./readQuery.ts"

/** The default and the largest number of terminals in a list. */
const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1_000

const decodeQuery = Schema.decodeUnknownResult(TerminalQuery, { onExcessProperty: "error" })

export const terminalRoutes = ({ authenticated, send }: RouteTools, listing: TerminalListing): Hono<Env> => {
  const app = new Hono<Env>()
  app.get("/", authenticated("read"), async (c) => {
    const read = readQuery(c)
    if (Result.isFailure(read)) return send(c, toProblem(read.failure))
    const query = decodeQuery(read.success)
    if (Result.isFailure(query)) {
      return send(c, toProblem({ _tag: "MalformedRequest", detail: JsonIssues.inOneLine(query.failure, "the call") }))
    }
    const { after, limit = DEFAULT_LIMIT } = query.success
    const page = { access: c.var.login.terminals, after, limit: Math.min(limit, MAX_LIMIT) }
    const onSuccess = (found: ListedTerminals | undefined) =>
      found === undefined ? gone(after) : listed(found, page.limit)
    return send(c, await Effect.runPromise(Effect.match(listing(page), { onSuccess, onFailure })))
  })
  return app
}

export const instanceRoutes = ({ authenticated, send }: RouteTools, listing: InstanceListing): Hono<Env> => {
  const app = new Hono<Env>()
  // It covers the computers of all shops.
  app.get("/", authenticated("read", { allTerminals: true }), async (c) => {
    const onSuccess = (instances: InstanceList["instances"]) => ok({ instances } satisfies InstanceList)
    return send(c, await Effect.runPromise(Effect.match(listing, { onSuccess, onFailure })))
  })
  return app
}

const listed = ({ terminals, isMore }: ListedTerminals, limit: number): Answer => {
  const next = new URLSearchParams({ limit: String(limit), after: terminals.at(-1)?.address ?? "" })
  return ok({ terminals, ...(isMore ? { next: `/terminals?${next}` } : {}) } satisfies TerminalList)
}

/** The cursor's terminal was removed by a reload after the previous page. */
const gone = (after = ""): Answer =>
  toProblem({
    _tag: "MalformedRequest",
    detail: `after: terminal ${CardNumber.maskedStart(after, 80)} is not among the terminals any more, so it is not known which ones follow; list them again without it`
  })

const onFailure = (failed: StoreFailed): Answer => toProblem({ _tag: "StoreUnreadable", failed })
