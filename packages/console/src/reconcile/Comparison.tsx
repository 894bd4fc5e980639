/** The differences, the most urgent first; outcomes that the file proves can be recorded after a check. */
import {
  isResolvable,
  type Known,
  type Line,
  type OtherLine,
  type Pair,
  type Reconciliation
} from "@hipay-pos/reconcile"
import { StateMark } from "../attempts/StateMark.tsx"
import { useAppContext, useFormat, useHasRole } from "../shell/context.ts"
import { inputValue } from "../shell/input.ts"
import { toHash } from "../shell/route.ts"
import { type Column, Table } from "../shell/Table.tsx"
import type { Draft } from "./useDraft.ts"

/** A line, an attempt, or both. */
interface Row {
  readonly line?: Line | OtherLine | undefined
  readonly attempt?: Known | undefined
  /** The attempt whose payment the line may reverse. */
  readonly against?: Known | undefined
}

const kinds = [
  "proved",
  "perhapsReversed",
  "contradicted",
  "otherAmount",
  "onlyThere",
  "onlyHere",
  "stillUnknown",
  "cancelled",
  "matched"
] as const satisfies ReadonlyArray<keyof Reconciliation>
type Kind = (typeof kinds)[number]

/** Kinds that need no action. */
const agreeing: ReadonlySet<Kind> = new Set(["cancelled", "matched"])

const rowsOf = (found: Reconciliation, kind: Kind): ReadonlyArray<Row> => {
  if (kind === "onlyThere") return found.onlyThere.map((line) => ({ line }))
  if (kind === "onlyHere" || kind === "stillUnknown") return found[kind].map((attempt) => ({ attempt }))
  if (kind === "perhapsReversed") {
    return found.perhapsReversed.flatMap(({ by, ...pair }) => [
      pair,
      ...by.map((line) => ({ line, against: pair.attempt }))
    ])
  }
  if (kind === "cancelled") return found.cancelled.map(({ sale }) => ({ attempt: sale }))
  return found[kind]
}

/** Whether to show logins beside order ids: two shops may have the same id. */
const hasSeveralLogins = (found: Reconciliation): boolean =>
  new Set(kinds.flatMap((kind) => rowsOf(found, kind).flatMap(({ attempt }) => attempt?.login ?? []))).size > 1

interface Props {
  readonly found: Reconciliation
  readonly draft: Draft
  readonly change: (change: Partial<Draft>) => void
  readonly busy: boolean
  readonly onResolve: (pairs: ReadonlyArray<Pair>) => void
}

export const Comparison = ({ found, ...rest }: Props) => {
  const { words } = useAppContext()
  const { count } = useFormat()
  const text = words.reconcile
  const hasLogin = hasSeveralLogins(found)
  const agrees = kinds.every((kind) => agreeing.has(kind) || found[kind].length === 0)
  return (
    <>
      <ul class="figures">
        {kinds
          .filter((kind) => kind === "matched" || found[kind].length > 0)
          .map((kind) => (
            <li key={kind} class={agreeing.has(kind) ? "" : "has-alarm"}>
              <span>{text.kinds[kind]}</span>
              <strong>{count(found[kind].length)}</strong>
            </li>
          ))}
      </ul>
      {agrees ? (
        <p class="hint" role="status">
          ✓ {text.agrees}
        </p>
      ) : null}
      {found.proved.length === 0 ? null : <Proved pairs={found.proved} hasLogin={hasLogin} {...rest} />}
      {kinds
        .filter((kind) => kind !== "proved" && found[kind].length > 0)
        .map((kind) =>
          agreeing.has(kind) ? (
            <details key={kind} class="panel" data-kind={kind}>
              <summary>{words.named(text.kinds[kind], count(found[kind].length))}</summary>
              {text.hints[kind] === "" ? null : <p class="hint">{text.hints[kind]}</p>}
              <Rows title={text.kinds[kind]} rows={rowsOf(found, kind)} hasLogin={hasLogin} />
            </details>
          ) : (
            <section key={kind} class="panel" data-kind={kind}>
              <h2>{text.kinds[kind]}</h2>
              <p class="hint">{text.hints[kind]}</p>
              <Rows title={text.kinds[kind]} rows={rowsOf(found, kind)} hasLogin={hasLogin} />
            </section>
          )
        )}
    </>
  )
}

const keyOf = ({ line, attempt, against }: Row): string => `${line?.number ?? ""} ${(attempt ?? against)?.id ?? ""}`

const Rows = ({
  title,
  rows,
  hasLogin,
  first = []
}: {
  readonly title: string
  readonly rows: ReadonlyArray<Row>
  readonly hasLogin: boolean
  readonly first?: ReadonlyArray<Column<Row>>
}) => {
  const { words } = useAppContext()
  const { moment, signedAmount } = useFormat()
  const text = words.reconcile
  const ofFile: ReadonlyArray<Column<Row>> = [
    { title: text.line, numeric: true, cell: ({ line }) => line?.number },
    {
      title: text.inFile,
      numeric: true,
      cell: ({ line }) =>
        line === undefined
          ? null
          : "says" in line
            ? line.says
            : signedAmount(line.transactionType, line.amount, line.currency)
    }
  ]
  const ofServer: ReadonlyArray<Column<Row>> = [
    {
      title: text.here,
      numeric: true,
      cell: ({ attempt }) =>
        attempt === undefined
          ? null
          : signedAmount(attempt.transactionType, attempt.paid ?? attempt.amount, attempt.currency)
    },
    {
      title: text.state,
      cell: ({ attempt }) => (attempt === undefined ? null : <StateMark state={attempt.state} />)
    },
    {
      // With the date, unless it is today.
      title: words.attempts.columns.time,
      cell: ({ attempt }) => (attempt === undefined ? null : moment(attempt.openedAt))
    }
  ]
  return (
    <Table
      caption={title}
      rows={rows}
      rowKey={keyOf}
      columns={[
        ...first,
        ...(rows.some(({ line }) => line !== undefined) ? ofFile : []),
        {
          title: text.order,
          cell: ({ line, attempt }) =>
            attempt === undefined ? (
              (line?.orderId ?? "–")
            ) : (
              <a href={toHash({ place: "attempts", name: attempt.id })}>{attempt.orderId}</a>
            )
        },
        ...(hasLogin && rows.some(({ attempt }) => attempt !== undefined)
          ? [{ title: text.login, cell: ({ attempt }: Row) => attempt?.login }]
          : []),
        {
          title: text.authorization,
          cell: ({ line, attempt }) => line?.authorization ?? attempt?.authorization ?? "–"
        },
        ...(rows.some(({ attempt }) => attempt !== undefined) ? ofServer : [])
      ]}
    />
  )
}

/** Outcomes that the file proves: a person checks them, and the selected ones are recorded. */
const Proved = ({
  pairs,
  hasLogin,
  draft: { by, excluded },
  change,
  busy,
  onResolve
}: Omit<Props, "found"> & { readonly pairs: ReadonlyArray<Pair>; readonly hasLogin: boolean }) => {
  const { words } = useAppContext()
  const mayResolve = useHasRole("resolve")
  const text = words.reconcile
  const chosen = pairs.filter((pair) => isResolvable(pair) && !excluded.has(pair.attempt.id))
  const toggle = (id: string) => {
    const next = new Set(excluded)
    if (!next.delete(id)) next.add(id)
    change({ excluded: next })
  }
  const choice: Column<Row> = {
    title: words.reconcile.record,
    cell: ({ line, attempt }) =>
      line === undefined || "says" in line || attempt === undefined ? null : isResolvable({ line, attempt }) ? (
        <input
          type="checkbox"
          aria-label={text.recordIt(attempt.orderId)}
          checked={!excluded.has(attempt.id)}
          disabled={busy}
          onChange={() => toggle(attempt.id)}
        />
      ) : (
        <small>{attempt.state === "open" ? text.stillOpen : text.amountsDiffer}</small>
      )
  }
  return (
    <form
      class="panel"
      data-kind="proved"
      onSubmit={(event: Event) => {
        event.preventDefault()
        if (!busy && chosen.length > 0 && by.trim() !== "") onResolve(chosen)
      }}
    >
      <h2>{text.kinds.proved}</h2>
      <p class="hint">{text.hints.proved}</p>
      <Rows title={text.kinds.proved} rows={pairs} hasLogin={hasLogin} first={mayResolve ? [choice] : []} />
      {mayResolve ? (
        <>
          <label class="field reconcile-by">
            <span>{text.by}</span>
            <input
              name="by"
              required
              maxLength={500}
              autocomplete="name"
              dir="auto"
              value={by}
              onInput={(event: Event) => change({ by: inputValue(event) })}
            />
          </label>
          <p class="hint">{text.note}</p>
          <div class="actions">
            <button type="submit" class="button primary" disabled={busy || chosen.length === 0}>
              {text.submit(chosen.length)}
            </button>
          </div>
        </>
      ) : (
        <p class="hint">{text.notAllowed}</p>
      )}
    </form>
  )
}
