/**
 * A file that is being compared with a day, and what a person has done with it so far. Kept by login, space and day while the
 * page is open, so that it survives a look at a payment or a new sign-in.
 */
import type { Session } from "@hipay-pos/core/wire/Session"
import type { Pair } from "@hipay-pos/reconcile"
import { useState } from "hono/jsx/dom"
import type { RequestProblem } from "../server/Server.ts"
import { useAppContext } from "../shell/context.ts"
import type { Sheet } from "./FileForm.tsx"

export interface Draft {
  readonly sheet?: Sheet | undefined
  /** The name of the person. */
  readonly by: string
  /** Ids of attempts that the file proves, but that the person has unticked. */
  readonly excluded: ReadonlySet<string>
  /** The payments that were not recorded, and why. */
  readonly refused: ReadonlyArray<{ readonly pair: Pair; readonly problem: RequestProblem }>
}

const nothing: Draft = { by: "", excluded: new Set(), refused: [] }

const drafts = new Map<string, Draft>()

const keyOf = ({ login, space }: Session, day: string): string => JSON.stringify([login, space, day])

export const useDraft = (day: string) => {
  const { session } = useAppContext()
  const key = keyOf(session, day)
  const [, setShown] = useState(nothing)
  const draft = drafts.get(key) ?? nothing
  return {
    draft,
    change: (change: Partial<Draft>) => {
      const next = { ...(drafts.get(key) ?? nothing), ...change }
      drafts.set(key, next)
      setShown(next)
    },
    /** Carries the file over to another day, unless that day has its own. */
    carryTo: (other: string) => {
      const otherKey = keyOf(session, other)
      if (!drafts.has(otherKey)) drafts.set(otherKey, { ...draft, refused: [] })
    }
  }
}
