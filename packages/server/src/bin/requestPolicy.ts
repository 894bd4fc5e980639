/** The host policy for a server that takes its requests directly from Node. */
import type { IncomingMessage } from "node:http"
import { makeHostPolicy } from "../http/hostPolicy.ts"
import type { Refusal } from "../render/problems.ts"

/** Makes the check; `hosts` are names allowed besides `localhost` and addresses, without ports. */
export const makeRequestPolicy = (
  hosts?: ReadonlyArray<string>
): ((request: IncomingMessage) => Refusal | undefined) => {
  const hostPolicy = makeHostPolicy(hosts)
  return ({ method = "GET", url = "/", headersDistinct }) =>
    hostPolicy({
      method,
      path: url.replace(/\?.*/s, ""),
      header: (name) => headersDistinct[name]?.[0],
      count: (name) => headersDistinct[name]?.length ?? 0
    })
}
