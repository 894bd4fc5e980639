/** Reads the body of a request, with a limit that is enforced while it arrives. */
import type { IncomingMessage } from "node:http"

/**
 * All bytes of a body, or `undefined` as soon as there are more than `limit`: the rest is discarded as it arrives. Rejects
 * if the caller disconnects before the end.
 */
export const readBody = (incoming: IncomingMessage, limit: number): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    let chunks: Array<Buffer> = []
    let length = 0
    incoming.on("data", (chunk: Buffer) => {
      length += chunk.length
      if (length <= limit) return void chunks.push(chunk)
      chunks = []
      resolve(undefined)
    })
    incoming.once("end", () => resolve(Buffer.concat(chunks)))
    incoming.once("error", reject)
  })
