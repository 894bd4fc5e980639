/** What the value of a Concert field means: in the page's language if it has words for it, else as the server says it, in English. */
import type { MessageField } from "@hipay-pos/core/wire/TimelineEntry"
import { useAppContext } from "../shell/context.ts"

export const Meaning = ({ field }: { readonly field: MessageField }) => {
  const translated = useAppContext().words.fieldMeaning(field)
  return (
    <span dir="auto" lang={translated === undefined ? "en" : undefined}>
      {translated ?? field.meaning ?? ""}
    </span>
  )
}
