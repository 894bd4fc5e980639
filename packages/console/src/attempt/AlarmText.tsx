/** The text of an alarm in the page's language: what happened, then what to do. */
import { useAppContext, useFormat } from "../shell/context.ts"
import type { Alarm } from "../text/en.ts"

export const AlarmText = ({ alarm }: { readonly alarm: Alarm }) => {
  const { words } = useAppContext()
  const { amount } = useFormat()
  const text = words.alarm(alarm, amount)
  return (
    <p dir="auto" lang={text === alarm.message ? "en" : undefined}>
      {text}
    </p>
  )
}
