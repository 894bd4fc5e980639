/** The login for a server: from a file, from the environment, or the mock's own on this machine. */

import { type CommandFailed, Flags, quoted, refuse } from "@hipay-pos/cli-kit"
import { environments } from "@hipay-pos/client"
import { isLoopback } from "@hipay-pos/core/Host"
import { readCredentials } from "@hipay-pos/server/bin"
import type * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { MOCK } from "./serverFlags.ts"

/** The flag for a file with the login. */
export const credentialsFlag: Flag.Flag<string> = Flags.text(
  "credentials",
  "file whose first line is username:password; without it, HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD"
)

/** The argument that makes a command use the same login; empty if no file was given. */
export const credentialsArgument = (file: string): string => (file === "" ? "" : ` --credentials ${quoted(file)}`)

/** The argument that makes a command ask the same server; empty if there is none. */
export const urlArgument = (url: string | undefined): string =>
  url === undefined || url === "" ? "" : ` --url ${quoted(url.replace(/\/+$/, ""))}`

/** A login, and its source. */
export interface Login {
  readonly username: string
  readonly password: string
  readonly from: "file" | "environment" | "default"
}

/** The login, or `undefined` if none was given and the server is not on this machine. */
export const findLogin = (verb: string, file: string, server: URL): Effect.Effect<Login | undefined, CommandFailed> =>
  Effect.map(readCredentials(verb, file), (given) => {
    if (given !== undefined) return { ...given, from: file === "" ? "environment" : "file" }
    return isLoopback(server.hostname)
      ? { username: MOCK.username, password: MOCK.password, from: "default" }
      : undefined
  })

/** The login; refuses if there is none. */
export const needLogin = Effect.fnUntraced(function* (verb: string, file: string, server: URL) {
  const login = yield* findLogin(verb, file, server)
  if (login !== undefined) return login
  return yield* refuse(
    `${verb}: ${server.host} needs a login: set HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD, or name a file with --credentials`
  )
})

/** The base URL of a server; `stage` and `production` are HiPay's own. */
export const readServer = (verb: string, text: string): Effect.Effect<URL, CommandFailed> => {
  const url = URL.parse(isEnvironment(text) ? environments[text] : text)
  if (holdsLogin(text, url)) {
    return Effect.fail(
      refuse(
        `${verb}: --url: expected a URL without a login in it: set HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD, or name a file with --credentials`
      )
    )
  }
  // A path is put behind it. A query may hold a secret, and is not repeated.
  if (/[?#]/.test(text)) {
    return Effect.fail(refuse(`${verb}: --url: expected a URL without ? or #, such as http://127.0.0.1:8080`))
  }
  return url !== null && /^https?:$/.test(url.protocol)
    ? Effect.succeed(url)
    : Effect.fail(
        refuse(
          `${verb}: --url: expected stage, production or a URL such as http://127.0.0.1:8080, got ${text || "nothing"}`
        )
      )
}

/** Whether a text given as a URL contains a login, with a scheme or without. */
export const holdsLogin = (text: string, url: URL | null): boolean =>
  url !== null && /^https?:$/.test(url.protocol) ? url.username !== "" || url.password !== "" : text.includes("@")

const isEnvironment = (text: string): text is keyof typeof environments => Object.hasOwn(environments, text)
