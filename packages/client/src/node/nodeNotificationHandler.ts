/** The ready-made answer to notifications for `node:http`, and for what is built on it, such as Express. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { MAX_SIZE, type NotificationHandlerOptions, notificationHandler } from "../Notification/handler.ts"

/** A listener for requests. It reads the body itself: put it before every body parser. */
export const nodeNotificationHandler = (options: NotificationHandlerOptions) => {
  const handle = notificationHandler(options)
  return async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    if (incoming.method !== "POST") {
      outgoing.writeHead(405, { allow: "POST" }).end()
      return
    }
    const request = await toRequest(incoming, options.maxSize).catch(() => undefined)
    // A caller who hung up in the middle of the body gets no answer, and must not end the process.
    if (request === undefined) return
    const answer = await handle(request)
    // What was not read to its end cannot be followed by another request.
    const last = incoming.readableEnded ? {} : { connection: "close" }
    outgoing.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...last }).end(await answer.text())
  }
}

const toRequest = async (incoming: IncomingMessage, maxSize = MAX_SIZE): Promise<Request> => {
  const headers = Object.entries(incoming.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]]
  )
  const chunks: Array<Buffer> = []
  let length = 0
  const consumed = incoming.readableEnded
  if (!consumed) {
    for await (const chunk of incoming) {
      length += (chunk as Buffer).length
      chunks.push(chunk as Buffer)
      // One byte more than is allowed is enough for the handler to refuse it.
      if (length > maxSize) break
    }
  }
  const request = new Request("http://notification.invalid", { method: "POST", headers, body: Buffer.concat(chunks) })
  if (consumed) await request.arrayBuffer()
  return request
}
