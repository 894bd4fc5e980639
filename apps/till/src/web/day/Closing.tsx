/** The drawer at the end of a day: counted, expected and the difference; and the form for the count. */

import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Result from "effect/Result"
import { type RefObject, useRef, useState } from "hono/jsx/dom"
import type { DayView } from "../../api.ts"
import { countedOf, denominations, differenceOf } from "../../sale/drawer.ts"
import { type Draft, draftOf, dropDraft, keepDraft } from "../drafts.ts"
import { useOnceOnPage } from "../effects.ts"
import { inputValue } from "../input.ts"
import { nameChosen, remember } from "../preferences.ts"
import { useMoney, useScreen, useTimes } from "../Screen.ts"
import { TextField } from "../TextField.tsx"
import { useRunning } from "../useRunning.ts"

interface ClosingProps {
  readonly day: string
  readonly report: DayView
}

export const Closing = ({ day, report }: ClosingProps) => {
  /** The number of closings when a recount began: once there is another, that one is shown. */
  const [again, setAgain] = useState<number | undefined>(undefined)
  const heading = useRef<HTMLHeadingElement>(null)
  const moves = useRef(false)
  const [last] = report.closings
  const isCounting = last === undefined || again === report.closings.length
  // The pressed button was removed, and with it the focus.
  useOnceOnPage(() => {
    if (moves.current !== true) return
    moves.current = false
    heading.current?.focus()
  }, [isCounting, report.closings.length])
  const countAgain = () => {
    moves.current = true
    setAgain(report.closings.length)
  }
  return isCounting ? (
    <CountForm day={day} report={report} heading={heading} moves={moves} />
  ) : (
    <Kept closing={last} report={report} heading={heading} countAgain={countAgain} />
  )
}

const numberText = (closing: number): string => String(closing).padStart(4, "0")

/** The day's cash. */
const cashOf = ({ means }: DayView): number => means.find(({ means }) => means === "cash")?.net ?? 0

/** Whether the day has changed since it was closed; the closing itself stays as it is. */
const isOutdated = ({ net, sales, unknown, float, expected }: DayView["closings"][number], report: DayView): boolean =>
  net !== report.net ||
  sales !== report.sales.count ||
  unknown !== report.unknown.count + report.unknownRefunds.count ||
  expected - float !== cashOf(report)

interface KeptProps {
  readonly heading: RefObject<HTMLHeadingElement | null>
  readonly closing: DayView["closings"][number]
  readonly report: DayView
  readonly countAgain: () => void
}

const Kept = ({ closing, report, heading, countAgain }: KeptProps) => {
  const { words } = useScreen()
  const { show } = useMoney()
  const { moment } = useTimes()
  const { difference } = closing
  return (
    <section class="closing">
      <h2 ref={heading} tabindex={-1}>
        {words.closingTitle(numberText(closing.closing))}
      </h2>
      <p class="hint">{words.closedBy(closing.by, moment(closing.at))}</p>
      {isOutdated(closing, report) ? <p class="outcome warn">{words.closingOutdated(show(closing.net))}</p> : null}
      <dl class="sums">
        <Sum name={words.float} amount={show(closing.float)} />
        <Sum name={words.expectedCash} amount={show(closing.expected)} />
        <Sum name={words.counted} amount={show(closing.counted)} />
        <Sum
          name={words.difference}
          amount={difference === 0 ? words.even : show(difference)}
          strong
          off={difference}
        />
      </dl>
      {closing.note === undefined ? null : <p dir="auto">{closing.note}</p>}
      <button type="button" class="screen-only" onClick={countAgain}>
        {words.closeAgain}
      </button>
    </section>
  )
}

interface CountFormProps extends ClosingProps {
  readonly heading: RefObject<HTMLHeadingElement | null>
  /** Whether the next heading gets the focus. */
  readonly moves: RefObject<boolean>
}

const CountForm = ({ day, report, heading, moves }: CountFormProps) => {
  const { words, state, act, refuse, tell } = useScreen()
  const { show, typed, read } = useMoney()
  const currency = state.currency as CurrencyCode
  const values = denominations(currency)
  const draftKey = `count ${day}`
  const [draft, setDraft] = useState(() => draftOf(draftKey))
  const { float = report.float === 0 ? "" : typed(report.float), total = "", by = nameChosen(), note = "" } = draft
  const edit = (field: "float" | "total" | "by" | "note" | CountName) => (text: string) => {
    const edited = { ...draftOf(draftKey), [field]: text }
    setDraft(edited)
    keepDraft(draftKey, edited)
  }
  const { running, run } = useRunning()
  const amountOf = (text: string) => (/^[\s0.,]*$/.test(text) ? 0 : read(text))
  const given = amountOf(float)
  const counted = countsOf(values, draft, amountOf(total))
  const cash = cashOf(report)
  const against = sumsOf(given, counted, cash, currency)
  const submit = async (event: Event) => {
    event.preventDefault()
    if (given === undefined || counted === undefined) return refuse("not-amount")
    if (by.trim() === "") return refuse("name")
    remember("name", by.trim())
    const written = note.trim() === "" ? {} : { note }
    const seen = report.closings.length
    await run(async () => {
      moves.current = true
      const done = await act({ do: "close-day", day, closings: seen, float: given, counts: counted, by, ...written })
      if (done === undefined) moves.current = false
      else {
        dropDraft(draftKey)
        tell({ text: words.closedSaid(numberText(done.closings)) })
      }
    })
  }
  return (
    <form class="closing screen-only" onSubmit={(event: Event) => void submit(event)}>
      <h2 ref={heading} tabindex={-1}>
        {words.closeTitle}
      </h2>
      <p class="hint">{words.closeHint}</p>
      <TextField
        class="float"
        label={words.float}
        inputmode="decimal"
        name="float"
        text={float}
        setText={edit("float")}
      />
      {values.length === 0 ? (
        <TextField label={words.counted} inputmode="decimal" name="counted" text={total} setText={edit("total")} />
      ) : (
        <fieldset class="denominations" aria-label={words.drawer}>
          {values.map((value) => (
            <label key={String(value)}>
              <span>{show(value)}</span>
              <input
                type="text"
                inputmode="numeric"
                maxlength={5}
                aria-label={words.countOf(show(value))}
                value={draft[countName(value)] ?? ""}
                placeholder="0"
                onInput={(event: Event) => edit(countName(value))(inputValue(event).trim())}
              />
            </label>
          ))}
        </fieldset>
      )}
      {against === undefined ? null : (
        <dl class="sums" aria-live="polite">
          <Sum name={words.expectedCash} amount={show(against.expected)} />
          <Sum name={words.counted} amount={show(against.counted)} />
          <Sum
            name={words.difference}
            amount={against.difference === 0 ? words.even : show(against.difference)}
            strong
            off={against.difference}
          />
        </dl>
      )}
      <div class="who">
        <TextField label={words.name} name="by" autocomplete="name" maxlength={100} text={by} setText={edit("by")} />
        <TextField
          label={words.note}
          name="note"
          autocomplete="off"
          maxlength={500}
          text={note}
          setText={edit("note")}
        />
      </div>
      <button type="submit" class="go big" disabled={running}>
        {words.closeDay}
      </button>
    </form>
  )
}

/** The sums of what was typed; `undefined` if a part of it cannot be read. */
const sumsOf = (
  float: number | undefined,
  counts: ReturnType<typeof countsOf>,
  cash: number,
  currency: CurrencyCode
) => {
  if (float === undefined || counts === undefined) return undefined
  const sums = Result.flatMap(countedOf(counts, currency), (counted) =>
    Result.map(differenceOf({ float, counted, cash }), (against) => ({ counted: counted.minorUnits, ...against }))
  )
  return Result.getOrUndefined(sums)
}

type CountName = `count-${number}`

/** The name of the field for the count of one coin or note. */
const countName = (value: number): CountName => `count-${value}`

/** The typed counts; `undefined` if one of them is not a number. A total without coins counts as one piece. */
const countsOf = (values: ReadonlyArray<number>, draft: Draft, total: number | undefined) => {
  if (values.length === 0) {
    return total === undefined ? undefined : total === 0 ? [] : [{ value: total, count: 1 }]
  }
  const typed = values.flatMap((value) => {
    const text = draft[countName(value)] ?? ""
    return text === "" ? [] : [{ value, count: /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN }]
  })
  return typed.some(({ count }) => Number.isNaN(count)) ? undefined : typed
}

interface SumProps {
  readonly name: string
  readonly amount: string
  readonly strong?: boolean
  readonly off?: number
}

const Sum = ({ name, amount, strong = false, off = 0 }: SumProps) => (
  <div class={`${strong ? "strong" : ""} ${off < 0 ? "is-short" : off > 0 ? "is-over" : ""}`}>
    <dt>{name}</dt>
    <dd>{amount}</dd>
  </div>
)
