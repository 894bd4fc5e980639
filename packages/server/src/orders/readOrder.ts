/**
 * Reads an order: masks its card numbers before anything else sees them, and validates it. While logins are guessed, this happens
 * before its login is checked. `answerOrder` does the rest.
 */
import * as Finding from "@hipay-pos/core/Finding"
import { object } from "@hipay-pos/core/JsonObject"
import type { ServerMode } from "@hipay-pos/core/wire/Session"
import type { Context } from "hono"
import { type Env, headerOf } from "../http/HonoEnv.ts"
import { isSupportedType, type Json, readJson } from "../http/requestBody.ts"
import { maskOrder } from "../maskCardNumbers.ts"
import type { Answer } from "../render/Answer.ts"
import { toProblem } from "../render/problems.ts"
import type { Relay } from "../terminals/Relay.ts"
import { type Accepted, type Rejected, unsupportedType, type Validation, validate } from "../validation/validate.ts"

/** What orders are read with. */
export interface ReadOptions {
  readonly mode: ServerMode
  readonly validation: Validation
  /** Largest body, in bytes. */
  readonly bodyLimit: number
  readonly sandbox?: Sandbox | undefined
  /** Takes orders that are relayed to HiPay's own service. */
  readonly relay?: Relay | undefined
}

/** An order that can be paid. */
export interface ReadOrder {
  /** The body without card numbers. */
  readonly json: unknown
  readonly sandboxCode: unknown
  readonly order: Accepted
  /** The body as sent. */
  readonly body: Json
  /** The paths of its card numbers. */
  readonly paths: ReadonlyArray<string>
}

/** Why an order is not paid, with its JSON if it could be read. */
export interface Refusal {
  readonly refusal: Answer
  readonly json?: unknown
}

/** What was read before the login was checked, if anything. */
export type ReadAhead = ReadOrder | Refusal | undefined

/** Reads orders. */
export const makeReadOrder = ({ mode, validation, bodyLimit, sandbox, relay }: ReadOptions) => {
  /** Reads an order, or returns why it is not paid. Costs the same whoever sent it. */
  const readOrder = async (
    c: Context<Env>,
    request: Request = c.req.raw,
    limit = bodyLimit
  ): Promise<ReadOrder | Refusal> => {
    const type = headerOf(c, "content-type")
    if (validation === "faithful" && !isSupportedType(type)) return { refusal: toProblem(unsupportedType(type)) }
    const { trace } = c.get("order")
    const received = trace?.step("receive")
    const body = await readJson(request, limit, (name) => headerOf(c, name))
    received?.(body._tag === "Json" ? undefined : body._tag)
    if (body._tag !== "Json") return { refusal: toProblem(body) }
    const validated = trace?.step("validate")
    const { json, paths } = body.mayHoldCards ? maskOrder(body.json) : { json: body.json, paths: [] }
    const sandboxCode = findSandboxCode(json)
    if (sandboxCode !== undefined && sandbox === undefined && relay?.takesSandboxCodes !== true)
      return { refusal: toProblem(noSandbox), json }
    const rules = { lenientBasket: mode === "gateway", isRelayed: relay?.takes }
    // Masking turns a number into a text, so the contract is checked on the order as sent. Findings show no card number.
    const asSent = validate(body.json, validation, rules)
    const order = paths.length === 0 || asSent._tag !== "Accepted" ? asSent : masked(validate(json, validation, rules))
    validated?.(order._tag === "Accepted" ? undefined : order._tag)
    if (order._tag !== "Accepted") return { refusal: toProblem(order), json }
    // A code anywhere in an order means that the till believes no money moves.
    const hasCode = sandboxCode !== undefined || order.findings.some(({ path }) => path.endsWith(".sandbox_code"))
    if (hasCode && sandbox === undefined && !(relay?.takesSandboxCodes && relay.takes(order.request)))
      return { refusal: toProblem(noSandbox), json }
    return { json, sandboxCode, order, body, paths }
  }

  /** Reads an order before its login is checked, if it is small enough. */
  const readAhead = async (c: Context<Env>): Promise<ReadAhead> => {
    const length = headerOf(c, "content-length")
    if (length !== undefined) return Number(length) <= READ_AHEAD ? readOrder(c) : undefined
    // Reads a copy: if it turns out too large, the original is read later.
    const read = await readOrder(c, c.req.raw.clone(), Math.min(bodyLimit, READ_AHEAD))
    return "refusal" in read ? undefined : read
  }

  return { readOrder, readAhead }
}

/** The largest order that is read before its login is checked, in bytes: some thirty full lines of a basket. */
const READ_AHEAD = 16_384

/** A valid order after masking: refused if a number that the contract requires had to be masked. */
const masked = (order: Accepted | Rejected): Accepted | Rejected => {
  if (order._tag === "Accepted") return order
  const { path = "" } = (order._tag === "InvalidBody" ? order.findings.find(isRefusing) : order.finding) ?? {}
  const finding = Finding.make("refused", "card-number", path, "no card number", "a number that may be one")
  return order._tag === "InvalidBody"
    ? { _tag: "InvalidBody", findings: [finding] }
    : { _tag: "Undeliverable", finding }
}

const isRefusing = ({ severity }: Finding.Finding): boolean => severity === "refused"

/** Answers a `sandbox_code`; `body` is the order with the contract's defaults. */
export type Sandbox = (code: unknown, body: unknown) => Answer

const noSandbox = { _tag: "SandboxCode", expected: "no code" } as const

/**
 * The `sandbox_code` of a body, as sent. HiPay's pages describe the field but not its place, so it is looked for at the root,
 * in the order and in the technical information.
 */
const findSandboxCode = (json: unknown): unknown => {
  const root = object(json)
  return [root, object(root.order), object(root.pos_technical_info)].find((each) => Object.hasOwn(each, "sandbox_code"))
    ?.sandbox_code
}
