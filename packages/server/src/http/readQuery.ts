/** The query of a request. A name that is given twice is refused, because only one of its values would count. */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import * as Result from "effect/Result"
import type { Context } from "hono"
import type { Problem } from "../render/problems.ts"

/** The names and values of a query. */
export const readQuery = (c: Context): Result.Result<Readonly<Record<string, string>>, Problem> => {
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (values.length === 1) continue
    const detail = `${CardNumber.maskedStart(name, 40)}: expected one value, got ${values.length}`
    return Result.fail({ _tag: "MalformedRequest", detail })
  }
  return Result.succeed(c.req.query())
}
