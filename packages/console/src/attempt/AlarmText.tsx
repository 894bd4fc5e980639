/** What a person has to see to, in the words of the page. */
import type { Alarm } from "../server/model.ts"
import { useDesk, useFormat } from "../shell/context.ts"

export const AlarmText = ({ alarm }: { readonly alarm: Alarm }) => {
  const { words } = useDesk()
  const { amount } = useFormat()
  return <p dir="auto">{words.alarm(alarm, amount)}</p>
}
