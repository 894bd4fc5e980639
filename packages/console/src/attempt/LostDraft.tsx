/**
 * Says that the outcome of an attempt was recorded while its form was being filled in, and that what was typed was not. Shows
 * nothing if the recorded resolution is the typed one: its response may have been lost, or arrive after the event.
 */
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { useState } from "hono/jsx/dom"
import { useAppContext } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import { draftKeyOf, draftOf, dropDraft, hasDraft, isOf, requestOf } from "./draft.ts"

export const LostDraft = ({ attempt }: { readonly attempt: Attempt }) => {
  const { words, session, language } = useAppContext()
  const key = draftKeyOf(session, attempt)
  const [isLost] = useState(
    () => hasDraft(key) && !isOf(attempt.resolutions.at(-1), requestOf(draftOf(key), attempt, language))
  )
  useEffect(() => dropDraft(key), [key])
  return isLost ? (
    <p class="note problem" role="alert">
      {words.attempt.resolve.notRecorded}
    </p>
  ) : null
}
