/** What is wrong with a request, in the protocol's terms, for the person who programs the register. */
import * as Diagnosis from "@hipay-pos/concert-codec/Diagnosis"
import * as Request from "@hipay-pos/concert-codec/Request"
import * as Tag from "@hipay-pos/concert-codec/Tag"
import type * as Tlv from "@hipay-pos/concert-codec/Tlv"
import type { ReadingStop } from "@hipay-pos/core/TerminalEvidence"
import type { Profile } from "../profiles/Profile.ts"
import * as MaskedFrame from "./maskedFrame.ts"
import * as RequestParser from "./RequestParser.ts"

/** What is wrong with a request, and all its bytes, masked. */
export interface RequestProblem {
  readonly problem: ReadingStop
  readonly received: string
}

/** The problem with a parser's input. */
export const of = (parser: RequestParser.RequestParser, profile: Profile): RequestProblem => {
  const bytes = parser.received()
  return { problem: problemOf(parser, bytes, profile), received: MaskedFrame.ofReceived(bytes) }
}

/**
 * What is odd about a request that is still performed, as real terminals may do: a field that is sent twice, or a value that no
 * register should send; undefined if nothing is.
 */
export const ofPerformed = (parser: RequestParser.RequestParser): RequestProblem | undefined => {
  const problem = warningOf(parser.fields(), "duplicate", "bounds", "not-documented")
  return problem && { problem, received: MaskedFrame.ofReceived(parser.received()) }
}

const warningOf = (fields: ReadonlyArray<Tlv.Field>, ...codes: ReadonlyArray<string>): ReadingStop | undefined => {
  const found = Request.fromFields(fields).warnings.find(({ code }) => codes.includes(code))
  if (found === undefined) return undefined
  const { tag = "", offset = 0, message } = found
  return { offset, tag, problem: `${tag} at byte ${offset}: ${message}` }
}

const problemOf = (parser: RequestParser.RequestParser, bytes: string, profile: Profile): ReadingStop => {
  if (bytes.length > RequestParser.MAX_LENGTH) {
    return { offset: RequestParser.MAX_LENGTH, problem: `longer than ${RequestParser.MAX_LENGTH} bytes` }
  }
  const fields = parser.fields()
  if (!parser.isOnBoundary()) {
    const offset = parser.position()
    const recognized = Diagnosis.recognize(bytes.slice(offset), "register")
    if (recognized !== undefined) return { offset, problem: recognized }
    return Diagnosis.ofText(bytes, "register") ?? { offset, problem: "no field begins here" }
  }
  const refused = fields.find(({ tag }) => profile.dislikes.includes(tag))
  if (refused !== undefined) {
    const { tag, offset } = refused
    return { offset, tag, problem: `${tag} at byte ${offset}: this model refuses the field` }
  }
  const missing = RequestParser.missing(fields)
  if (missing.length > 0) {
    const names = missing.map((tag) => `${tag} (${Tag.known(tag).name})`).join(", ")
    return { offset: bytes.length, tag: missing[0] ?? "", problem: `missing: ${names}` }
  }
  const contradiction = RequestParser.contradiction(fields)
  if (contradiction !== undefined) {
    const { first, again } = contradiction
    const { offset, tag } = again
    const problem = `${tag} at byte ${offset}: sent twice, with another value at byte ${first.offset}`
    return { offset, tag, problem }
  }
  const bounds = warningOf(fields, "bounds")
  if (bounds !== undefined) return bounds
  return { offset: bytes.length, problem: "this model waits for CR LF behind the request" }
}
