/** Requests to a mock or a gateway that the client does not make, with the command line's words for refusals. */
import { basic, type CommandFailed, refuse } from "@hipay-pos/cli-kit"
import { makeFetch } from "@hipay-pos/client/node"
import { Answer } from "@hipay-pos/core/plain"
import * as Effect from "effect/Effect"
import { type AskedServer, loginRefused, notOurs, roleMissing, silent } from "./AskedServer.ts"

/** Seconds that a server may take for its whole answer. */
const ANSWER_TIMEOUT = 30

/** Limits how long to wait for a server that accepts a request and does not answer. */
export const withDeadline =
  ({ verb, server }: Pick<AskedServer, "verb" | "server">) =>
  <A, E, R>(answer: Effect.Effect<A, E, R>): Effect.Effect<A, E | CommandFailed, R> =>
    Effect.timeoutOrElse(answer, {
      duration: `${ANSWER_TIMEOUT} seconds`,
      orElse: () => Effect.fail(refuse(`${verb}: ${server.origin} gave no answer within ${ANSWER_TIMEOUT} s`))
    })

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })

/** Gets the text at a path below a server's base URL. */
export const getFrom = Effect.fnUntraced(function* (asked: AskedServer, path: string) {
  const { server, login } = asked
  const url = new URL(path, server.href.replace(/\/*$/, "/"))
  const { response, text } = yield* Effect.tryPromise({
    try: async (signal) => {
      const response = await makeFetch()(url.href, { headers: { Authorization: basic(login) }, signal })
      // Keeps the byte order mark: spreadsheets need it.
      return { response, text: utf8.decode(await response.arrayBuffer()) }
    },
    catch: () => silent(asked)
  }).pipe(withDeadline(asked))
  if (!response.headers.has("x-hipay-pos-mode")) return yield* notOurs(asked)
  return response.ok ? text : yield* refusalOf(asked, response.status, text)
})

const refusalOf = (asked: AskedServer, status: number, text: string): CommandFailed => {
  const { verb, server } = asked
  switch (status) {
    case 401:
      return loginRefused(asked)
    case 403:
      return roleMissing(asked)
    default: {
      const problem = problemIn(text)
      return refuse(`${verb}: ${server.origin}: ${problem ?? "its answer cannot be read"} (HTTP ${status})`)
    }
  }
}

const problemIn = (text: string): string | undefined => {
  try {
    const { problem } = Answer.read(JSON.parse(text))
    return problem?.description ?? problem?.message
  } catch {
    return undefined
  }
}
