/** A table; on a phone its rows become cards with the column titles. */
import type { Child } from "hono/jsx"

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => Child
  /** Aligned to the right. */
  readonly numeric?: boolean
}

interface Props<Row> {
  readonly caption: string
  readonly columns: ReadonlyArray<Column<Row>>
  readonly rows: ReadonlyArray<Row>
  readonly rowKey: (row: Row) => string
  readonly picked?: string | undefined
}

export const Table = <Row,>({ caption, columns, rows, rowKey, picked }: Props<Row>) => (
  <table class="table">
    <caption class="visually-hidden">{caption}</caption>
    <thead>
      <tr>
        {columns.map(({ title, numeric }) => (
          <th key={title} scope="col" class={numeric ? "numeric" : ""}>
            {title}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={rowKey(row)} class={rowKey(row) === picked ? "picked" : ""}>
          {columns.map(({ title, cell, numeric }) => (
            <td key={title} data-title={title} class={numeric ? "numeric" : ""} dir="auto">
              {cell(row)}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)
