/**
 * `sandbox_code`: a field that HiPay's pages describe for the stage environment, although no document of the API has it. It
 * requests an answer without waking a terminal.
 *
 * Statuses and shapes are those of the page, `technical_pos_info` and 201 included, whatever the dialect.
 */
import { object } from "@hipay-pos/core/JsonObject"
import type { Answer, Sandbox } from "@hipay-pos/server"
import { error, toProblem } from "@hipay-pos/server/http"

/** The codes. */
const codes = ["00", "10", "20", "50"] as const
type Code = (typeof codes)[number]

/** The page writes one of the codes without quotes, so numbers are accepted, too. */
const readCode = (code: unknown): Code | undefined =>
  codes.find((known) => known === (typeof code === "number" ? String(code) : code))

/** The answer that a code requests, or a refusal of an unknown code. */
export const sandbox: Sandbox = (code, body) => {
  const known = readCode(code)
  return known === undefined
    ? toProblem({ _tag: "SandboxCode", expected: `one of ${codes.join(", ")}, as a text` })
    : toAnswer(known, body)
}

const toAnswer = (code: Code, body: unknown): Answer => {
  const { order, customer = {}, shipping = {}, pos_technical_info: technical } = object(body)
  const echo = { order, customer, shipping, technical_pos_info: technical }
  switch (code) {
    case "00":
      return { status: 201, body: { paymentStatus: "Success", ...echo } }
    case "10": {
      const failure = { errorCode: "10", errorDescription: "Operation not performed" }
      return { status: 200, body: { paymentStatus: "Failed", ...failure, ...echo } }
    }
    case "20": {
      const { host = "", port = "" } = object(object(technical).host_information)
      const description = `Unable to contact the terminal. Host : "${host}", Port: "${port}"`
      return error(400, "unavailable.terminal.bad.request", description)
    }
    case "50":
      return error(500, "undefined.internal.server.error", "Internal Server Error")
  }
}
