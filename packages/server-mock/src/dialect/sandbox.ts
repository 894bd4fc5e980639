/**
 * `sandbox_code`: a field that HiPay's pages describe for the stage environment and that no document of the API has. It
 * asks for an answer, and no terminal is woken.
 *
 * Statuses and shapes are those of the page, `technical_pos_info` and 201 included, whatever the dialect. Where in the
 * body it stands is not said: it is found at the root, in the order and in the technical information.
 */
import { error } from "../respond.ts"
import type { Answer } from "../transactions/Attempt.ts"

/** The codes. */
export const codes = ["00", "10", "20", "50"] as const
type Code = (typeof codes)[number]

/** The code that a body asks for, as it was sent. */
export const findCode = (json: unknown): unknown => {
  const root = fields(json)
  return [root, fields(root.order), fields(root.pos_technical_info)].find((each) => Object.hasOwn(each, "sandbox_code"))
    ?.sandbox_code
}

/** Whether it is one of the codes. */
export const isCode = (code: unknown): code is Code => codes.some((known) => known === code)

/** The answer that a code asks for; `body` is the order with the contract's defaults. */
export const toAnswer = (code: Code, body: unknown): Answer => {
  const { order, customer = {}, shipping = {}, pos_technical_info: technical } = fields(body)
  const echo = { order, customer, shipping, technical_pos_info: technical }
  switch (code) {
    case "00":
      return { status: 201, body: { paymentStatus: "Success", ...echo } }
    case "10": {
      const failure = { errorCode: "10", errorDescription: "Operation not performed" }
      return { status: 200, body: { paymentStatus: "Failed", ...failure, ...echo } }
    }
    case "20": {
      const { host = "", port = "" } = fields(fields(technical).host_information)
      const description = `Unable to contact the terminal. Host : "${host}", Port: "${port}"`
      return error(400, "unavailable.terminal.bad.request", description)
    }
    case "50":
      return error(500, "undefined.internal.server.error", "Internal Server Error")
  }
}

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
