/**
 * The probes. `/livez` says that the loop is alive; `/readyz`, in JSON, whether new orders should come here, and else why
 * not. Neither asks a terminal or the service behind a relay: a till must hear "nothing was started" from this server
 * rather than reach none.
 */
import type { Readiness } from "@hipay-pos/core/wire/Readiness"
import * as Effect from "effect/Effect"
import { Hono } from "hono"
import { text } from "../render/Answer.ts"
import type { Space } from "../Space.ts"
import type { Env } from "./HonoEnv.ts"
import type { Responder } from "./RouteTools.ts"

/** What the probes look at. */
export interface ProbeOptions {
  readonly spaces: () => Promise<ReadonlyArray<Space>>
  /** Aborted when the server shuts down. */
  readonly closing: AbortSignal
  /** Why the server should get no new orders just now, in a few words; undefined where it may. */
  readonly notReady?: (() => string | undefined) | undefined
}

/** One check; `problem` says what is wrong. */
interface Check {
  readonly ok: boolean
  readonly problem?: string
}

/** How long the store may take to answer, in milliseconds. */
const ANSWERING = 2_000

/**
 * How long a write that failed keeps orders away, in milliseconds, unless one succeeds before. Then they may come again: behind
 * a balancer that heeds the probe, no order would show that the store can be written by now.
 */
const WRITE_FAILED = 60_000

/** The routes; open to everybody, so that they say nothing of payments. */
export const probeRoutes = ({ send }: Responder, { spaces, closing, notReady }: ProbeOptions): Hono<Env> => {
  const app = new Hono<Env>()
  let asked: { readonly at: number; readonly store: Promise<string | undefined> } | undefined
  /** At most once a second, however many callers without a login ask. */
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
      store: isDraining ? ok : check(writeProblem(list) ?? (await storeProblem(list.slice(-1)))),
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

/** Why the store could not be written when it last was; undefined where it was, or that is long ago. */
const writeProblem = (list: ReadonlyArray<Space>): string | undefined => {
  const failure = list.map(({ attempts }) => attempts.writeFailure()).find((each) => each !== undefined)
  return failure === undefined || performance.now() - failure.at > WRITE_FAILED
    ? undefined
    : `the store cannot be written: ${failure.reason}`
}

/** Why the store cannot be relied on; undefined where it answered. */
const askStore = (space: Space | undefined): Promise<string | undefined> =>
  space === undefined
    ? Promise.resolve(undefined)
    : Effect.runPromise(
        Effect.match(Effect.timeoutOption(space.attempts.get("readyz"), ANSWERING), {
          onSuccess: (answered) =>
            answered._tag === "None" ? `the store did not answer within ${ANSWERING / 1_000} s` : undefined,
          onFailure: ({ detail }) => `the store cannot be read: ${detail}`
        })
      )
