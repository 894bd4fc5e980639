/**
 * Reads an order: masks its card numbers before anything else sees them, and validates it. Where logins are guessed, that is
 * done before its login is looked at. What becomes of the order is for `answerOrder`.
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
  /** Orders that are sent on to HiPay's own service. */
  readonly relay?: Relay | undefined
}

/** An order that can be paid. */
export interface ReadOrder {
  /** The body without card numbers. */
  readonly json: unknown
  readonly sandboxCode: unknown
  readonly order: Accepted
  /** As it was sent. */
  readonly body: Json
  /** Where card numbers stood. */
  readonly paths: ReadonlyArray<string>
}

/** Why an order is not paid, and its JSON where it could be read. */
export interface Refusal {
  readonly refusal: Answer
  readonly json?: unknown
}

/** What was read before its login was looked at, if anything was. */
export type Early = ReadOrder | Refusal | undefined

/** Reads orders. */
export const makeReadOrder = ({ mode, validation, bodyLimit, sandbox, relay }: ReadOptions) => {
  /** Reads an order, or says why it is not paid: the same work whoever sent it. */
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
    // A masked number is a text: the contract is asked of the order as it came. Findings show no card number.
    const asSent = validate(body.json, validation, rules)
    const order = paths.length === 0 || asSent._tag !== "Accepted" ? asSent : masked(validate(json, validation, rules))
    validated?.(order._tag === "Accepted" ? undefined : order._tag)
    if (order._tag !== "Accepted") return { refusal: toProblem(order), json }
    // An order with a code anywhere comes from a till that believes that no money moves.
    const hasCode = sandboxCode !== undefined || order.findings.some(({ path }) => path.endsWith(".sandbox_code"))
    if (hasCode && sandbox === undefined && !(relay?.takesSandboxCodes && relay.takes(order.request)))
      return { refusal: toProblem(noSandbox), json }
    return { json, sandboxCode, order, body, paths }
  }

  /** Reads an order before its login is looked at, if it is small enough. */
  const readEarly = async (c: Context<Env>): Promise<Early> => {
    const length = headerOf(c, "content-length")
    if (length !== undefined) return Number(length) <= EARLY ? readOrder(c) : undefined
    // Of a copy: what turns out to be too large is read when its turn has come.
    const read = await readOrder(c, c.req.raw.clone(), Math.min(bodyLimit, EARLY))
    return "refusal" in read ? undefined : read
  }

  return { readOrder, readEarly }
}

/** The largest order that is read before its login is looked at, in bytes: some thirty full lines of a basket. */
const EARLY = 16_384

/** What an order that was right as it came is once it is masked: refused where a number of the contract had to be. */
const masked = (order: Accepted | Rejected): Accepted | Rejected => {
  if (order._tag === "Accepted") return order
  const { path = "" } = (order._tag === "InvalidBody" ? order.findings.find(isRefusing) : order.finding) ?? {}
  const finding = Finding.make("refused", "card-number", path, "no card number", "a number that may be one")
  return order._tag === "InvalidBody"
    ? { _tag: "InvalidBody", findings: [finding] }
    : { _tag: "Undeliverable", finding }
}

const isRefusing = ({ severity }: Finding.Finding): boolean => severity === "refused"

/** The answer that a `sandbox_code` asks for; `body` is the order with the contract's defaults. */
export type Sandbox = (code: unknown, body: unknown) => Answer

const noSandbox = { _tag: "SandboxCode", expected: "no code" } as const

/**
 * The `sandbox_code` of a body, as it was sent. HiPay's pages describe the field and do not say where it stands: it is
 * looked for at the root, in the order and in the technical information.
 */
const findSandboxCode = (json: unknown): unknown => {
  const root = object(json)
  return [root, object(root.order), object(root.pos_technical_info)].find((each) => Object.hasOwn(each, "sandbox_code"))
    ?.sandbox_code
}
