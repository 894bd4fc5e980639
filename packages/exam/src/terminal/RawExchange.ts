/**
 * Bytes to and from a terminal, without a session: keeps the answer unchanged, to show how the terminal behaves.
 *
 * A Concert answer has no end mark. It is over when the terminal closes the connection, or when nothing more has come for a
 * while after a complete answer, which an acknowledgement (AE=11) is not. Then the connection is closed, so that a terminal
 * that still has the request queued does not perform it later. Returned frames are masked.
 */
import { connect, type Socket } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as Result from "effect/Result"

/** The address of the terminal, and the time-outs in milliseconds. */
export interface ExchangeOptions {
  readonly host: string
  readonly port: number
  /** For the first byte of an answer. */
  readonly answer: number
  /** For more, after a complete answer. */
  readonly quiet: number
}

/** Special treatment of a connection. */
export interface Sending {
  /** Ends our side before the answer. */
  readonly halfClose?: boolean | undefined
  /** Called once the request is written; aborted if the exchange is over before it ends. */
  readonly whenSent?: ((over: AbortSignal) => Promise<void>) | undefined
  /** Resets the connection when that has ended. */
  readonly cut?: boolean | undefined
}

/** Everything received on the connection, unchanged. */
export interface RawAnswer {
  readonly connected: boolean
  /** Each answer's fields, in the order received. */
  readonly answers: ReadonlyArray<ReadonlyArray<Tlv.Field>>
  /** The frames as received, masked. */
  readonly frame: string
  /** The unmasked bytes: never stored. */
  readonly tail: string
  readonly closedByTerminal: boolean
  readonly connectedIn: number
}

/**
 * Sends a request, or nothing, listens, and ends the connection. A terminal may begin a connection with the answer to an
 * earlier request, such as one whose line was cut: then nothing is sent on it, and the request goes over a new connection.
 */
export const exchange = async (
  options: ExchangeOptions,
  text: string,
  sending: Sending = {},
  connectionsLeft = 3
): Promise<RawAnswer> => {
  const begun = performance.now()
  const socket = connectionsLeft === 0 ? undefined : await open(options)
  const connectedIn = Math.round(performance.now() - begun)
  if (socket === undefined) {
    return { connected: false, answers: [], frame: "", tail: "", closedByTerminal: false, connectedIn }
  }
  let bytes = ""
  let last = performance.now()
  let closed = false
  const onData = (chunk: Buffer) => {
    bytes += chunk.toString("latin1")
    last = performance.now()
  }
  const onClosed = () => {
    closed = true
  }
  socket.on("data", onData)
  socket.on("end", onClosed)
  socket.on("close", onClosed)
  socket.on("error", onClosed)
  if (text !== "") {
    await sleep(EARLY)
    if (answersIn(bytes).length > 0) {
      socket.destroy()
      return exchange(options, text, sending, connectionsLeft - 1)
    }
    last = performance.now()
    socket.write(Buffer.from(text, "latin1"))
  }
  if (sending.halfClose === true) socket.end()
  let isCut = false
  const over = new AbortController()
  const acted = sending.whenSent?.(over.signal).then(() => {
    if (sending.cut !== true || over.signal.aborted) return
    isCut = true
    socket.resetAndDestroy()
  })
  let isBroken = false
  acted?.catch(() => {
    isBroken = true
  })
  while (!closed && !isCut && !isBroken) {
    const silentFor = performance.now() - last
    if (silentFor > (isWhole(bytes) || text === "" ? options.quiet : options.answer)) break
    await sleep(10)
  }
  socket.off("data", onData)
  over.abort()
  const closedByTerminal = closed && !isCut
  socket.destroy()
  await acted
  return {
    connected: true,
    answers: answersIn(bytes),
    frame: Tlv.redact(bytes),
    tail: bytes,
    closedByTerminal,
    connectedIn
  }
}

/** Milliseconds in which an answer to an earlier request arrives on a new connection. */
const EARLY = 100

const open = ({ host, port }: ExchangeOptions): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true, timeout: 8_000 })
    socket.once("connect", () => {
      socket.setTimeout(0)
      resolve(socket)
    })
    const fail = () => {
      socket.destroy()
      resolve(undefined)
    }
    socket.once("error", fail)
    socket.once("timeout", fail)
  })

const isWhole = (bytes: string): boolean => {
  const last = answersIn(bytes).at(-1) ?? []
  const status = Tlv.find(last, "AE")
  return status !== undefined && status !== ACKNOWLEDGED && Result.isSuccess(Tlv.decode(bytes))
}

/** AE of a request that was taken into account: the outcome may follow. */
const ACKNOWLEDGED = "11"

/** Fields, one list per answer: another one begins where a tag of its head comes again. */
const answersIn = (bytes: string): ReadonlyArray<ReadonlyArray<Tlv.Field>> => {
  const answers: Array<Array<Tlv.Field>> = []
  for (const field of Tlv.decodePrefix(bytes).fields) {
    const current = answers.at(-1)
    const begins = current === undefined || (field.tag === "CZ" && Tlv.find(current, "CZ") !== undefined)
    if (begins) answers.push([field])
    else current.push(field)
  }
  return answers
}
