/** Handlers for msw that answer in place of a server of the API: no port, and nothing leaves the process or the page. */
import { type HttpHandler, http } from "msw"
import type { InMemoryMock } from "../makeMock.ts"

/** Answers all requests below a base URL, such as HiPay's own or `https://pos.example`, with a mock in memory. */
export const mockHandlers = (server: string, mock: Pick<InMemoryMock, "fetch" | "url">): ReadonlyArray<HttpHandler> => {
  // Normalized as in requests: the host in lower case, without the scheme's default port, and escaped.
  const base = new URL(server).href.replace(/\/+$/, "")
  return [http.all(`${base}/*`, ({ request }) => ask(mock, request.url.slice(base.length), request))]
}

const ask = async (mock: Pick<InMemoryMock, "fetch" | "url">, path: string, request: Request): Promise<Response> => {
  const { method, headers, signal } = request
  const body = method === "GET" || method === "HEAD" ? null : await request.arrayBuffer()
  const kept = [...headers].filter(([name]) => !ABOUT_THE_CALLER.test(name))
  return mock.fetch(`${mock.url}${path}`, { method, headers: kept, body, signal })
}

/** The mock would refuse the name of the server that it replaces, and the page that calls. */
const ABOUT_THE_CALLER = /^(host|origin|referer|sec-fetch-\w+)$/
