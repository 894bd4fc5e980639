/** One line per order on stderr: what came of it, without the order itself, which holds personal data. */
import type { Listener } from "../ServerEvent.ts"

/** A listener that logs, as words or as JSON. */
export const log =
  (json: boolean): Listener =>
  (event) => {
    if (event._tag === "OrderAnswered") {
      const { status, body } = event.answer
      const { paymentStatus, error } = body as {
        readonly paymentStatus?: string
        readonly error?: { readonly code?: string }
      }
      write(json, { request: event.requestId, status, outcome: paymentStatus ?? error?.code ?? "" })
    }
    if (event._tag === "Defect") {
      const { attempt } = event
      write(json, { defect: placeOf(event.error), ...(attempt === undefined ? {} : { attempt }) })
    }
    if (event._tag === "Unreadable") write(json, { refused: event.code })
    if (event._tag === "TurnedAway") write(json, { request: event.requestId, refused: event.refusal })
    if (event._tag === "Alarm") {
      write(json, { alarm: "the end of an attempt could not be written", attempt: event.attempt })
    }
  }

/** A bug's name and where it struck; its message may quote an order. */
const placeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error
  const frame = error.stack?.split("\n").find((line) => /^\s+at /.test(line))
  return `${error.name}${frame?.replace(/^\s+/, " ") ?? ""}`
}

const write = (json: boolean, fields: Readonly<Record<string, string | number>>): void => {
  const time = new Date().toISOString()
  console.error(
    json ? JSON.stringify({ time, ...fields }) : `${time.slice(11, 23)}  ${Object.values(fields).join("  ")}`
  )
}
