/**
 * The client: the size of a browser's bundle, how long its import takes on Node, and what it adds to a bare fetch of the
 * same bytes. One JSON line a figure, with its budget; fails over budget. Times compare within one run only.
 */
import * as bundle from "./client/bundle.ts"
import * as importing from "./client/importing.ts"
import * as overhead from "./client/overhead.ts"

interface Row {
  readonly name: string
  readonly ratio?: number
  readonly budget?: number
  readonly bytes?: number
  readonly budgetBytes?: number
  readonly effectBarrel?: boolean
  readonly nodeBuiltIns?: number
}

const rows: ReadonlyArray<Row> = [...(await bundle.rows()), ...importing.rows(), ...(await overhead.rows())]

const isOver = ({ ratio = 0, budget = ratio, bytes = 0, budgetBytes = bytes, effectBarrel, nodeBuiltIns }: Row) =>
  ratio > budget || bytes > budgetBytes || effectBarrel === true || (nodeBuiltIns ?? 0) > 0

for (const row of rows) console.log(JSON.stringify(isOver(row) ? { ...row, over: true } : row))
if (rows.some(isOver)) process.exitCode = 1
