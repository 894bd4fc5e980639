/** The control interface of a mock, with the command line's words for its refusals. */

import { type CommandFailed, Flags, refuse } from "@hipay-pos/cli-kit"
import { makeFetch } from "@hipay-pos/client/node"
import { MockControl } from "@hipay-pos/server-mock"
import * as Effect from "effect/Effect"
import { type AskedServer, connect, loginRefused, roleMissing, silent } from "./AskedServer.ts"
import { withDeadline } from "./getFrom.ts"
import { credentialsFlag } from "./login.ts"
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
  const asked = yield* connect(verb, url, credentials)
  const { server, login } = asked
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
    catch: (error) => (mode === "simulated" ? refusalOf(asked, error) : notMock(asked, mode, ofGateway))
  }).pipe(withDeadline(asked))
})

/** Why a server is not asked; `mode` is what its answer states, undefined if there was no answer. */
const notMock = (asked: AskedServer, mode: string | null | undefined, ofGateway: string | undefined): CommandFailed => {
  if (mode === undefined) return silent(asked)
  const { verb, server } = asked
  if (mode === null) return refuse(`${verb}: ${server.origin} is not a mock of this toolkit`)
  const more = ofGateway === undefined ? "" : `; ${ofGateway}`
  return refuse(`${verb}: ${server.origin} is a ${mode}, not a mock of this toolkit${more}`)
}

const refusalOf = (asked: AskedServer, error: unknown): CommandFailed => {
  const { verb, server } = asked
  if (!(error instanceof MockControl.MockControlError)) return refuse(`${verb}: ${server.origin} broke off its answer`)
  switch (error.status) {
    case 401:
      return loginRefused(asked)
    case 403:
      return roleMissing(asked, "control")
    default:
      return refuse(`${verb}: ${error.detail}`)
  }
}
