/** Lists the attempts of this machine's journal or of a server, the newest first, and follows their changes. */

import type { CommandFailed } from "@hipay-pos/cli-kit"
import type { AttemptSummary } from "@hipay-pos/client"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { AskedServer } from "./AskedServer.ts"
import { type AttemptChoice, isChosen } from "./attemptFilter.ts"
import { attemptsAt, refusalOf } from "./attemptsAt.ts"
import { keptAsShown, type ShownAttempt, summaryAsShown, toJson } from "./formatAttempt.ts"
import { attemptsKept } from "./journal.ts"
import { undecidedStatesAt } from "./undecidedAt.ts"

/** An attempt for people and for programs. */
export interface Listed {
  readonly shown: ShownAttempt
  readonly json: unknown
}

const PAGE = 500

/** At most `limit` attempts of the journal. */
export const listKept = (path: string, choice: AttemptChoice, limit: number) =>
  Effect.map(attemptsKept("attempts", path), (all) =>
    all
      .toReversed()
      .map((attempt): Listed => ({ shown: keptAsShown(attempt), json: toJson(attempt) }))
      .filter(({ shown }) => isChosen(choice, shown))
      .slice(0, limit)
  )

/** At most `limit` attempts of a server. */
export const listAt = Effect.fnUntraced(function* (asked: AskedServer, choice: AttemptChoice, limit: number) {
  const { list } = yield* attemptsAt(asked)
  const search = choice.terminal || undefined
  // By id: an attempt may change its state between the lists, and is then in several; the last one is right.
  const found = new Map<string, AttemptSummary>()
  const states = choice.open
    ? (yield* undecidedStatesAt(asked)).filter((state) => state === (choice.state ?? state))
    : [choice.state]
  for (const state of states) {
    let before: string | undefined
    let count = 0
    for (;;) {
      const filter = { state, search, before, limit: Math.min(limit, PAGE) }
      const page = yield* Effect.mapError(list(filter), (error) => refusalOf(asked, error))
      const chosen = page.filter((each) => isChosen(choice, summaryAsShown(each)))
      for (const each of chosen) found.set(each.id, each)
      count += chosen.length
      const last = page.at(-1)
      if (last === undefined || page.length < filter.limit || count >= limit) break
      // A single attempt may only look older, because the server's clock was behind: stop when the whole page is older.
      if (page.every(({ openedAt }) => new Date(openedAt).getTime() < choice.since)) break
      before = last.id
    }
  }
  return [...found.values()]
    .toSorted((a, b) => b.openedAt.localeCompare(a.openedAt) || b.id.localeCompare(a.id))
    .slice(0, limit)
    .map(listed)
})

const listed = (attempt: AttemptSummary): Listed => ({ shown: summaryAsShown(attempt), json: attempt })

/** How followed attempts are printed. */
export interface Printed {
  /** The attempts that already exist, the newest first. */
  readonly first: (listed: ReadonlyArray<Listed>) => Effect.Effect<void>
  readonly change: (listed: Listed) => Effect.Effect<void>
  readonly alarm: (at: string, attempt: string, message: string) => Effect.Effect<void>
}

/** Prints a server's attempts and each change of them, without end. */
export const followAt = Effect.fnUntraced(function* (
  asked: AskedServer,
  choice: AttemptChoice,
  limit: number,
  print: Printed
) {
  const { watch } = yield* attemptsAt(asked)
  let before: Map<string, string> | undefined
  const tell = Effect.fnUntraced(function* () {
    const now = limit === 0 ? [] : yield* listAt(asked, choice, limit)
    const told = before
    before = new Map(now.map(({ shown, json }) => [shown.id, JSON.stringify(json)]))
    if (told === undefined) return yield* print.first(now)
    for (const each of now.toReversed()) {
      if (told.get(each.shown.id) !== before.get(each.shown.id)) yield* print.change(each)
    }
  })
  const events = Stream.mapError(watch(), (error) => refusalOf(asked, error))
  yield* Stream.runForEach(events, (event): Effect.Effect<void, CommandFailed> => {
    switch (event._tag) {
      case "Connected":
        return before === undefined ? tell() : Effect.void
      case "Lost":
        return tell()
      case "Changed": {
        const change = listed(event.attempt)
        // The list printed before may already have it.
        const same = before?.get(change.shown.id) === JSON.stringify(change.json)
        return same || !isChosen(choice, change.shown) ? Effect.void : print.change(change)
      }
      case "Alarm":
        return print.alarm(event.alarm.at, event.alarm.attempt, event.alarm.message)
    }
  })
})

/**
 * Prints the journal's attempts and each change of them, without end. Other processes write it, so it is read again and
 * again.
 */
export const followKept = Effect.fnUntraced(function* (
  path: string,
  choice: AttemptChoice,
  limit: number,
  print: Printed
) {
  const read = listKept(path, choice, Number.POSITIVE_INFINITY)
  const textOf = ({ json }: Listed) => JSON.stringify(json)
  const first = yield* read
  yield* print.first(first.slice(0, limit))
  let known = new Map(first.map((each) => [each.shown.id, textOf(each)]))
  for (;;) {
    yield* Effect.sleep("1 second")
    const now = yield* read
    for (const each of now.toReversed()) if (known.get(each.shown.id) !== textOf(each)) yield* print.change(each)
    known = new Map(now.map((each) => [each.shown.id, textOf(each)]))
  }
})
