/** An answer of the server's as it goes over the line. */
import type { Answer } from "@hipay-pos/server/http"
import type { AnswerSeen } from "./Outcome.ts"

export const sentAs = ({ status, headers, body }: Answer): AnswerSeen => ({
  status,
  headers: { ...headers, "content-type": "application/json" },
  body: JSON.stringify(body)
})
