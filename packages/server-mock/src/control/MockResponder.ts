/** Reads and answers the mock's own calls: bodies are decoded or refused, problems have the contract's shape. */
import * as JsonIssues from "@hipay-pos/core/JsonIssues"
import type { ControlTools } from "@hipay-pos/server"
import { EMPTY, type Env, maskTexts, type Problem, readJson, toProblem } from "@hipay-pos/server/http"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { Context } from "hono"

/** Decodes the body or query of a call. */
export type Decode<A> = (json: unknown) => Result.Result<A, Schema.SchemaError>

/** Makes the handlers' answers. */
export interface MockResponder {
  readonly send: ControlTools["send"]
  readonly refuse: (c: Context<Env>, problem: Problem) => Response
  readonly notFound: (c: Context<Env>) => Response
  /** A handler of a call with a body; refuses a body that cannot be decoded. */
  readonly withBody: <A>(
    decode: Decode<A>,
    handler: (c: Context<Env>, body: A) => Response | Promise<Response>
  ) => (c: Context<Env>) => Promise<Response>
}

export const makeResponder = (send: ControlTools["send"]): MockResponder => {
  const refuse = (c: Context<Env>, problem: Problem) => send(c, toProblem(problem))
  return {
    send,
    refuse,
    notFound: (c) => refuse(c, { _tag: "NotFound", path: c.req.path }),
    withBody: (decode, handler) => async (c) => {
      const body = await read(c, decode)
      return Result.isSuccess(body) ? handler(c, body.success) : refuse(c, body.failure)
    }
  }
}

/** Bytes of the longest body. */
export const MAX_BODY = 100_000

/** The body of a call; an empty one counts as an empty object, and one without a content type as JSON. */
const read = async <A>(c: Context<Env>, decode: Decode<A>): Promise<Result.Result<A, Problem>> => {
  const sent = await readJson(
    c.req.raw,
    MAX_BODY,
    (name) => c.req.header(name) ?? (name === "content-type" ? "application/json" : undefined)
  )
  const body = sent === EMPTY ? { _tag: "Json" as const, json: {} } : sent
  return body._tag === "Json" ? Result.mapError(decode(maskTexts(body.json)), malformed) : Result.fail(body)
}

/** The refusal of a call with invalid content. */
export const malformed = (error: Schema.SchemaError): Problem => ({
  _tag: "MalformedRequest",
  detail: JsonIssues.inOneLine(error, "the call")
})

/** Otherwise a misspelt field would be ignored silently. */
export const EXACTLY = { onExcessProperty: "error" } as const
