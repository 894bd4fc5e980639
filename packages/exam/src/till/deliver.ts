/** Delivers an answer to the till, complete or with the scenario's fault. */
import type { ServerResponse } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import type { AnswerSeen } from "./Outcome.ts"
import type { Delivery } from "./Scenario.ts"

/** What was sent, and whether it was complete. */
export interface Delivered {
  readonly answer: AnswerSeen
  readonly whole: boolean
}

/** The size of the pieces of an answer that is sent in pieces, in bytes. */
const PIECE_SIZE = 64

/** Sends an answer. Resolves once it is sent, or the till has disconnected. */
export const deliver = async (
  outgoing: ServerResponse,
  answer: AnswerSeen,
  delivery?: Delivery
): Promise<Delivered> => {
  const body = Buffer.from(answer.body)
  const half = body.subarray(0, body.length >> 1)
  const head = (length: number, { status, headers }: AnswerSeen = answer) =>
    outgoing.writeHead(status, { ...headers, "content-length": String(length) })
  switch (delivery?._tag) {
    case undefined:
      head(body.length)
      await end(outgoing, body)
      return { answer, whole: true }
    case "Replaced": {
      const { by } = delivery
      head(Buffer.byteLength(by.body), by)
      await end(outgoing, Buffer.from(by.body))
      return { answer: by, whole: true }
    }
    case "Slow":
      await sleep(delivery.firstByteAfter)
      head(body.length)
      for (let at = 0; at < body.length - PIECE_SIZE && !outgoing.destroyed; at += PIECE_SIZE) {
        outgoing.write(body.subarray(at, at + PIECE_SIZE))
        await sleep(20)
      }
      await end(outgoing, body.subarray(-(body.length % PIECE_SIZE || PIECE_SIZE)))
      return { answer, whole: true }
    case "CutBefore":
      outgoing.socket?.resetAndDestroy()
      return { answer: { ...answer, body: "" }, whole: false }
    case "CutInBody":
      head(body.length)
      await write(outgoing, half)
      outgoing.socket?.destroy()
      return { answer: { ...answer, body: half.toString("utf8") }, whole: false }
    case "CutAfterBody":
      head(body.length + 1)
      await write(outgoing, body)
      outgoing.socket?.destroy()
      return { answer, whole: false }
  }
}

const write = (outgoing: ServerResponse, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    outgoing.once("close", resolve)
    outgoing.write(bytes, () => resolve())
  })

const end = (outgoing: ServerResponse, bytes?: Buffer): Promise<void> =>
  new Promise((resolve) => {
    outgoing.once("close", resolve)
    outgoing.once("finish", resolve)
    outgoing.end(bytes)
  })
