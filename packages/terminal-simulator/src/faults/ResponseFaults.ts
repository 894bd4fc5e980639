/**
 * How a response is sent: as one segment, or changed by the faults that are set.
 *
 * Pure: fields and faults in, steps out. The request handler performs the steps.
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
  /** The response after its fields were changed, and its text before bytes and delivery were. */
  readonly fields: ReadonlyArray<Tlv.RawField>
  readonly text: string
  readonly steps: ReadonlyArray<Step>
  readonly applied: ReadonlyArray<Fault>
}

const send = (text: string): Step => ({ _tag: "Send", text })
const wait = (milliseconds: number): Step => ({ _tag: "Wait", milliseconds })

/**
 * Plans a response, given as fields and as their text. `faults` are those of the stage `mid-answer`; at most one of them
 * changes the delivery. Fields are changed first, then bytes, then the delivery, whatever the order of `faults`.
 */
export const plan = (
  response: ReadonlyArray<Tlv.RawField>,
  text: string,
  faults: ReadonlyArray<Fault>,
  acknowledgement: () => ReadonlyArray<Tlv.RawField>
): Plan => {
  if (faults.length === 0) return { fields: response, text, steps: [send(text)], applied: [] }
  const applied: Array<Fault> = []
  let fields = response
  for (const fault of faults) {
    const change = fieldFaults[fault.name]
    if (change !== undefined) {
      fields = change(fields)
      applied.push(fault)
    }
  }
  const offset = (tag: string) => offsetOf(fields, tag)
  const changed = fields === response ? text : Tlv.encode(fields)
  let sent = changed
  let begin = 0
  for (const [name, change] of byteFaults) {
    const fault = faults.find((each) => each.name === name)
    if (fault === undefined) continue
    sent = change(sent, offset)
    if (name === "garbage-before") begin = GARBAGE_BEFORE.length
    applied.push(fault)
  }
  for (const fault of faults) {
    const deliver = deliveryFaults[fault.name]
    if (deliver === undefined) continue
    applied.push(fault)
    const shifted = (tag: string) => {
      const found = offset(tag)
      return found === undefined ? undefined : begin + found
    }
    return { fields, text: changed, steps: deliver(sent, shifted, fault, acknowledgement), applied }
  }
  return { fields, text: changed, steps: [send(sent)], applied }
}

/** Whether a fault changes how an answer is delivered, not its content. */
export const changesDelivery = ({ name, stage }: Fault): boolean =>
  stage === "mid-answer" && (deliveryFaults[name] !== undefined || earlyFaults.includes(name))

/** Faults that send AE=11 at once, before the payment. */
const earlyFaults: ReadonlyArray<FaultName> = ["acknowledge-then-final", "acknowledge-only"]

/** The bytes that steps send. */
export const sentBy = (steps: ReadonlyArray<Step>): string =>
  steps.map((step) => (step._tag === "Send" ? step.text : "")).join("")

type FieldFault = (fields: ReadonlyArray<Tlv.RawField>) => ReadonlyArray<Tlv.RawField>

/** Replaces a field, or appends it if it is missing. */
const replace =
  (tag: string, to: (value: string | undefined) => string): FieldFault =>
  (fields) =>
    Tlv.find(fields, tag) === undefined
      ? [...fields, { tag, value: to(undefined) }]
      : fields.map((field) => (field.tag === tag ? { tag, value: to(field.value) } : field))

/** Ensures a reason for not performing the request: AF=01, authorised, is not one. */
const withReason = replace("AF", (value) => (value === undefined || value.startsWith("01") ? "04" : value))

const shiftAmount = (by: number) =>
  replace("CB", (value) => String(Math.max(0, Number(value ?? 0) + by)).padStart(value?.length ?? 2, "0"))

/** Faults that change fields. */
const fieldFaults: { readonly [Name in FaultName]?: FieldFault } = {
  "amount-higher": shiftAmount(1),
  "amount-lower": shiftAmount(-1),
  "wrong-currency": replace("CE", (value) => (value === "840" ? "826" : "840")),
  "wrong-contract": (fields) => replace("CG", () => "7654321")(replace("CC", () => "00S")(fields)),
  "missing-amount": (fields) => fields.filter(({ tag }) => tag !== "CB"),
  contradictory: (fields) => withReason(replace("AE", () => "10")(fields)),
  "refused-but-authorised": (fields) => replace("AF", () => "01")(replace("AE", () => "01")(fields)),
  "refused-with-sale": (fields) => withReason(replace("AE", () => "01")(fields)),
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

/** Where the field of a tag begins in the text. */
type Offset = (tag: string) => number | undefined

type ByteFault = (text: string, offset: Offset) => string

const GARBAGE_BEFORE = "\x02?#"

/** Faults that change bytes, in the order in which they apply: bytes before the answer shift all fields, and come last. */
const byteFaults: ReadonlyArray<readonly [FaultName, ByteFault]> = [
  [
    "wrong-length",
    (text, offset) => {
      const start = offset("CB") ?? offset("AE") ?? 0
      const length = Number(text.slice(start + 2, start + 5)) + 1
      return text.slice(0, start + 2) + String(length).padStart(3, "0") + text.slice(start + 5)
    }
  ],
  ["duplicate-answer", (text) => text + text],
  ["garbage-after", (text) => `${text}\x03#?`],
  ["garbage-before", (text) => GARBAGE_BEFORE + text]
]

type DeliveryFault = (
  text: string,
  offset: Offset,
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
  "pause-in-field": (text, offset, { milliseconds }) => {
    const start = offset("CB") ?? offset("AE") ?? 0
    return inTwo(cutAt(text, start + 6), milliseconds)
  },
  "pause-before-ticket": (text, offset, { milliseconds }) => {
    const start = offset("ZT")
    return start === undefined ? [send(text)] : inTwo(cutAt(text, start), milliseconds)
  },
  coalesce: (text, _, __, acknowledgement) => [send(Tlv.encode(acknowledgement()) + text)],
  cut: (text, offset) => {
    const start = offset("AE") ?? 0
    return [send(text.slice(0, start + 6)), { _tag: "End" }]
  },
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
