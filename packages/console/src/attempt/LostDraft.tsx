/** Says that the outcome of an attempt was recorded while its form was being filled in, and that what was typed was not. */
import type { Attempt } from "@hipay-pos/core/wire/Attempt"
import { useState } from "hono/jsx/dom"
import { useAppContext } from "../shell/context.ts"
import { useEffect } from "../shell/hooks.ts"
import { draftKeyOf, dropDraft, hasDraft } from "./draft.ts"

export const LostDraft = ({ attempt }: { readonly attempt: Attempt }) => {
  const { words, session } = useAppContext()
  const key = draftKeyOf(session, attempt)
  const [isLost] = useState(() => hasDraft(key))
  useEffect(() => dropDraft(key), [key])
  return isLost ? (
    <p class="note problem" role="alert">
      {words.attempt.resolve.notRecorded}
    </p>
  ) : null
}
