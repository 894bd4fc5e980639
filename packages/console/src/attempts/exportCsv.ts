/** The attempts that the list shows, as a file for the reader's spreadsheet. */
import type { AttemptList as AttemptPage, AttemptSummary } from "@hipay-pos/core/wire/Attempt"
import type { Reply, RequestProblem, Server } from "../server/Server.ts"
import { saveFile } from "../shell/copy.ts"
import { problemText } from "../shell/ProblemNote.tsx"
import { serverNow } from "../shell/serverClock.ts"
import type { Words } from "../text/en.ts"
import { dateAndTime, dayKey, type Language, toDecimal } from "../text/format.ts"
import { textFor } from "../text/words.ts"
import { type Filter, pathOf } from "./AttemptList.ts"
import { cardText } from "./cardText.ts"
import { toSheet } from "./sheet.ts"

/** The most attempts in a file. */
const MOST = 20_000

/** Fetches all matching attempts and saves them; returns what was saved, or why nothing was. */
export const exportAttempts = async (
  server: Server,
  filter: Filter,
  words: Words,
  language: Language
): Promise<string> => {
  const found = await fetchForExport(server, filter)
  if ("problem" in found) return problemText(words, found.problem)
  saveFile(fileNameOf(filter, serverNow()), toPaymentsSheet(found.attempts, words, language), "text/csv")
  return words.attempts.exported(found.attempts.length, found.isPart)
}

type Found =
  | { readonly attempts: ReadonlyArray<AttemptSummary>; readonly isPart: boolean }
  | { readonly problem: RequestProblem }

/** The newest matching attempts. */
export const fetchForExport = async (server: Server, filter: Filter): Promise<Found> => {
  const attempts: Array<AttemptSummary> = []
  let path: string | undefined = pathOf(filter, { limit: "1000" })
  while (path !== undefined && attempts.length < MOST) {
    const reply: Reply<AttemptPage> = await server.get<AttemptPage>(path)
    if (!reply.ok) return { problem: reply.problem }
    attempts.push(...reply.value.attempts)
    path = reply.value.next
  }
  return { attempts, isPart: path !== undefined }
}

/** The file name, with the exported day, or else today. */
export const fileNameOf = ({ day }: Filter, now: number): string => `payments-${day === "" ? dayKey(now) : day}.csv`

/** A line for each attempt, below a header. */
export const toPaymentsSheet = (attempts: ReadonlyArray<AttemptSummary>, words: Words, language: Language): string => {
  const { columns } = words.attempts
  const lines = attempts.map((each) => [
    dateAndTime(each.openedAt),
    { id: each.orderId },
    textFor(words.types, each.transactionType),
    { number: toDecimal(each.amount, each.currency) },
    each.currency,
    words.states[each.state],
    { number: each.paid === undefined ? "" : toDecimal(each.paid, each.currency) },
    cardText(each.card),
    { id: each.card?.authorizationNumber ?? "" },
    each.terminal.name,
    { id: each.id }
  ])
  const titles = [
    columns.time,
    columns.order,
    words.mock.operation,
    columns.amount,
    words.mock.currency,
    columns.state,
    words.attempts.paid,
    words.mock.card,
    words.mock.authorization,
    columns.terminal,
    words.attempt.id
  ]
  return toSheet([titles, ...lines], language)
}
