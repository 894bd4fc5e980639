/** The body of a request or an answer, bounded while it arrives. */

/**
 * All bytes of a body, or `undefined` as soon as there are more than `limit`: the rest is not read, and cancelled unless a server
 * discards it itself to keep the connection. `parts` gets them as they come, so that a caller has the beginning of a body that
 * breaks off. Uses a reader, because not every browser can iterate a stream.
 */
export const read = async (
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  limit: number,
  rest: "cancelled" | "left" = "cancelled",
  parts: Array<Uint8Array<ArrayBuffer>> = []
): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  const reader = body.getReader()
  let length = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length
    parts.push(part.value)
    if (length <= limit) continue
    // It may never settle, so it is not waited for.
    if (rest === "cancelled") reader.cancel().catch(() => {})
    return undefined
  }
  return join(parts)
}

/** The parts of a body in one piece. */
export const join = (parts: ReadonlyArray<Uint8Array<ArrayBuffer>>): Uint8Array<ArrayBuffer> => {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/**
 * Reads and discards a body, without waiting for its end: its sender may fail if it is cancelled. The signal of its request limits
 * how long that takes.
 */
export const discard = (body: ReadableStream<Uint8Array> | null): void => {
  body?.pipeTo(new WritableStream()).catch(() => {})
}
