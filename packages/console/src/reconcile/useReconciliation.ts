/**
 * Compares a file with a day's attempts, and with those of other days that may match its lines: no result until all are
 * loaded.
 */
import type { AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import { knownOf, type Lines, type Reconciliation, reconcileDay } from "@hipay-pos/reconcile"
import { useState } from "hono/jsx/dom"
import { listAttempts } from "../day/useAttempts.ts"
import { useAppContext } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import type { Loaded } from "../shell/useLoad.ts"

type Compared = Pick<Loaded<Reconciliation>, "value" | "problem">

interface State extends Compared {
  readonly day: string
  readonly file: Lines | undefined
}

/** Compares again when the attempts change, and returns the previous result until then. */
export const useReconciliation = (
  day: string,
  file: Lines | undefined,
  attempts: ReadonlyArray<AttemptSummary> | undefined
): Compared => {
  const { server } = useAppContext()
  const [state, setState] = useState<State>({ day, file })
  useEffect(() => {
    if (file === undefined || attempts === undefined) return
    let isCurrent = true
    const compare = async (): Promise<Compared> => {
      const steps = reconcileDay(file, attempts.map(knownOf))
      let step = steps.next()
      while (!step.done) {
        const lookup = step.value
        const reply = await listAttempts(server, "search" in lookup ? { q: lookup.search } : lookup)
        if (!reply.ok) return { problem: reply.problem }
        step = steps.next(reply.value.map(knownOf))
      }
      return { value: step.value }
    }
    void compare().then((compared) => {
      if (isCurrent) setState({ day, file, ...compared })
    })
    return () => {
      isCurrent = false
    }
  }, [server, day, file, attempts])
  return state.day === day && state.file === file ? { value: state.value, problem: state.problem } : {}
}
