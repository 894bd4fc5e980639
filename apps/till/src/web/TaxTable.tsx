/** The tax in a total, rate by rate. */
import { rateText, useMoney, useScreen } from "./Screen.ts"

interface TaxRow {
  readonly rate: number
  readonly net: number
  readonly tax: number
  readonly gross: number
}

interface TaxTableProps {
  readonly rows: ReadonlyArray<TaxRow>
  /** The letters of the rates, in the order of the rows. */
  readonly letters?: string
}

export const TaxTable = ({ rows, letters = "" }: TaxTableProps) => {
  const { words, language } = useScreen()
  const { show } = useMoney()
  return (
    <table class="tax">
      <thead>
        <tr>
          <th scope="col">{words.rate}</th>
          <th scope="col">{words.net}</th>
          <th scope="col">{words.taxAmount}</th>
          <th scope="col">{words.gross}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ rate, net, tax, gross }, i) => (
          <tr key={String(rate)}>
            <th scope="row">
              {letters[i] === undefined ? "" : `${letters[i]} `}
              {rateText(rate, language)}
            </th>
            <td>{show(net)}</td>
            <td>{show(tax)}</td>
            <td>{show(gross)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
