/** Compares a batch report or a settlement with a day's payments. The file is read in the browser and not sent. */
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { type Pair, read, toResolveRequest } from "@hipay-pos/reconcile"
import * as Result from "effect/Result"
import { useMemo, useState } from "hono/jsx/dom"
import { DayChooser, dayOf, dayQuery } from "../day/DayChooser.tsx"
import type { RequestProblem } from "../server/Server.ts"
import { useAppContext, useFormat } from "../shell/context.ts"
import { ProblemNote } from "../shell/ProblemNote.tsx"
import { type Route, replaceRoute, toHash } from "../shell/route.ts"
import { showToast } from "../shell/toast.tsx"
import { readProblemText } from "../text/readProblem.ts"
import "../style/day.css"
import "../style/reconcile.css"
import { useAttempts } from "../day/useAttempts.ts"
import { Comparison } from "./Comparison.tsx"
import { FileForm } from "./FileForm.tsx"
import { FileNotes, hasUnmappedColumns } from "./FileNotes.tsx"
import { toMapping } from "./mapping.ts"
import { type Draft, useDraft } from "./useDraft.ts"
import { useReconciliation } from "./useReconciliation.ts"

/** Whether the server may have recorded a resolution all the same: its response was lost, or it failed. */
const isUncertain = ({ status }: RequestProblem): boolean => status === 0 || status >= 500

export const ReconcileView = ({ route }: { readonly route: Route }) => {
  const { words, server } = useAppContext()
  const { longDay } = useFormat()
  const text = words.reconcile
  const day = dayOf(route)
  const { value: attempts, problem: unlisted, reload } = useAttempts(day)
  const { draft, change, carryTo } = useDraft(day)
  const { sheet, refused } = draft
  const [busy, setBusy] = useState(false)
  const mapping = sheet && toMapping(sheet.bytes, sheet.choice)
  const parsed = useMemo(() => (sheet && mapping ? read(sheet.bytes, mapping) : undefined), [sheet])
  const file = parsed !== undefined && Result.isSuccess(parsed) ? parsed.success : undefined
  const { value: found, problem: uncompared } = useReconciliation(day, file, attempts)
  const problem = unlisted ?? uncompared
  const isBlocked = busy || (file !== undefined && hasUnmappedColumns(file))

  const resolve = async (pairs: ReadonlyArray<Pair>) => {
    if (sheet === undefined) return
    setBusy(true)
    const failed: Array<Draft["refused"][number]> = []
    for (const pair of pairs) {
      const reply = await server.send<Attempt>({
        method: "POST",
        path: `/attempts/${encodeURIComponent(pair.attempt.id)}/resolve`,
        body: toResolveRequest(pair, sheet.name, draft.by.trim())
      })
      if (!reply.ok) failed.push({ pair, problem: reply.problem })
    }
    setBusy(false)
    change({ refused: failed })
    showToast({ text: text.recorded(pairs.length - failed.length) })
    reload()
  }

  return (
    <div class="view reconcile-view">
      <header class="view-head">
        <div>
          <h1>{words.places.reconcile}</h1>
          <p class="hint">{text.hint}</p>
        </div>
        <div class="actions">
          <DayChooser
            day={day}
            choose={(next) => {
              carryTo(next)
              replaceRoute({ place: "reconcile", query: dayQuery(next) })
            }}
          />
          <a class="button" href={toHash({ place: "day", query: dayQuery(day) })}>
            {longDay(day)}
          </a>
        </div>
      </header>
      {problem ? <ProblemNote problem={problem} onRetry={reload} /> : null}
      <FileForm sheet={sheet} onSheet={(next) => change({ sheet: next, refused: [] })} />
      {sheet !== undefined && mapping === undefined ? <p class="hint">{text.needsProof}</p> : null}
      {parsed !== undefined && Result.isFailure(parsed) ? (
        <div class="note problem" role="alert">
          <p dir="auto">{readProblemText(words, parsed.failure)}</p>
        </div>
      ) : null}
      {file === undefined ? null : <FileNotes file={file} />}
      {refused.map(({ pair: { attempt }, problem }) => {
        if (isUncertain(problem) && found?.proved.every((pair) => pair.attempt.id !== attempt.id)) return null
        const said = isUncertain(problem) ? text.perhapsRecorded : text.notRecorded
        return (
          <div key={attempt.id}>
            <p dir="auto">
              <a href={toHash({ place: "attempts", name: attempt.id })}>{said(attempt.orderId)}</a>
            </p>
            <ProblemNote problem={problem} />
          </div>
        )
      })}
      {found === undefined ? null : (
        <Comparison found={found} draft={draft} change={change} busy={isBlocked} onResolve={resolve} />
      )}
    </div>
  )
}
