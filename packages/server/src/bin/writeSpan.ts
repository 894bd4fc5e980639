/**
 * A span as OpenTelemetry's protobuf message `Span`, byte for byte as effect's own encoder writes it, but without an object for
 * each part and an array for the bytes of each field.
 *
 * Field numbers are those of opentelemetry/proto/trace/v1/trace.proto and common/v1/common.proto.
 */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { type KeyValue, unknownToAttributeValue } from "effect/observability/OtlpResource"
import type * as Tracer from "effect/Tracer"
import type { ProtobufWriter } from "./ProtobufWriter.ts"

/** Something that happened during a span; time in nanoseconds since 1970. */
export type SpanEvent = readonly [name: string, time: bigint, attributes: Readonly<Record<string, unknown>> | undefined]

/** A span with everything that is written about it. */
export interface WritableSpan extends Tracer.Span {
  readonly startTime: bigint
  readonly endTime: bigint
  /** Undefined while the span is running. */
  readonly exit: Exit.Exit<unknown, unknown> | undefined
  readonly events: ReadonlyArray<SpanEvent>
}

/** Writes an ended span as this field. Throws what an attribute throws that cannot be converted to text. */
export const writeSpan = (to: ProtobufWriter, field: number, span: WritableSpan): void => {
  const { startTime, endTime, exit = Exit.void, attributes, events } = span
  const start = to.begin(field)
  to.hexadecimal(1, span.traceId.padStart(32, "0"))
  to.hexadecimal(2, span.spanId)
  if (Option.isSome(span.parent)) to.hexadecimal(4, span.parent.value.spanId)
  to.text(5, span.name)
  to.number(6, kinds[span.kind])
  to.fixed64(7, startTime)
  to.fixed64(8, endTime)
  if (attributes.size > 0) for (const [key, value] of attributes) writeAttribute(to, 9, key, value)
  const isInterrupted = exit._tag === "Failure" && Cause.hasInterruptsOnly(exit.cause)
  if (isInterrupted) writeAttribute(to, 9, "effect.fiber.interrupted", true)
  for (const [name, time, attributes] of events) writeEvent(to, name, time, attributes)
  const errors =
    exit._tag === "Success" || isInterrupted ? [] : Cause.prettyErrors(exit.cause, { includeCauseInStack: true })
  for (const { name, message, stack } of errors)
    writeEvent(to, "exception", endTime, {
      "exception.type": name,
      "exception.message": message,
      "exception.stacktrace": stack ?? "No stack trace available"
    })
  for (const link of span.links) {
    const start = to.begin(13)
    to.hexadecimal(1, link.span.traceId.padStart(32, "0"))
    to.hexadecimal(2, link.span.spanId)
    writeAttributes(to, 4, link.attributes)
    to.end(start)
  }
  const status = to.begin(15)
  if (errors[0]?.message) to.text(2, errors[0].message)
  to.number(3, isInterrupted ? UNSET : errors.length === 0 ? OK : ERROR)
  to.end(status)
  to.end(start)
}

const UNSET = 0
const OK = 1
const ERROR = 2

const kinds: Readonly<Record<Tracer.SpanKind, number>> = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 }

const writeEvent = (to: ProtobufWriter, name: string, time: bigint, attributes: SpanEvent[2]): void => {
  const start = to.begin(11)
  to.fixed64(1, time)
  to.text(2, name)
  if (attributes !== undefined) writeAttributes(to, 3, attributes)
  to.end(start)
}

const writeAttributes = (to: ProtobufWriter, field: number, attributes: Readonly<Record<string, unknown>>): void => {
  for (const [key, value] of Object.entries(attributes)) writeAttribute(to, field, key, value)
}

/** Writes an attribute, as this field. */
export const writeAttribute = (to: ProtobufWriter, field: number, key: string, value: unknown): void => {
  const start = to.begin(field)
  to.text(1, key)
  const within = to.begin(2)
  if (typeof value === "string") to.text(1, value)
  else writeValue(to, unknownToAttributeValue(value))
  to.end(within)
  to.end(start)
}

/** Writes an attribute's value as effect converts it: a text, a boolean, a number or a list of them. */
const writeValue = (to: ProtobufWriter, value: KeyValue["value"]): void => {
  const { stringValue, boolValue, intValue, doubleValue, arrayValue } = value
  if (typeof stringValue === "string") to.text(1, stringValue)
  else if (typeof boolValue === "boolean") to.number(2, Number(boolValue))
  else if (intValue !== undefined && intValue !== null) to.int64(3, BigInt(intValue))
  else if (typeof doubleValue === "number") to.double(4, doubleValue)
  else if (arrayValue !== undefined) {
    const start = to.begin(5)
    for (const each of arrayValue.values) {
      const within = to.begin(1)
      writeValue(to, each)
      to.end(within)
    }
    to.end(start)
  }
}
