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
    if (event._tag === "Alarm")
      write(json, { alarm: "the end of an attempt could not be written", attempt: event.attempt })
  }

const write = (json: boolean, fields: Readonly<Record<string, string | number>>): void => {
  const time = new Date().toISOString()
  console.error(
    json ? JSON.stringify({ time, ...fields }) : `${time.slice(11, 23)}  ${Object.values(fields).join("  ")}`
  )
}
