/**
 * Refuses what a call under `/_mock` does not take: a name in its query, or a body where it takes none. Ignored, they would let
 * the caller believe that a list is filtered, or that only a part is reset.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import { EMPTY, type Env, type Problem, readJson } from "@hipay-pos/server/http"
import type { Context, MiddlewareHandler } from "hono"
import type { Call } from "./controlDocument.ts"
import { MAX_BODY, type MockResponder } from "./MockResponder.ts"

export const takesNoMore =
  ({ refuse }: MockResponder, { hasQuery, hasBody, method }: Call): MiddlewareHandler<Env> =>
  async (c, next) => {
    // Every call may name its space.
    const name = hasQuery ? undefined : Object.keys(c.req.query()).find((each) => each !== "space")
    if (name !== undefined) return refuse(c, unknownName(name, "space"))
    const problem = hasBody || method === "GET" ? undefined : await problemOfBody(c)
    return problem === undefined ? next() : refuse(c, problem)
  }

/** What is wrong with a body that should be absent or empty. The request's own remains unread. */
const problemOfBody = async (c: Context<Env>): Promise<Problem | undefined> => {
  const sent = await readJson(c.req.raw.clone(), MAX_BODY, (name) =>
    name === "content-type" ? "application/json" : c.req.header(name)
  )
  if (sent === EMPTY) return undefined
  if (sent._tag !== "Json") return sent
  const { json } = sent
  if (typeof json !== "object" || json === null || Array.isArray(json))
    return { _tag: "MalformedRequest", detail: "the call: expected no body" }
  const [name] = Object.keys(json)
  return name === undefined ? undefined : unknownName(name, "none")
}

const unknownName = (name: string, expected: string): Problem => ({
  _tag: "MalformedRequest",
  detail: `${CardNumber.maskedStart(name, 40)}: no such name is known here; expected ${expected}`
})
