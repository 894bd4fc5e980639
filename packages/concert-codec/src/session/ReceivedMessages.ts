/**
 * What has come from the terminal so far, and what it amounts to; no waiting, no time.
 *
 * An acknowledgement (AE=11) is not an answer: what comes behind it is. The first answer counts; one behind it that says
 * something else makes both worthless.
 */
import * as ActionStatus from "../ActionStatus.ts"
import * as MessageParser from "../MessageParser.ts"
import * as Tlv from "../Tlv.ts"

/** What the bytes so far amount to. */
export type Standing =
  /** Nothing that would end the wait. */
  | "waiting"
  /** An answer on a field boundary; more of it may follow. */
  | "answered"
  /** No more bytes will come, or none that could matter. */
  | "over"

export class Inbox {
  /** How the peer's side ended. */
  ended: "closed" | "broken" | undefined
  private readonly parser: MessageParser.MessageParser
  private readonly whole: Array<MessageParser.Message> = []
  /** How far the message behind the whole ones has come. */
  private last: MessageParser.Progress = { _tag: "Incomplete" }

  /** `sent`: what the request said about the order, whose echo is no card number. */
  constructor(maximumBytes: number, sent: ReadonlyArray<string>) {
    this.parser = MessageParser.make({ maximumBytes, sent })
  }

  push(text: string): void {
    let progress = this.parser.push(text)
    for (; progress._tag === "Whole"; progress = progress.next) this.whole.push(progress.message)
    this.last = progress
  }

  end(how: "closed" | "broken"): void {
    if (this.ended !== undefined) return
    this.ended = how
    const progress = this.parser.end()
    if (progress._tag !== "Whole") this.last = progress
  }

  standing(): Standing {
    if (this.ended !== undefined || this.malformed !== undefined) return "over"
    return this.answers().length > 0 ? "answered" : "waiting"
  }

  /** Why nothing can be read from some byte on. */
  get malformed(): Tlv.Malformed | undefined {
    return this.last._tag === "Malformed" ? this.last.error : undefined
  }

  /** The messages that stand on a field boundary and say how it ended. */
  answers(): ReadonlyArray<MessageParser.Message> {
    return this.messages().filter((message) => isFinal(statusOf(message)))
  }

  /** Whether the terminal took the request into account. */
  isAcknowledged(): boolean {
    return this.messages().some((message) => statusOf(message) === "taken-into-account")
  }

  isEmpty(): boolean {
    return this.whole.length === 0 && this.parser.isEmpty()
  }

  /** Whether the last bytes stop inside a field. */
  isCut(): boolean {
    return this.parser.isInside()
  }

  /** What may be shown of all that came. */
  received(): string {
    return this.whole.map(({ fields }) => Tlv.encode(fields)).join("") + this.parser.received()
  }

  private messages(): ReadonlyArray<MessageParser.Message> {
    return this.last._tag === "Candidate" ? [...this.whole, this.last.message] : this.whole
  }
}

const isFinal = (status: ActionStatus.Status | undefined): boolean =>
  status !== undefined && status !== "taken-into-account"

/** The action status of a message. */
export const statusOf = ({ fields }: MessageParser.Message): ActionStatus.Status | undefined => {
  const code = Tlv.find(fields, "AE")
  return code === undefined ? undefined : ActionStatus.fromCode(code)
}
