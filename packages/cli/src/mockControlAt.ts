/** The control interface of a mock, with the command line's words for its refusals. */

import { type CommandFailed, Flags, refuse } from "@hipay-pos/cli-kit"
import { makeFetch } from "@hipay-pos/client/node"
import { MockControl } from "@hipay-pos/server-mock"
import * as Effect from "effect/Effect"
import { withDeadline } from "./getFrom.ts"
import { credentialsFlag, needLogin, readServer } from "./login.ts"
import { LOCAL } from "./serverFlags.ts"

/** The flags of a verb that controls a mock. */
export const mockFlags = {
  url: Flags.text("url", `base URL of the mock, ${LOCAL} by default`, LOCAL),
  space: Flags.text("space", "the space of the mock; the one without a name by default"),
  credentials: credentialsFlag,
  json: Flags.yes("json", "print JSON")
}

/** What the flags come to. */
export interface MockFlags {
  readonly url: string
  readonly space: string
  readonly credentials: string
}

/**
 * Asks a mock. Any other server is refused by the mode that its answer states; for a gateway or a relay, with a further
 * sentence if there is one.
 */
export const askMock = Effect.fnUntraced(function* <A>(
  verb: string,
  { url, space, credentials }: MockFlags,
  ask: (control: MockControl.MockControl) => Promise<A>,
  ofGateway?: string
) {
  const server = yield* readServer(verb, url)
  const login = yield* needLogin(verb, credentials, server)
  const at = new URL("_mock", server.href.replace(/\/*$/, "/")).href
  let mode: string | null | undefined
  return yield* Effect.tryPromise({
    try: (signal) =>
      ask(
        MockControl.make({
          ...{ url: at, login, space },
          fetch: async (url, init) => {
            const response = await makeFetch()(url, { ...init, signal })
            mode = response.headers.get("x-hipay-pos-mode")
            if (mode !== "simulated") throw new Error("not a mock")
            return response
          }
        })
      ),
    catch: (error) => refusalOf({ verb, server, login, mode, ofGateway }, error)
  }).pipe(withDeadline(verb, server))
})

interface Asked {
  readonly verb: string
  readonly server: URL
  readonly login: { readonly username: string }
  /** The mode that the answer states; undefined if there was no answer. */
  readonly mode: string | null | undefined
  readonly ofGateway: string | undefined
}

const refusalOf = ({ verb, server, login, mode, ofGateway }: Asked, error: unknown): CommandFailed => {
  const { origin } = server
  const { username } = login
  if (mode === undefined) return refuse(`${verb}: ${origin} does not answer; is it running? hipay-pos mock starts one`)
  if (mode === null) return refuse(`${verb}: ${origin} is not a mock of this toolkit`)
  if (mode !== "simulated") {
    const more = ofGateway === undefined ? "" : `; ${ofGateway}`
    return refuse(`${verb}: ${origin} is a ${mode}, not a mock of this toolkit${more}`)
  }
  if (!(error instanceof MockControl.MockControlError)) return refuse(`${verb}: ${origin} broke off its answer`)
  switch (error.status) {
    case 401:
      return refuse(`${verb}: ${origin} refuses the login of ${username}`)
    case 403:
      return refuse(`${verb}: ${username} may not do this at ${origin}; the login lacks the role control`)
    default:
      return refuse(`${verb}: ${error.detail}`)
  }
}
