/**
 * How a response is sent: as one segment, or changed by the faults that are set.
 *
 * Pure: fields and faults in, steps out. The request handler deliveryFaults the steps out.
 */
import * as Tlv from "@hipay-pos/concert-codec/Tlv"
import * as TestCard from "../cardholder/TestCard.ts"
import type { Fault, FaultName } from "./Fault.ts"

/** One step of sending a response. */
export type Step =
  | { readonly _tag: "Send"; readonly text: string }
  | { readonly _tag: "Wait"; readonly milliseconds: number }
  /** FIN; later steps have no effect. */
  | { readonly _tag: "End" }
  /** RST. */
  | { readonly _tag: "Reset" }
  /** Nothing more is sent, the connection stays open. */
  | { readonly _tag: "FallSilent" }

/** The steps, and the faults that were applied. */
export interface Plan {
  readonly steps: ReadonlyArray<Step>
  readonly applied: ReadonlyArray<Fault>
}

const send = (text: string): Step => ({ _tag: "Send", text })
const wait = (milliseconds: number): Step => ({ _tag: "Wait", milliseconds })

/**
 * Plans a response, given as fields and as their text. `faults` are those of the stage `mid-answer`; of those that change
 * the delivery, only the first is applied.
 */
export const plan = (
  response: ReadonlyArray<Tlv.RawField>,
  text: string,
  faults: ReadonlyArray<Fault>,
  acknowledgement: () => ReadonlyArray<Tlv.RawField>
): Plan => {
  if (faults.length === 0) return { steps: [send(text)], applied: [] }
  const applied: Array<Fault> = []
  let fields = response
  for (const fault of faults) {
    const change = fieldFaults[fault.name]
    if (change !== undefined) {
      fields = change(fields)
      applied.push(fault)
    }
  }
  let sent = fields === response ? text : Tlv.encode(fields)
  for (const fault of faults) {
    const change = byteFaults[fault.name]
    if (change !== undefined) {
      sent = change(sent, fields)
      applied.push(fault)
    }
  }
  for (const fault of faults) {
    const deliver = deliveryFaults[fault.name]
    if (deliver !== undefined) {
      applied.push(fault)
      return { steps: deliver(sent, fields, fault, acknowledgement), applied }
    }
  }
  return { steps: [send(sent)], applied }
}

type FieldFault = (fields: ReadonlyArray<Tlv.RawField>) => ReadonlyArray<Tlv.RawField>

/** Replaces a field, or appends it if it is missing. */
const replace =
  (tag: string, to: (value: string | undefined) => string): FieldFault =>
  (fields) =>
    Tlv.find(fields, tag) === undefined
      ? [...fields, { tag, value: to(undefined) }]
      : fields.map((field) => (field.tag === tag ? { tag, value: to(field.value) } : field))

const shiftAmount = (by: number) =>
  replace("CB", (value) => String(Math.max(0, Number(value ?? 0) + by)).padStart(value?.length ?? 2, "0"))

/** Faults that change fields. */
const fieldFaults: { readonly [Name in FaultName]?: FieldFault } = {
  "amount-higher": shiftAmount(1),
  "amount-lower": shiftAmount(-1),
  "wrong-currency": replace("CE", (value) => (value === "840" ? "826" : "840")),
  "wrong-contract": (fields) => replace("CG", () => "7654321")(replace("CC", () => "00S")(fields)),
  "missing-amount": (fields) => fields.filter(({ tag }) => tag !== "CB"),
  contradictory: (fields) => replace("AF", (value) => value ?? "04")(replace("AE", () => "10")(fields)),
  "refused-but-authorised": (fields) => replace("AF", () => "01")(replace("AE", () => "01")(fields)),
  "refused-with-sale": (fields) => replace("AF", (value) => value ?? "04")(replace("AE", () => "01")(fields)),
  "odd-status": replace("AE", () => "42"),
  "unknown-tags": (fields) => [...fields, { tag: "QX", value: "unknown" }, { tag: "Y9", value: "0" }],
  "damaged-ticket": replace("ZT", () =>
    Tlv.encode([
      { tag: "CK", value: "100" },
      { tag: "AK", value: "%% damaged %%" }
    ])
  ),
  oversized: (fields) => [...fields, ...Array.from({ length: 100 }, () => ({ tag: "YY", value: "0".repeat(995) }))],
  "full-pan": (fields) =>
    Tlv.find(fields, "AA") === undefined ? fields : replace("AA", (value) => TestCard.wholeNumber(value ?? ""))(fields)
}

type ByteFault = (text: string, fields: ReadonlyArray<Tlv.RawField>) => string

/** Faults that change bytes. */
const byteFaults: { readonly [Name in FaultName]?: ByteFault } = {
  "garbage-before": (text) => `\x02?#${text}`,
  "garbage-after": (text) => `${text}\x03#?`,
  "wrong-length": (text, fields) => {
    const start = offsetOf(fields, "CB") ?? offsetOf(fields, "AE") ?? 0
    const length = Number(text.slice(start + 2, start + 5)) + 1
    return text.slice(0, start + 2) + String(length).padStart(3, "0") + text.slice(start + 5)
  },
  "duplicate-answer": (text) => text + text
}

type DeliveryFault = (
  text: string,
  fields: ReadonlyArray<Tlv.RawField>,
  fault: Fault,
  acknowledgement: () => ReadonlyArray<Tlv.RawField>
) => ReadonlyArray<Step>

const cutAt = (text: string, byte: number | undefined): readonly [string, string] => {
  const at = Math.min(byte ?? text.length >> 1, text.length)
  return [text.slice(0, at), text.slice(at)]
}

const inTwo = ([first, second]: readonly [string, string], milliseconds: number): ReadonlyArray<Step> => [
  send(first),
  wait(milliseconds),
  send(second)
]

/** Faults that change how bytes are delivered. */
const deliveryFaults: { readonly [Name in FaultName]?: DeliveryFault } = {
  split: (text, _, { byte, milliseconds }) => inTwo(cutAt(text, byte), milliseconds),
  "byte-by-byte": (text) => [...text].map(send),
  "pause-in-field": (text, fields, { milliseconds }) => {
    const start = offsetOf(fields, "CB") ?? offsetOf(fields, "AE") ?? 0
    return inTwo(cutAt(text, start + 6), milliseconds)
  },
  "pause-before-ticket": (text, fields, { milliseconds }) => {
    const start = offsetOf(fields, "ZT")
    return start === undefined ? [send(text)] : inTwo(cutAt(text, start), milliseconds)
  },
  coalesce: (text, _, __, acknowledgement) => [send(Tlv.encode(acknowledgement()) + text)],
  cut: (text, fields) => {
    const start = offsetOf(fields, "AE") ?? 0
    return [send(text.slice(0, start + 6)), { _tag: "End" }]
  },
  "acknowledge-then-final": (text, _, { milliseconds }) => [wait(milliseconds), send(text)],
  "acknowledge-only": () => [],
  silent: (text, _, { byte }) => [send(cutAt(text, byte)[0]), { _tag: "FallSilent" }],
  reset: (text, _, { byte }) => [send(cutAt(text, byte)[0]), { _tag: "Reset" }],
  close: (text, _, { byte }) => [send(cutAt(text, byte)[0]), { _tag: "End" }],
  reboot: (text, _, { byte }) => [send(cutAt(text, byte)[0]), { _tag: "Reset" }],
  delay: (text, _, { byte, milliseconds }) => inTwo(cutAt(text, byte), milliseconds)
}

/** Where a field begins in the text of these fields. */
const offsetOf = (fields: ReadonlyArray<Tlv.RawField>, tag: string): number | undefined => {
  let offset = 0
  for (const field of fields) {
    if (field.tag === tag) return offset
    offset += 5 + field.value.length
  }
  return undefined
}
