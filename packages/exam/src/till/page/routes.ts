/** Answers requests under `/exam`: the page, its state, and a person's answers. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { isLoopback, plainAddress } from "@hipay-pos/core/Host"
import { readBody } from "../readBody.ts"
import type { Session } from "../Session.ts"
import { page } from "./page.ts"

/** Handles a request; false where it is not for the examination. The session begins after the server. */
export const makeRoutes =
  (session: () => Session | undefined) =>
  (request: IncomingMessage, response: ServerResponse): boolean => {
    const pathname = URL.parse(request.url ?? "/", "http://examination")?.pathname
    if (pathname !== "/exam" && pathname?.startsWith("/exam/") !== true) return false
    const current = session()
    if (current === undefined) return end(response, 404, { error: "no examination here" })
    if (request.method === "GET" && pathname === "/exam") {
      response.writeHead(200, { ...common, "content-type": "text/html; charset=utf-8" }).end(page)
      return true
    }
    if (request.method === "GET" && pathname === "/exam/state") return end(response, 200, stateFor(request, current))
    if (request.method === "POST" && pathname === "/exam/answer") {
      void answer(current, request, response)
      return true
    }
    return end(response, 404, { error: "no such page" })
  }

/** The state for a caller. The page has no login, so the password, which also opens the mock, is shown on this machine only. */
const stateFor = ({ socket }: IncomingMessage, session: Session) => {
  const { password, ...shown } = session.state()
  return isOwn(socket) ? { ...shown, password } : shown
}

/** Whether a caller is on this machine: at a loopback address, or at the very address that it has called. */
const isOwn = ({ remoteAddress, localAddress }: IncomingMessage["socket"]): boolean =>
  isLoopback(plainAddress(remoteAddress) ?? "") || (remoteAddress !== undefined && remoteAddress === localAddress)

const answer = async (session: Session, request: IncomingMessage, response: ServerResponse) => {
  try {
    const { scenario, ...reply } = JSON.parse(await read(request)) as { readonly scenario?: unknown }
    const taken = session.answer(String(scenario), reply)
    end(response, taken ? 200 : 409, { taken })
  } catch {
    end(response, 400, { error: 'expected JSON such as { "scenario": "approved", "outcome": "approved" }' })
  }
}

const read = async (request: IncomingMessage): Promise<string> => {
  if (!/^application\/json/.test(request.headers["content-type"] ?? "")) throw new Error("not JSON")
  const body = await readBody(request, 20_000)
  if (body === undefined) throw new Error("too long")
  return body.toString("utf8")
}

const common = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff"
}

const end = (response: ServerResponse, status: number, json: object): true => {
  response.writeHead(status, { ...common, "content-type": "application/json" }).end(JSON.stringify(json))
  return true
}
