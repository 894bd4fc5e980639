/** Checks the configured names by which a server may be called. */
import { isIP } from "node:net"
import { StartFailed } from "./StartFailed.ts"

/** A name or an address as in a Host header, without the port. */
const NAME = /^([a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])$/i

/** Throws {@link StartFailed} if no Host header could be one of them. */
export const checkHosts = (allowedHosts: ReadonlyArray<string> = []): void => {
  const wrong = allowedHosts.find((host) => !NAME.test(host) && isIP(host) === 0)
  if (wrong !== undefined)
    throw new StartFailed({
      problem: `--allow-host: expected a host name such as pos.shop.example, without scheme or port, got ${wrong || "nothing"}`
    })
}
