/** Notes on a file beside the comparison: lines that are not payments, and columns that must be chosen first. */
import type { Lines } from "@hipay-pos/reconcile"
import { useAppContext } from "../shell/context.ts"

/** Whether a column looks like a status or a type but is not mapped as one: then it is not certain what was paid. */
export const hasUnmappedColumns = ({ statusColumns, typeColumns }: Lines): boolean =>
  statusColumns.length + typeColumns.length > 0

export const FileNotes = ({ file }: { readonly file: Lines }) => {
  const text = useAppContext().words.reconcile
  return (
    <>
      {file.leftOut > 0 ? (
        <p class="hint" dir="auto">
          {text.leftOut(file.leftOut, file.otherTypes)}
        </p>
      ) : null}
      {file.unpaid > 0 ? (
        <p class="hint" dir="auto">
          {text.unpaid(file.unpaid, file.otherStatuses)}
        </p>
      ) : null}
      {file.statusColumns.length > 0 ? (
        <div class="note problem" role="alert">
          <p dir="auto">{text.statusColumn(file.statusColumns.join(", "))}</p>
        </div>
      ) : null}
      {file.typeColumns.length > 0 ? (
        <div class="note problem" role="alert">
          <p dir="auto">{text.typeColumn(file.typeColumns.join(", "))}</p>
        </div>
      ) : null}
    </>
  )
}
