/** Requests of the till, passed on to the mock behind the examination's server. */
import { type IncomingMessage, request, type ServerResponse } from "node:http"
import { text } from "node:stream/consumers"
import type { StartedMock } from "@hipay-pos/server-mock/node"
import type { AnswerSeen } from "./Outcome.ts"

// Neither names a space of the mock, as a till may in its own tests: the examination sees only the unnamed space.
const pathTo = ({ url = "/" }: IncomingMessage): string => url.replace(/(?<=[?&])space=[^&]*/g, "")

const headersTo = ({ headers }: IncomingMessage, body: Buffer) => {
  const { connection: _, "transfer-encoding": __, expect: ___, "x-mock-space": ____, ...kept } = headers
  return { ...kept, "content-length": String(body.length) }
}

const ask = (mock: StartedMock, incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = headersTo(incoming, body)
    const options = { path: pathTo(incoming), method: incoming.method, headers, agent: false }
    const asked = request(mock.url, options, resolve)
    asked.once("error", reject)
    asked.end(body)
  })

/** The mock's whole answer to a request of the till. */
export const forward = async (mock: StartedMock, incoming: IncomingMessage, sent: Buffer): Promise<AnswerSeen> => {
  const answer = await ask(mock, incoming, sent)
  const body = await text(answer)
  return { status: answer.statusCode ?? 502, headers: plain(answer), body }
}

/** Streams events, and hands the data of each to a listener; requests that are not about payments are not recorded. */
export const pipe = async (
  mock: StartedMock,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
  onData?: (answer: AnswerSeen) => void
) => {
  const answer = await ask(mock, incoming, body)
  const { statusCode: status = 502 } = answer
  const headers = plain(answer)
  outgoing.writeHead(status, headers)
  outgoing.once("close", () => answer.destroy())
  answer.pipe(outgoing)
  if (onData === undefined) return
  const decoder = new TextDecoder()
  let rest = ""
  answer.on("data", (bytes: Buffer) => {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) {
      if (line.startsWith("data: ")) onData({ status, headers, body: line.slice("data: ".length) })
    }
  })
}

const plain = ({ headers }: IncomingMessage): Record<string, string> => {
  const hopByHop = ["connection", "keep-alive", "transfer-encoding", "content-length"]
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || hopByHop.includes(name) ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]]
    )
  )
}
