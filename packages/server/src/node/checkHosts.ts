/** The names that a server may be called by, as settings have them. */
import { isIP } from "node:net"
import { StartFailed } from "./StartFailed.ts"

/** A name or an address as a Host header has it: the port there does not count. */
const NAME = /^([a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])$/i

/** Throws {@link StartFailed} where nobody could call the server by one of them. */
export const checkHosts = (allowedHosts: ReadonlyArray<string> = []): void => {
  const wrong = allowedHosts.find((host) => !NAME.test(host) && isIP(host) === 0)
  if (wrong !== undefined)
    throw new StartFailed({
      problem: `--allow-host: expected a host name such as pos.shop.example, without a scheme and a port, got ${wrong || "nothing"}`
    })
}
