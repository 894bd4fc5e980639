/**
 * Records a person's answer at the server that has the attempt as unknown. If the server's reply is lost, the answer
 * may have been recorded all the same: the server is asked, and what it knows counts.
 */
import { defined } from "@hipay-pos/core/Defined"
import { Money } from "@hipay-pos/core/plain"
import type { ProblemCode } from "@hipay-pos/core/wire/Problem"
import { MAX_WORDS } from "@hipay-pos/core/wire/Resolution"
import type { Attempt } from "./AttemptJournal.ts"
import { askAt, type KnownEnd } from "./askServer.ts"
import { AttemptsError } from "./attempts/AttemptsError.ts"
import { resolve } from "./attempts/requests.ts"
import { maskWritten } from "./Redaction.ts"
import { NotResolvedAtServer, type ResolveOptions, StillUnderWay } from "./Resolution.ts"
import type { Server } from "./Server.ts"

/**
 * Records a person's answer at the server, so that both journals end together. Returns what the server knows instead,
 * if it has learnt better meanwhile. If the server does not take the answer, it is not recorded here either.
 */
export const tellServer = async (
  server: Server,
  address: string,
  resolution: ResolveOptions,
  attempt: Attempt,
  isDamaged = false
): Promise<KnownEnd | undefined> => {
  const { id } = attempt
  const { outcome, by, evidence, paid, over, authorizationNumber, lastFour, override } = isDamaged
    ? withoutAmount(resolution, attempt)
    : resolution
  try {
    const body = { outcome, by, evidence, paid, over, authorizationNumber, lastFour, override }
    await resolve(server, address, defined(body))
    return undefined
  } catch (error) {
    if (!(error instanceof AttemptsError) || error.kind === "Aborted") throw error
    const { kind, code, detail, status, seconds } = error
    if (code === ("attempt.answer.pending" satisfies ProblemCode))
      throw new StillUnderWay(defined({ id, outcome, hasEnded: true, seconds }))
    const mayBeRecorded =
      kind === "Unreachable" || kind === "Unreadable" || (kind === "ServerFailed" && mayHaveRecorded.has(code))
    if (mayBeRecorded || code === ("attempt.not.unknown" satisfies ProblemCode)) {
      const { known } = await askAt(server, attempt, address)
      if (known !== undefined) return known
    }
    throw new NotResolvedAtServer(defined({ id, detail, status, mayBeRecorded: mayBeRecorded || undefined }))
  }
}

/** After a failure with one of these codes, or with none (from a proxy), the answer may have been recorded. */
const mayHaveRecorded: ReadonlySet<string | undefined> = new Set([
  undefined,
  "resolution.unknown" satisfies ProblemCode
])

/** A server that cannot read its own record takes no amount: it goes into the evidence. */
const withoutAmount = (resolution: ResolveOptions, { currency }: Attempt): ResolveOptions => {
  const { paid, over: _, ...rest } = resolution
  if (paid === undefined) return rest
  const sum = ` (paid: ${Money.textOf(paid, currency)})`
  const evidence = maskWritten(rest.evidence)
  const most = MAX_WORDS - sum.length
  return { ...rest, evidence: `${evidence.length > most ? `${evidence.slice(0, most - 1)}…` : evidence}${sum}` }
}
