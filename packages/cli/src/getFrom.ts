/** Requests to a mock or a gateway that the client does not make, with the command line's words for refusals. */
import { basic, type CommandFailed, refuse } from "@hipay-pos/cli-kit"
import { makeFetch } from "@hipay-pos/client/node"
import { Answer } from "@hipay-pos/core/plain"
import * as Effect from "effect/Effect"
import type { AskedServer } from "./attemptsAt.ts"

/** Seconds that a server may take for its whole answer. */
const ANSWER_TIMEOUT = 30

/** Limits how long to wait for a server that accepts a request and does not answer. */
export const withDeadline =
  (verb: string, { origin }: URL) =>
  <A, E, R>(asked: Effect.Effect<A, E, R>): Effect.Effect<A, E | CommandFailed, R> =>
    Effect.timeoutOrElse(asked, {
      duration: `${ANSWER_TIMEOUT} seconds`,
      orElse: () => Effect.fail(refuse(`${verb}: ${origin} gave no answer within ${ANSWER_TIMEOUT} s`))
    })

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })

/** Gets the text at a path below a server's base URL. */
export const getFrom = Effect.fnUntraced(function* ({ verb, server, login }: AskedServer, path: string) {
  const url = new URL(path, server.href.replace(/\/*$/, "/"))
  const { response, text } = yield* Effect.tryPromise({
    try: async (signal) => {
      const response = await makeFetch()(url.href, { headers: { Authorization: basic(login) }, signal })
      // Keeps the byte order mark: spreadsheets need it.
      return { response, text: utf8.decode(await response.arrayBuffer()) }
    },
    catch: () => refuse(`${verb}: ${server.origin} does not answer; is it running? hipay-pos mock starts one`)
  }).pipe(withDeadline(verb, server))
  if (!response.headers.has("x-hipay-pos-mode"))
    return yield* refuse(`${verb}: ${server.origin} is neither a mock nor a gateway of this toolkit`)
  return response.ok ? text : yield* refusalOf(verb, server, login.username, response.status, text)
})

const refusalOf = (verb: string, { origin }: URL, username: string, status: number, text: string): CommandFailed => {
  switch (status) {
    case 401:
      return refuse(`${verb}: ${origin} refuses the login of ${username}`)
    case 403:
      return refuse(`${verb}: ${username} may not do this at ${origin}; the login lacks the role`)
    default: {
      const problem = problemIn(text)
      return refuse(`${verb}: ${origin}: ${problem ?? "its answer cannot be read"} (HTTP ${status})`)
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
