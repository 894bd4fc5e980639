/**
 * Serves a connection from accept to end: assembles requests from chunks and handles them one after the other.
 *
 * Runs inside the channel's callbacks. Fibers exist only while a request is handled, or while the rest of a request is
 * awaited.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as RequestParser from "../concert/RequestParser.ts"
import * as RequestProblem from "../concert/requestProblem.ts"
import type { ByteChannel } from "./ByteChannel.ts"
import * as RequestHandler from "./RequestHandler.ts"

/** How long the terminal waits for more of a request, in milliseconds. */
const timeouts = {
  /** From the first byte of a request to its last. */
  request: 10_000,
  /** For the next piece of a request that lacks a field. */
  missingField: 300,
  /** For the next piece of a request that is complete but came in pieces. */
  nextPiece: 50
}

const SERVED = "served"
const RESTARTED = "the terminal restarted"
const TOO_SLOW = "the request took too long"
const NOT_CONCERT = "not a Concert request"
const CUT_OFF = "the request was cut off"
const NOISE = "bytes after the answer that begin no request"

type EndReason = typeof SERVED | typeof RESTARTED | typeof TOO_SLOW | typeof NOT_CONCERT | typeof CUT_OFF | typeof NOISE

/** One connection, until either side ends it. */
export class ConnectionHandler {
  private readonly context: RequestHandler.TerminalContext
  private readonly state: RequestHandler.ConnectionState
  private readonly onClosed: () => void
  private readonly parser = new RequestParser.RequestParser()
  private phase: "reading" | "handling" | "draining" | "closed" = "handling"
  /** Progress of the request that is being read or handled. */
  private progress: RequestParser.Progress = "empty"
  /** Whether a request was answered: a register may acknowledge that, as in the serial dialogue. */
  private hasAnswered = false
  /** When the current request must be complete. */
  private deadline = 0
  /** Handles a request, or waits for the rest of one. */
  private fiber: Fiber.Fiber<void> | undefined

  constructor(context: RequestHandler.TerminalContext, channel: ByteChannel, connection: number, onClosed: () => void) {
    this.context = context
    this.state = { connection, channel, mute: false, ended: false }
    this.onClosed = onClosed
  }

  /** Begins to serve. */
  open(): void {
    const { context, state } = this
    context.emit("Connection", () => this.connectionEvent("opened"))
    state.channel.onReadable(() => this.guarded(() => this.advance()))
    this.execute(RequestHandler.applyFaults(context, state, "after-connect"))
  }

  get connection(): number {
    return this.state.connection
  }

  /** The terminal restarts: what it was doing for this connection is lost. */
  restart(): void {
    if (this.phase === "closed") return
    this.fiber?.interruptUnsafe()
    this.state.mute = this.state.ended = true
    this.close(RESTARTED)
  }

  /** Resets the connection at once: a bug or the terminal's end must not leave the ECR waiting. */
  abort(): void {
    if (this.phase === "closed") return
    this.phase = "closed"
    this.fiber?.interruptUnsafe()
    this.state.channel.reset()
    this.onClosed()
  }

  private advance(): void {
    if (this.phase === "reading") this.receive()
    else if (this.phase === "draining") this.drain()
  }

  private receive(): void {
    const { channel } = this.state
    this.phase = "reading"
    this.fiber?.interruptUnsafe()
    this.fiber = undefined
    if (this.parseChunks()) {
      this.dispatch()
    } else if (this.progress === "empty") {
      if (channel.ended()) this.drain()
    } else if (!channel.ended()) {
      const wait = Effect.sleep(this.nextTimeout())
      this.fiber = this.context.run(Effect.map(wait, () => this.guarded(() => this.onTimeout())))
    } else {
      this.isComplete() ? this.dispatch() : this.giveUp(CUT_OFF)
    }
  }

  /**
   * Parses the chunks that have arrived; true if no more of the request is expected. A request that came in a single chunk is
   * handled at once; one that came in pieces may have more of them.
   */
  private parseChunks(): boolean {
    const { channel } = this.state
    for (let chunk = channel.read(); chunk !== undefined; chunk = channel.read()) {
      const isFirst = this.progress === "empty"
      this.progress = this.parser.feed(chunk)
      if (this.progress === "malformed" || (isFirst && this.isComplete())) return true
      if (isFirst) this.deadline = this.context.monotonic() + timeouts.request
    }
    return false
  }

  private isComplete(): boolean {
    return this.progress === "complete" && (!this.context.profile.wantsLineEnd || this.parser.endsLine())
  }

  private nextTimeout(): number {
    const left = Math.max(0, this.deadline - this.context.monotonic())
    if (this.progress === "partial") return left
    return Math.min(left, this.isComplete() ? timeouts.nextPiece : timeouts.missingField)
  }

  private onTimeout(): void {
    this.fiber = undefined
    this.progress === "partial" ? this.giveUp(TOO_SLOW) : this.dispatch()
  }

  private giveUp(reason: EndReason): void {
    this.state.mute ? this.drain() : this.close(reason)
  }

  private dispatch(): void {
    const { context, state, parser } = this
    const request = this.isComplete() && !this.hasRejectedTag() ? RequestParser.decode(parser) : undefined
    if (state.mute) this.drain()
    else if (this.hasAnswered && parser.fields().length === 0) this.close(NOISE)
    else if (request === undefined) this.execute(RequestHandler.reject(context, state, parser))
    else this.execute(RequestHandler.handle(context, state, parser, request))
  }

  private hasRejectedTag(): boolean {
    const { dislikes } = this.context.profile
    return dislikes.length > 0 && this.parser.fields().some(({ tag }) => dislikes.includes(tag))
  }

  private execute(exchange: Effect.Effect<void, RequestHandler.Rebooted>): void {
    this.phase = "handling"
    const handling = Effect.matchCauseEager(exchange, {
      onSuccess: () => this.guarded(() => this.onHandled()),
      onFailure: (cause) => (Cause.hasFails(cause) ? this.guarded(() => this.onReboot()) : this.abort())
    })
    if (Exit.isExit(handling)) return
    const fiber = this.context.run(handling)
    if (fiber.pollUnsafe() !== undefined) return
    this.fiber = fiber
    this.parser.rest()
  }

  private onHandled(): void {
    this.fiber = undefined
    if (this.progress === "malformed") {
      this.close(NOT_CONCERT)
      return
    }
    this.hasAnswered ||= this.progress !== "empty"
    this.progress = this.parser.next()
    if (this.progress !== "empty") this.deadline = this.context.monotonic() + timeouts.request
    if (this.state.ended) this.drain()
    else this.receive()
  }

  private onReboot(): void {
    this.fiber = undefined
    this.close(RESTARTED)
  }

  /** Discards what the ECR still sends, until it ends its side. */
  private drain(): void {
    const { channel, ended } = this.state
    this.phase = "draining"
    while (channel.read() !== undefined) {}
    if (ended || channel.ended()) this.close(SERVED)
  }

  private close(reason: EndReason): void {
    const { channel } = this.state
    this.phase = "closed"
    if (reason === TOO_SLOW || reason === RESTARTED) channel.reset()
    else channel.end()
    const isAboutRequest = reason === CUT_OFF || reason === TOO_SLOW || reason === NOISE
    this.context.emit("Connection", () =>
      reason === SERVED
        ? this.connectionEvent("closed")
        : {
            ...this.connectionEvent("dropped"),
            reason,
            ...(isAboutRequest && RequestProblem.of(this.parser, this.context.profile))
          }
    )
    this.onClosed()
  }

  private connectionEvent(what: "opened" | "closed" | "dropped") {
    const { connection, channel } = this.state
    return { _tag: "Connection", connection, peer: channel.peer, what } as const
  }

  private guarded(step: () => void): void {
    try {
      step()
    } catch {
      this.abort()
    }
  }
}
