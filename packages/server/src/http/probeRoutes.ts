/**
 * The probes. `/livez` says that the event loop is alive; `/readyz` says, in JSON, whether new orders should come here, or why
 * not. Neither asks a terminal or the service behind a relay: if those fail, a till needs this server's answer "nothing was
 * started", which it would not get if traffic were turned away.
 */
import type { Readiness } from "@hipay-pos/core/wire/Readiness"
import * as Effect from "effect/Effect"
import { Hono } from "hono"
import { text } from "../render/Answer.ts"
import type { Space } from "../Space.ts"
import type { Env } from "./HonoEnv.ts"
import type { Responder } from "./RouteTools.ts"

/** What the probes check. */
export interface ProbeOptions {
  readonly spaces: () => Promise<ReadonlyArray<Space>>
  /** Aborted when the server shuts down. */
  readonly closing: AbortSignal
  /** Why the server should get no new orders now, in a few words; undefined if it may. */
  readonly notReady?: (() => string | undefined) | undefined
}

/** One check; `problem` says what is wrong. */
interface Check {
  readonly ok: boolean
  readonly problem?: string
}

/** How long the store may take to answer, in milliseconds. */
const STORE_TIMEOUT = 2_000

const unanswered = `the store did not answer within ${STORE_TIMEOUT / 1_000} s`

/** The routes. They are open to everybody, so they reveal nothing about payments. */
export const probeRoutes = ({ send }: Responder, { spaces, closing, notReady }: ProbeOptions): Hono<Env> => {
  const app = new Hono<Env>()
  let asked: { readonly at: number; readonly store: Promise<string | undefined> } | undefined
  /** Asks at most once a second, however many callers without a login ask. */
  const storeProblem = (list: ReadonlyArray<Space>) => {
    if (asked === undefined || performance.now() - asked.at > 1_000)
      asked = { at: performance.now(), store: askStore(list[0]) }
    return asked.store
  }
  app.get("/livez", (c) => send(c, text("alive")))
  app.get("/readyz", async (c) => {
    const reason = closing.aborted ? "closing" : notReady?.()
    const isDraining = reason === "closing"
    const list = isDraining ? [] : await spaces()
    const owed = list.flatMap(({ attempts }) => attempts.owed())
    const checks = {
      draining: check(isDraining ? "the server is closing: send new orders elsewhere" : undefined),
      serving: check(isDraining ? undefined : reason),
      store: isDraining ? ok : check((await writeProblem(list)) ?? (await storeProblem(list.slice(-1)))),
      ends: check(
        owed[0] === undefined ? undefined : `payment results not written yet: ${owed.length} (${owed[0].reason})`
      )
    }
    const problems = Object.values(checks).flatMap(({ problem }) => problem ?? [])
    const body: Readiness = { ready: problems.length === 0, ...(problems.length > 0 && { problems }), checks }
    return send(c, { status: problems.length === 0 ? 200 : 503, body: `${JSON.stringify(body)}\n` })
  })
  return app
}

const ok: Check = { ok: true }

const check = (problem: string | undefined): Check => (problem === undefined ? ok : { ok: false, problem })

/** Why the stores cannot be written; undefined if they can. */
const writeProblem = async (list: ReadonlyArray<Space>): Promise<string | undefined> => {
  for (const { attempts } of list) {
    const answered = await Effect.runPromise(Effect.timeoutOption(attempts.writeProblem, STORE_TIMEOUT))
    if (answered._tag === "None") return unanswered
    if (answered.value !== undefined) return `the store cannot be written: ${answered.value}`
  }
  return undefined
}

/** Why the store cannot be relied on; undefined if it answered. */
const askStore = (space: Space | undefined): Promise<string | undefined> =>
  space === undefined
    ? Promise.resolve(undefined)
    : Effect.runPromise(
        Effect.match(Effect.timeoutOption(space.attempts.get("readyz"), STORE_TIMEOUT), {
          onSuccess: (answered) => (answered._tag === "None" ? unanswered : undefined),
          onFailure: ({ detail }) => `the store cannot be read: ${detail}`
        })
      )
