/**
 * Assembles messages from chunks of any size, in linear time.
 *
 * The wire has no end mark. A message is a `Candidate` when the bytes stop on a field boundary and it has what makes it an
 * answer: it may or may not be complete. It is `Whole` when another message follows (each begins with `CZ`) or when the peer
 * has ended its side. The session decides how long to wait in between. A last ticket whose length is too high, although its
 * fields are complete, is read at the end. Fields come masked; the bytes of an unfinished field are never shown.
 */
import type { ReadingStop } from "@hipay-pos/core/TerminalEvidence"
import * as Diagnosis from "./Diagnosis.ts"
import { FieldReader } from "./internal/FieldReader.ts"
import * as Tlv from "./Tlv.ts"
import type { Warning } from "./Warning.ts"

/** A message as received so far: its fields grow with later pushes until it is whole. */
export interface Message {
  readonly fields: ReadonlyArray<Tlv.Field>
  readonly warnings: ReadonlyArray<Warning>
}

/** A message's progress after a push. */
export type Progress =
  /** Inside a field, or on a boundary but not an answer yet. */
  | { readonly _tag: "Incomplete" }
  /** On a boundary, and an answer. */
  | { readonly _tag: "Candidate"; readonly message: Message }
  /** Nothing more belongs to this message; `next` is the progress of the following one. */
  | { readonly _tag: "Whole"; readonly message: Message; readonly next: Progress }
  /** Not Concert from here on; the parser ignores further input. */
  | { readonly _tag: "Malformed"; readonly message: Message; readonly error: Tlv.Malformed }

export interface Options {
  /** The tag that makes a message an answer. Default `AE`; `CD` to read requests. */
  readonly mark?: string
  /** The most bytes of one message. Default 65536. */
  readonly maximumBytes?: number
  /** The request's `CF` and `CH`: their exact echo is not masked. In requests, both never are. */
  readonly sent?: ReadonlyArray<string>
}

/** Takes chunks as they arrive and returns the current message's progress. */
export interface MessageParser {
  /** Takes a chunk: bytes, or text with one character per byte. */
  readonly push: (chunk: Uint8Array | string) => Progress
  /** The peer has ended its side: a message on a boundary is whole; one inside a field stays incomplete. */
  readonly end: () => Progress
  /** The current message as received so far. */
  readonly message: () => Message
  /** Whether no byte of the current message was received. */
  readonly isEmpty: () => boolean
  /** Whether the bytes so far stop inside a field. */
  readonly isInside: () => boolean
  /** The current message as it may be shown: its fields, and the header of a field that was cut. */
  readonly received: () => string
  /** Where and why the bytes so far cannot be read to the end; `undefined` on a boundary. */
  readonly diagnosis: (sender: Diagnosis.Sender) => ReadingStop | undefined
}

/** The default limit of a message's bytes. */
export const MAXIMUM_BYTES = 65_536

/**
 * A parser for one direction of one connection.
 *
 * @example
 * ```ts
 * import * as MessageParser from "@hipay-pos/concert-codec/MessageParser"
 *
 * const parser = MessageParser.make()
 * const chunks = ["CZ0040320AE0", "0210CB0041245"]
 * console.log(chunks.map((chunk) => parser.push(chunk)._tag).join(", ")) // Incomplete, Candidate
 * console.log(parser.end()._tag) // Whole
 * ```
 */
export const make = ({ mark = "AE", maximumBytes = MAXIMUM_BYTES, sent = [] }: Options = {}): MessageParser =>
  new Parser(mark, maximumBytes, mark === "CD" ? "anything" : sent)

class Parser implements MessageParser {
  private readonly mark: string
  private readonly maximumBytes: number
  private readonly reader: FieldReader
  private current: Growing
  /** Made once per message, so that it costs nothing however often it is returned. */
  private candidate: Progress

  constructor(mark: string, maximumBytes: number, sent: ReadonlyArray<string> | "anything") {
    this.reader = new FieldReader(0, sent)
    this.current = new Growing(this.reader.warnings)
    this.candidate = { _tag: "Candidate", message: this.current }
    this.mark = mark
    this.maximumBytes = maximumBytes
  }

  push(chunk: Uint8Array | string): Progress {
    this.reader.feed(typeof chunk === "string" ? chunk : toText(chunk))
    // On a slow line, most pushes are in the middle of a field.
    return this.reader.isShort && this.length <= this.maximumBytes ? INCOMPLETE : this.advance()
  }

  /** The current message's bytes so far. */
  private get length(): number {
    return this.reader.offset + this.reader.pending - this.current.start
  }

  end(): Progress {
    this.reader.end()
    return this.advance(true)
  }

  message(): Message {
    this.reader.maskUnfinished()
    return this.current
  }

  isEmpty(): boolean {
    return this.current.fields.length === 0 && this.reader.pending === 0 && this.reader.lead === ""
  }

  isInside(): boolean {
    return !this.reader.isOnBoundary
  }

  received(): string {
    this.reader.maskUnfinished()
    const lead = this.current.start === 0 ? Tlv.leadOf(this.reader) : ""
    return lead + Tlv.shown(this.current.fields) + Tlv.restOf(this.reader)
  }

  diagnosis(sender: Diagnosis.Sender): ReadingStop | undefined {
    this.reader.maskUnfinished()
    const { failure, rest, lead, isSeeking } = this.reader
    const { fields, warnings } = this.current
    const read = { lead, fields, warnings }
    if (failure !== undefined) return Diagnosis.make({ ...read, rest, error: Tlv.malformed(failure) }, sender)
    if (isSeeking) {
      const error = new Tlv.Malformed({ offset: 0, problem: "no field begins here" })
      return Diagnosis.make({ ...read, rest: "", error }, sender)
    }
    if (this.reader.isOnBoundary) return undefined
    return Diagnosis.make({ ...read, rest, error: Tlv.incomplete(this.reader) }, sender)
  }

  private advance(hasEnded = false): Progress {
    const { reader, mark, maximumBytes } = this
    let whole: Array<Growing> | undefined
    for (let field = reader.next(); field !== undefined; field = reader.next()) {
      if (field.tag === "CZ" && this.current.hasVersion) {
        whole ??= []
        whole.push(this.current)
        reader.warnings = []
        this.current = new Growing(reader.warnings, field.offset)
        this.candidate = { _tag: "Candidate", message: this.current }
      }
      this.current.add(field, mark)
      if (reader.offset - this.current.start > maximumBytes) break
    }
    if (this.length > maximumBytes) {
      reader.fail(`longer than ${maximumBytes} bytes`)
    }
    let state = this.progress()
    if (hasEnded && state._tag === "Candidate") state = { _tag: "Whole", message: state.message, next: INCOMPLETE }
    for (const message of whole?.reverse() ?? []) state = { _tag: "Whole", message, next: state }
    return state
  }

  private progress(): Progress {
    const { reader, current } = this
    if (reader.failure !== undefined) {
      return { _tag: "Malformed", message: current, error: Tlv.malformed(reader.failure) }
    }
    return current.isMarked && reader.isOnBoundary ? this.candidate : INCOMPLETE
  }
}

/** Bytes as text, one character each. */
export const toText = (bytes: Uint8Array): string => {
  if (bytes.length === 1) return String.fromCharCode(bytes[0] ?? 0)
  let text = ""
  // Engines limit the number of arguments of a call to some ten thousand.
  for (let at = 0; at < bytes.length; at += 4096) {
    text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, at + 4096))
  }
  return text
}

/** Text as bytes, one per character; characters beyond Latin-1 lose their upper bits. */
export const toBytes = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

const INCOMPLETE: Progress = { _tag: "Incomplete" }

class Growing implements Message {
  readonly fields: Array<Tlv.Field> = []
  readonly warnings: ReadonlyArray<Warning>
  readonly start: number
  hasVersion = false
  isMarked = false

  constructor(warnings: ReadonlyArray<Warning>, start = 0) {
    this.warnings = warnings
    this.start = start
  }

  add(field: Tlv.Field, mark: string): void {
    this.fields.push(field)
    if (field.tag === "CZ") this.hasVersion = true
    if (field.tag === mark) this.isMarked = true
  }
}
