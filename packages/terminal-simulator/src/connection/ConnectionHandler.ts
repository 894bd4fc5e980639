/**
 * Serves a connection from accept to end: puts requests together and has them answered, one after the other.
 *
 * It runs in the turn of what happens on the line. Fibers are there only while an exchange runs, or while a request has
 * begun and its rest is waited for.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as RequestReader from "../concert/RequestParser.ts"
import type { Line } from "./ByteChannel.ts"
import * as Exchange from "./RequestHandler.ts"

/** What a reception works with. */
export interface Desk {
  readonly counter: Exchange.Counter
  readonly now: () => number
  /** Runs exchanges and waits, by the terminal's clock. */
  readonly run: (effect: Effect.Effect<void>) => Fiber.Fiber<void>
}

/** How patient the terminal is with what comes in, in milliseconds. */
const patience = {
  /** From the first byte of a request to its last. */
  sender: 10_000,
  /** How long a request that lacks a field may still grow. */
  quiet: 300,
  /** The same, for one that is whole but came in pieces. */
  pieces: 50
}

const SERVED = "served"
const RESTARTED = "the terminal restarted"
const TOO_SLOW = "the request took too long"
const NO_CONCERT = "not a Concert request"
const CUT_OFF = "the request was cut off"

type End = typeof SERVED | typeof RESTARTED | typeof TOO_SLOW | typeof NO_CONCERT | typeof CUT_OFF

/** One connection, until either side ends it. */
export class Reception {
  private readonly desk: Desk
  private readonly hold: Exchange.Hold
  private readonly over: () => void
  private readonly reader = new RequestReader.RequestReader()
  private stage: "reading" | "performing" | "leaving" | "over" = "performing"
  /** Of the request that is being read, or performed. */
  private progress: RequestReader.Progress = "empty"
  /** When a request that has begun must be there. */
  private deadline = 0
  /** Runs the exchange, or waits for the rest of a request. */
  private fiber: Fiber.Fiber<void> | undefined

  /** `over` is called when it has ended. */
  constructor(desk: Desk, line: Line, connection: number, over: () => void) {
    this.desk = desk
    this.hold = { connection, line, mute: false, ended: false }
    this.over = over
  }

  /** Begins to serve. */
  open(): void {
    const { desk, hold } = this
    desk.counter.tell("Connection", () => this.told("opened"))
    hold.line.listen(() => this.guard(() => this.goOn()))
    this.perform(Exchange.strike(desk.counter, hold, "after-connect"))
  }

  /** A bug or the terminal's end must not leave the ECR waiting on an open line. */
  cut(): void {
    if (this.stage === "over") return
    this.stage = "over"
    this.fiber?.interruptUnsafe()
    this.hold.line.reset()
    this.over()
  }

  /** Something has come, or may be there already. */
  private goOn(): void {
    if (this.stage === "reading") this.read()
    else if (this.stage === "leaving") this.leave()
  }

  private read(): void {
    const { line } = this.hold
    this.stage = "reading"
    this.fiber?.interruptUnsafe()
    this.fiber = undefined
    if (this.takeIn()) {
      this.answer()
    } else if (this.progress === "empty") {
      if (line.ended()) this.leave()
    } else if (!line.ended()) {
      this.fiber = this.desk.run(Effect.map(Effect.sleep(this.patience()), () => this.guard(() => this.lapse())))
    } else {
      this.isWhole() ? this.answer() : this.giveUp(CUT_OFF)
    }
  }

  /**
   * Takes in what has come; true once it can only be answered. A request that came in a single chunk is taken as it is,
   * one that came in pieces may have more of them.
   */
  private takeIn(): boolean {
    const { line } = this.hold
    for (let chunk = line.take(); chunk !== undefined; chunk = line.take()) {
      const isFirst = this.progress === "empty"
      this.progress = this.reader.push(chunk)
      if (this.progress === "malformed" || (isFirst && this.isWhole())) return true
      if (isFirst) this.deadline = this.desk.now() + patience.sender
    }
    return false
  }

  private isWhole(): boolean {
    return this.progress === "whole" && (!this.desk.counter.profile.wantsLineEnd || this.reader.endsLine())
  }

  /** How long to wait for the next piece. */
  private patience(): number {
    const left = Math.max(0, this.deadline - this.desk.now())
    return this.progress === "partial" ? left : Math.min(left, this.isWhole() ? patience.pieces : patience.quiet)
  }

  /** The next piece has not come. */
  private lapse(): void {
    this.fiber = undefined
    this.progress === "partial" ? this.giveUp(TOO_SLOW) : this.answer()
  }

  private giveUp(end: End): void {
    this.hold.mute ? this.leave() : this.finish(end)
  }

  private answer(): void {
    const { hold, reader } = this
    const { counter } = this.desk
    const request = this.isWhole() && !this.isDisliked() ? RequestReader.decode(reader) : undefined
    if (hold.mute) this.leave()
    else if (request === undefined) this.perform(Exchange.refuse(counter, hold, reader))
    else this.perform(Exchange.run(counter, hold, reader, request))
  }

  private isDisliked(): boolean {
    const { dislikes } = this.desk.counter.profile
    return dislikes.length > 0 && this.reader.fields().some(({ tag }) => dislikes.includes(tag))
  }

  private perform(exchange: Effect.Effect<void, Exchange.Rebooted>): void {
    this.stage = "performing"
    const performing = Effect.matchCauseEager(exchange, {
      onSuccess: () => this.guard(() => this.performed()),
      onFailure: (cause) => (Cause.hasFails(cause) ? this.guard(() => this.restarted()) : this.cut())
    })
    if (Exit.isExit(performing)) return
    const fiber = this.desk.run(performing)
    if (fiber.pollUnsafe() === undefined) this.fiber = fiber
  }

  private performed(): void {
    this.fiber = undefined
    if (this.progress === "malformed") {
      this.finish(NO_CONCERT)
      return
    }
    this.progress = this.reader.next()
    if (this.progress !== "empty") this.deadline = this.desk.now() + patience.sender
    if (this.hold.ended) this.leave()
    else this.read()
  }

  private restarted(): void {
    this.fiber = undefined
    this.finish(RESTARTED)
  }

  /** Whatever the ECR still says is of no interest; its end is. */
  private leave(): void {
    const { line, ended } = this.hold
    this.stage = "leaving"
    while (line.take() !== undefined) {}
    if (ended || line.ended()) this.finish(SERVED)
  }

  private finish(end: End): void {
    const { line } = this.hold
    this.stage = "over"
    if (end === TOO_SLOW || end === RESTARTED) line.reset()
    else line.end()
    this.desk.counter.tell("Connection", () =>
      end === SERVED ? this.told("closed") : { ...this.told("dropped"), reason: end }
    )
    this.over()
  }

  private told(what: "opened" | "closed" | "dropped") {
    const { connection, line } = this.hold
    return { _tag: "Connection", connection, peer: line.peer, what } as const
  }

  private guard(step: () => void): void {
    try {
      step()
    } catch {
      this.cut()
    }
  }
}
