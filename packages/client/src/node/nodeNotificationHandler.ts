/** A ready-made notification endpoint for `node:http`, `node:http2`, and what is built on them, such as Express. */
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2"
import type { Readable } from "node:stream"
import { MAX_SIZE, type NotificationHandlerOptions, notificationHandler } from "../Notification/handler.ts"

/**
 * A request listener. It reads the body itself: put it before every body parser. It never rejects: a failure is
 * answered with 500 and written to the console. Throws `ClientSetupFailed` when the passphrase is missing or blank.
 */
export const nodeNotificationHandler = (options: NotificationHandlerOptions) => {
  const handle = notificationHandler(options)
  return async (
    incoming: IncomingMessage | Http2ServerRequest,
    outgoing: ServerResponse | Http2ServerResponse
  ): Promise<void> => {
    if (incoming.method !== "POST") {
      return send(outgoing, new Response("", { status: 405, headers: { allow: "POST" } }))
    }
    const consumed = incoming.readableEnded
    const body = consumed ? Buffer.alloc(0) : await readBody(incoming, options.maxSize).catch(() => undefined)
    // A caller who hung up in the middle of the body gets no answer; that must not end the process.
    if (body === undefined) return
    const answer = await toRequest(incoming, body, consumed)
      .then(handle)
      .catch((error: unknown) => {
        console.error("a notification could not be handled:", error)
        return new Response("", { status: 500 })
      })
    // After an unread body the connection cannot carry another request; in HTTP/2 each request has its own stream.
    const last = incoming.readableEnded || incoming.httpVersionMajor > 1 ? {} : { connection: "close" }
    await send(outgoing, answer, last)
  }
}

const send = async (
  outgoing: ServerResponse | Http2ServerResponse,
  answer: Response,
  more: Readonly<Record<string, string>> = {}
): Promise<void> => {
  // For example by a timeout middleware.
  if (outgoing.headersSent) return
  outgoing.statusCode = answer.status
  for (const [name, value] of [...answer.headers, ...Object.entries(more)]) outgoing.setHeader(name, value)
  outgoing.end(await answer.text())
}

const readBody = async (incoming: Readable, maxSize = MAX_SIZE): Promise<Buffer<ArrayBuffer>> => {
  const chunks: Array<Buffer> = []
  let length = 0
  for await (const chunk of incoming) {
    length += (chunk as Buffer).length
    chunks.push(chunk as Buffer)
    // One byte over the limit is enough for the handler to refuse it.
    if (length > maxSize) break
  }
  return Buffer.concat(chunks)
}

const toRequest = async (
  incoming: IncomingMessage | Http2ServerRequest,
  body: Buffer<ArrayBuffer>,
  consumed: boolean
): Promise<Request> => {
  const headers = Object.entries(incoming.headers).flatMap(([name, value]) =>
    // HTTP/2 has method and path among the headers.
    value === undefined || name.startsWith(":") ? [] : [[name, String(value)] as [string, string]]
  )
  const request = new Request("http://notification.invalid", { method: "POST", headers, body })
  if (consumed) await request.arrayBuffer()
  return request
}
