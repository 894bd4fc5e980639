/** Parts of the descriptions of the API's operations. */
import { defined } from "@hipay-pos/core/Defined"
import { type HeaderName, headers } from "./headers.ts"
import { ref } from "./schemas.ts"

export type Fields = Readonly<Record<string, unknown>>

export const json = (schema: object) => ({ "application/json": { schema } })
export interface DescribedAnswer {
  readonly description: string
  readonly content?: Readonly<Record<string, object>>
  readonly headers?: object
}
export const answer = (description: string, schema?: object, more: Partial<DescribedAnswer> = {}): DescribedAnswer => ({
  description,
  ...defined({ content: schema && json(schema) }),
  ...more
})
export const plain = (description: string) => ({
  description,
  content: { "text/plain": { schema: { type: "string" } } }
})
export const stream = (description: string) => ({
  description,
  content: { "text/event-stream": { schema: { type: "string" } } },
  ...headers("X-Accel-Buffering")
})
export const problem = (description: string, ...names: ReadonlyArray<HeaderName>) =>
  answer(description, ref("Problem"), names.length === 0 ? {} : headers(...names))
export const body = (schema: object) => ({ required: true, content: json(schema) })
export const parameter = (
  where: "query" | "header",
  name: string,
  description: string,
  schema: Fields = { type: "string" }
) => ({
  name,
  in: where,
  required: false,
  description,
  schema
})

export const id = {
  name: "id",
  in: "path",
  required: true,
  description: "The attempt's id.",
  schema: { type: "string" }
}
export const open: ReadonlyArray<Fields> = []
export const closed = [{ BasicAuth: [] }, { Session: [] }]

const NO_LOGIN = "No login, or a wrong one."
const otherFault = { default: problem("Any other error in a request, such as its host, length or type.", "Allow") }

export const unauthorized = { 401: problem(NO_LOGIN, "WWW-Authenticate"), ...otherFault }
/** For a path used only by pages: the browser must not open its own login window. */
export const unauthorizedPage = { 401: problem(NO_LOGIN), ...otherFault }
export const notFound = { 404: problem("`attempt.not.found`: there is no such attempt, or the login may not see it.") }
export const forbidden = { 403: problem("The login lacks the role for this.") }
