/** The service that a relay sends orders to: HiPay's stage or production, or another server by its URL. Pure. */
import { environments } from "@hipay-pos/client/response"
import { isLoopback } from "@hipay-pos/core/Host"
import * as Result from "effect/Result"
import { isPrivateLink } from "../isPrivateLink.ts"

/** A service. */
export interface Upstream {
  /** `stage`, `production`, or host and port of another server. */
  readonly name: string
  /** Its base URL, without a slash at the end. */
  readonly url: string
}

/** The service that a text names, or what is wrong with it, as the end of a sentence. */
export const parse = (text: string): Result.Result<Upstream, string> => {
  if (text === "stage" || text === "production") return Result.succeed({ name: text, url: environments[text] })
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return Result.fail(`expected stage, production or a URL such as https://pos.example, got ${text}`)
  }
  if (url.username !== "" || url.password !== "") return Result.fail("expected a URL without a login in it")
  if (url.search !== "" || url.hash !== "") return Result.fail("expected a URL without a query")
  if (!isPrivateLink(url)) {
    return Result.fail(`expected https:// for ${url.host}: over plain HTTP others could read the login and the order`)
  }
  const name = Object.entries(environments).find(([, known]) => new URL(known).host === url.host)?.[0] ?? url.host
  return Result.succeed({ name, url: url.href.replace(/\/+$/, "") })
}

/** Whether a service is on this machine, so that nothing is between. */
export const isLocal = ({ url }: Upstream): boolean => isLoopback(new URL(url).hostname)
