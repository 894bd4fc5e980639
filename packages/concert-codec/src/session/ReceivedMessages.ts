/**
 * The messages received from the terminal so far, and whether they are an answer; no waiting, no time.
 *
 * An acknowledgement (AE=11) is not an answer; the message after it is. The first answer counts once nothing is awaited
 * behind it, and a later one that differs makes the outcome unknown. At most `maximumBytes` are read in all: a terminal that
 * repeats itself must not fill the memory.
 */
import type { ReadingStop } from "@hipay-pos/core/TerminalEvidence"
import * as ActionStatus from "../ActionStatus.ts"
import * as MessageParser from "../MessageParser.ts"
import type * as Request from "../Request.ts"
import * as Tlv from "../Tlv.ts"

export type ReceivedState =
  /** No answer yet. */
  | "waiting"
  /** An answer, and the beginning of another message behind it. */
  | "followed"
  /** An answer on a field boundary; more of it may follow. */
  | "answered"
  /** Nothing more will be received, or it cannot be read. */
  | "over"

/** What the answers are to: a terminal repeats the request's `CF` and `CH`, and their exact echo is not masked. */
interface SentRequest {
  readonly request: Pick<Request.Request, "privateData" | "reference">
  readonly echoed: ReadonlyArray<string>
  readonly settings: { readonly maximumBytes: number }
}

export class ReceivedMessages {
  /** How the peer's side ended. */
  ended: "closed" | "broken" | undefined
  /** Whether the terminal sent more than is read. */
  isFull = false
  private readonly sent: SentRequest
  /** How many more bytes are read. */
  private room: number
  private made: MessageParser.MessageParser | undefined
  private readonly whole: Array<MessageParser.Message> = []
  /** Those of them with a final action status. */
  private readonly wholeAnswers: Array<MessageParser.Message> = []
  /** The tags in those, so that no chunk needs to read them again. */
  private readonly wholeTags = new Set<string>()
  /** The progress of the message after the whole ones. */
  private last: MessageParser.Progress = INCOMPLETE

  constructor(sent: SentRequest) {
    this.sent = sent
    this.room = sent.settings.maximumBytes
  }

  /** Made when it is needed: for minutes nothing comes. */
  private get parser(): MessageParser.MessageParser {
    const { request, echoed, settings } = this.sent
    this.made ??= MessageParser.make({
      maximumBytes: settings.maximumBytes,
      sent: [request.privateData, request.reference, ...echoed].filter((text) => text !== undefined)
    })
    return this.made
  }

  push(text: string): void {
    const taken = text.slice(0, this.room)
    this.isFull ||= taken.length < text.length
    this.room -= taken.length
    let progress = this.parser.push(taken)
    for (; progress._tag === "Whole"; progress = progress.next) this.keep(progress.message)
    this.last = progress
  }

  private keep(message: MessageParser.Message): void {
    this.whole.push(message)
    if (!isAnswer(message)) return
    this.wholeAnswers.push(message)
    for (const { tag } of message.fields) this.wholeTags.add(tag)
  }

  end(how: "closed" | "broken"): void {
    if (this.ended !== undefined) return
    this.ended = how
    this.flush()
  }

  /** An answer is not waited for any longer: takes what can be read without more bytes, a ticket that announced too many. */
  settle(): void {
    if (this.ended === undefined && this.last._tag === "Candidate") this.flush()
  }

  /** The last message stays open, as after a push: nothing has begun behind it. */
  private flush(): void {
    let progress = this.parser.end()
    const last = this.parser.message()
    for (; progress._tag === "Whole" && progress.message !== last; progress = progress.next) this.keep(progress.message)
    this.last = progress._tag === "Whole" ? { _tag: "Candidate", message: last } : progress
  }

  state(): ReceivedState {
    if (this.ended !== undefined || this.isFull || this.malformed !== undefined) return "over"
    const first = this.first()
    if (first === undefined) return "waiting"
    return this.isLast(first) ? "answered" : "followed"
  }

  /** Why the bytes cannot be read any further. */
  get malformed(): Tlv.Malformed | undefined {
    return this.last._tag === "Malformed" ? this.last.error : undefined
  }

  /** The complete messages with a final action status, and behind them one that was cut off at the limit: it may contradict. */
  answers(): ReadonlyArray<MessageParser.Message> {
    const { openAnswer } = this
    return openAnswer === undefined ? this.wholeAnswers : [...this.wholeAnswers, openAnswer]
  }

  /** Whether the first answer says done. */
  saysDone(): boolean {
    const first = this.first()
    return first !== undefined && statusOf(first) === "done"
  }

  /** Whether an answer has a field with one of these tags. */
  has(...tags: ReadonlyArray<string>): boolean {
    const { openAnswer } = this
    return (
      tags.some((tag) => this.wholeTags.has(tag)) || openAnswer?.fields.some(({ tag }) => tags.includes(tag)) === true
    )
  }

  private first(): MessageParser.Message | undefined {
    return this.wholeAnswers[0] ?? this.openAnswer
  }

  private get openAnswer(): MessageParser.Message | undefined {
    const { open } = this
    return open !== undefined && isAnswer(open) ? open : undefined
  }

  /**
   * Whether an answer stands if nothing more comes. "Done" stands even if whole fields without a status follow it, or more
   * bytes than are read; any other answer only if nothing more is awaited.
   */
  isSettled(): boolean {
    const first = this.first()
    if (first === undefined || this.malformed !== undefined || (this.isCut() && !this.isFull)) return false
    return statusOf(first) === "done" || this.isLast(first)
  }

  /** Whether nothing is awaited behind an answer: no status of another message, nor an answer after a refusal was acknowledged. */
  private isLast(answer: MessageParser.Message): boolean {
    return this.last._tag === "Candidate" && !this.isFull && !(statusOf(answer) === "not-done" && this.isAcknowledged())
  }

  /** Whether the last that the terminal said is that it took the request into account. */
  isAcknowledged(): boolean {
    const last = this.open ?? this.whole.at(-1)
    return last !== undefined && statusOf(last) === "taken-into-account"
  }

  isEmpty(): boolean {
    return this.whole.length === 0 && this.parser.isEmpty()
  }

  /** Every message in which a field came, whole or not, with the one that was cut last. */
  all(): ReadonlyArray<MessageParser.Message> {
    const current = this.parser.message()
    return current.fields.length === 0 || this.whole.includes(current) ? this.whole : [...this.whole, current]
  }

  /** Where and why the bytes cannot be read to their end; `undefined` on a boundary. */
  stopped(): ReadingStop | undefined {
    return this.parser.diagnosis("terminal")
  }

  /** Whether the bytes so far end inside a field. */
  isCut(): boolean {
    return this.parser.isInside()
  }

  /** Everything received, masked, as text that may be shown. */
  text(): string {
    return this.whole.map(({ fields }) => Tlv.shown(fields)).join("") + this.parser.received()
  }

  /** The message behind the whole ones, where it stops between fields; behind an answer, also where it was cut off at the limit. */
  private get open(): MessageParser.Message | undefined {
    if (this.last._tag === "Candidate") return this.last.message
    return this.isFull && this.wholeAnswers.length > 0 ? this.parser.message() : undefined
  }
}

const INCOMPLETE: MessageParser.Progress = { _tag: "Incomplete" }

const isAnswer = (message: MessageParser.Message): boolean => {
  const status = statusOf(message)
  return status !== undefined && status !== "taken-into-account"
}

/** The action status of a message. */
const statusOf = ({ fields }: MessageParser.Message): ActionStatus.Status | undefined => {
  const code = Tlv.find(fields, "AE")
  return code === undefined ? undefined : ActionStatus.fromCode(code)
}
