/** The client with what only Node can do: a connect timeout of its own, which proves that nothing was sent. */
import { type Client, type ClientOptions, makeClient as makePlainClient } from "../promise.ts"
import { makeFetch, type NodeFetchOptions } from "./nodeFetch.ts"

/** Makes a client. It connects with Node's own HTTP unless a `fetch` is given. */
export const makeClient = ({ connectTimeout, agent, mayWrite, ...options }: ClientOptions & NodeFetchOptions): Client =>
  makePlainClient({ ...options, fetch: options.fetch ?? makeFetch({ connectTimeout, agent, mayWrite }) })
