/**
 * The messages received from the terminal so far, and whether they are an answer. Knows no time.
 *
 * An acknowledgement (AE=11) is not an answer; the message after it is. The first answer counts once nothing more is awaited
 * after it; a later one that differs makes the outcome unknown. At most `maximumBytes` are read in all, so that a terminal that
 * repeats itself cannot fill the memory.
 */
import type { ReadingStop } from "@hipay-pos/core/TerminalEvidence"
import * as ActionStatus from "../ActionStatus.ts"
import * as MessageParser from "../MessageParser.ts"
import type * as Request from "../Request.ts"
import * as Tag from "../Tag.ts"
import * as Tlv from "../Tlv.ts"

export type ReceivedState =
  /** No answer yet. */
  | "waiting"
  /** An answer, followed by the beginning of another message. */
  | "followed"
  /** An answer on a field boundary; more of it may follow. */
  | "answered"
  /** Nothing more will be received, or it cannot be read. */
  | "over"

/** What was sent: a terminal repeats the request's `CF` and `CH`, and their exact echo is not masked. */
interface SentRequest {
  readonly request: Pick<Request.Request, "privateData" | "reference">
  readonly echoed: ReadonlyArray<string>
  readonly settings: { readonly maximumBytes: number }
}

export class ReceivedMessages {
  /** How the terminal ended its side. */
  ended: "closed" | "broken" | undefined
  /** Whether the terminal sent more than the limit. */
  isFull = false
  private readonly sent: SentRequest
  /** How many more bytes may be read. */
  private room: number
  private made: MessageParser.MessageParser | undefined
  private readonly whole: Array<MessageParser.Message> = []
  /** The complete messages with a final action status. */
  private readonly wholeAnswers: Array<MessageParser.Message> = []
  /** The tags of those, so that they are not read again for each chunk. */
  private readonly wholeTags = new Set<string>()
  /** The progress of the message after the whole ones. */
  private last: MessageParser.Progress = INCOMPLETE

  constructor(sent: SentRequest) {
    this.sent = sent
    this.room = sent.settings.maximumBytes
  }

  /** Made on demand, since nothing may come for minutes. */
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

  /**
   * Stops waiting for more of an answer: takes what can be read without more bytes, such as a ticket whose length was too high.
   */
  settle(): void {
    if (this.ended === undefined && this.last._tag === "Candidate") this.flush()
  }

  /** The last message stays open, as after a push, because nothing has begun after it. */
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

  /**
   * The complete messages with a final action status, and one after them that was cut off at the limit, which may contradict
   * them.
   */
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
   * bytes than the limit; any other answer only if nothing more is awaited.
   */
  isSettled(): boolean {
    const first = this.first()
    if (first === undefined || this.malformed !== undefined || (this.isCut() && !this.isFull)) return false
    return statusOf(first) === "done" || this.isLast(first)
  }

  /**
   * Whether nothing is awaited after an answer: neither another message's status nor, after an acknowledged refusal, an answer.
   */
  private isLast(answer: MessageParser.Message): boolean {
    return this.last._tag === "Candidate" && !this.isFull && !(statusOf(answer) === "not-done" && this.isAcknowledged())
  }

  /** Whether a whole message has no final action status, but fields of an answer: its status may have been damaged. */
  hasAnswerWithoutStatus(): boolean {
    return this.whole.some((message) => !isAnswer(message) && message.fields.some(isOfAnswer))
  }

  /** Whether the terminal's last message was that it took the request into account. */
  isAcknowledged(): boolean {
    const last = this.open ?? this.whole.at(-1)
    return last !== undefined && statusOf(last) === "taken-into-account"
  }

  isEmpty(): boolean {
    return this.whole.length === 0 && this.parser.isEmpty()
  }

  /** Every message with at least one field, complete or not; the one that was cut is last. */
  all(): ReadonlyArray<MessageParser.Message> {
    const current = this.parser.message()
    return current.fields.length === 0 || this.whole.includes(current) ? this.whole : [...this.whole, current]
  }

  /** Where and why the bytes cannot be read to the end; `undefined` on a boundary. */
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

  /** The message after the complete ones, if it stops between fields; after an answer, also if it was cut off at the limit. */
  private get open(): MessageParser.Message | undefined {
    if (this.last._tag === "Candidate") return this.last.message
    return this.isFull && this.wholeAnswers.length > 0 ? this.parser.message() : undefined
  }
}

const INCOMPLETE: MessageParser.Progress = { _tag: "Incomplete" }

/** Whether a message has a final action status, beside an acknowledgement or without one. */
const isAnswer = ({ fields }: MessageParser.Message): boolean =>
  fields.some(({ tag, value }) => tag === "AE" && ActionStatus.fromCode(value) !== "taken-into-account")

/** Whether only an answer has a field: a request may be echoed, a terminal may tell its state or acknowledge the request. */
const isOfAnswer = ({ tag }: Tlv.Field): boolean => {
  if (tag === "AE") return false
  const direction = Tag.get(tag)?.direction
  return direction === undefined || direction === "response" || Tag.isConstructed(tag)
}

/** The action status of a message. */
const statusOf = ({ fields }: MessageParser.Message): ActionStatus.Status | undefined => {
  const code = Tlv.find(fields, "AE")
  return code === undefined ? undefined : ActionStatus.fromCode(code)
}
