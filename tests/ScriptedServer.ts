/** A server on loopback that answers every order as scripted by a test: a proxy, a portal, or a server that does not identify itself. */
import { listenHttp } from "./listen.ts"

export interface ScriptedAnswer {
  readonly status: number
  readonly body: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string
  /** The answer to orders from now on. */
  answer: ScriptedAnswer
  /** Paths and `Authorization` headers of the requests, in order. */
  readonly requests: Array<{ readonly path: string; readonly authorization: string | undefined }>
}

export const startScriptedServer = async (): Promise<ScriptedServer> => {
  const server = await listenHttp((request, response) => {
    request.resume()
    scripted.requests.push({ path: request.url ?? "", authorization: request.headers.authorization })
    const { status, body, headers = { "content-type": "application/json" } } = scripted.answer
    response.writeHead(status, headers).end(body)
  })
  const scripted: ScriptedServer = {
    ...server,
    answer: { status: 404, body: "" },
    requests: []
  }
  return scripted
}
