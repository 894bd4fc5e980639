/** Which methods an address takes, and what others are told. */
import type { Context } from "hono"
import { type Answer, options } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { Env } from "./HonoEnv.ts"

export const methods = {
  "/v1/connector/order": ["POST"],
  "/v1/connector/healthcheck": ["GET", "HEAD"],
  "/livez": ["GET", "HEAD"],
  "/readyz": ["GET", "HEAD"],
  "/metrics": ["GET", "HEAD"],
  "/openapi.json": ["GET", "HEAD"],
  "/docs": ["GET", "HEAD"],
  "/docs/text": ["GET", "HEAD"],
  "/docs.css": ["GET", "HEAD"],
  "/session": ["GET", "HEAD", "POST", "DELETE"],
  "/attempts": ["GET", "HEAD"],
  "/attempts/events": ["GET", "HEAD"],
  "/attempts/:id": ["GET", "HEAD"],
  "/attempts/:id/events": ["GET", "HEAD"],
  "/attempts/:id/resolve": ["POST"],
  "/attempts/:id/ask": ["POST"]
} as const

/** Answers what is not sent with one of the methods that an address takes. */
export const onlyTakes =
  (send: (c: Context<Env>, answer: Answer) => Response, allowed: ReadonlyArray<string>) =>
  (c: Context<Env>): Response => {
    const { method } = c.req
    return send(c, method === "OPTIONS" ? options(allowed) : toProblem({ _tag: "MethodNotAllowed", method, allowed }))
  }
