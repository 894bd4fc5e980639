/** An answer of the server, as sent over the connection. */
import type { Answer } from "@hipay-pos/server/http"
import type { AnswerSeen } from "./Outcome.ts"

export const sentAs = ({ status, headers, body }: Answer): AnswerSeen => ({
  status,
  headers: { ...headers, "content-type": "application/json" },
  body: JSON.stringify(body)
})
