/** The reports of an examination: a summary on stdout, and files. */
import { open, rm, stat, writeFile } from "node:fs/promises"
import { type CommandFailed, jsonLine, paint, printable, refuse } from "@hipay-pos/cli-kit"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Language } from "../Language.ts"
import { toHtml } from "../till/report/html.ts"
import { toJson } from "../till/report/json.ts"
import { toJUnit } from "../till/report/junit.ts"
import { summaryLines } from "../till/report/text.ts"
import type { ExamResult } from "../till/runExam.ts"

/** Which reports are made, and how. A path that is empty means none. */
export interface ReportOptions {
  readonly language: Language
  readonly json: boolean
  readonly junit: string
  readonly html: string
}

/** Prints the summary, then writes the reports. Returns false, with a message on stderr, if one cannot be written. */
export const report = Effect.fnUntraced(function* (verb: string, result: ExamResult, options: ReportOptions) {
  const { language, json, junit, html } = options
  yield* Console.log(json ? jsonLine(toJson(result, language)) : summaryLines(result, language, paint).join("\n"))
  const texts: ReadonlyArray<readonly [path: string, text: () => string]> = [
    [junit, () => toJUnit(result, language)],
    [html, () => toHtml(result, language, new Date())]
  ]
  let written = true
  for (const [path, text] of texts) {
    if (path === "") continue
    const ended = yield* Effect.result(Effect.tryPromise(() => writeFile(path, text())))
    if (Result.isSuccess(ended)) continue
    written = false
    yield* Console.error(cannotWrite(verb, path, ended.failure.cause))
  }
  return written
})

const cannotWrite = (verb: string, path: string, error: unknown): string =>
  printable(`${verb}: cannot write ${path}: ${(error as NodeJS.ErrnoException).code ?? ErrorText.of(error)}`)

/** Checked before the examination: at the end, a report that cannot be written would be lost. */
export const needWritable = (verb: string, path: string): Effect.Effect<void, CommandFailed> =>
  Effect.tryPromise({
    try: async () => {
      const there = await stat(path).catch(() => undefined)
      // Opening a named pipe would wait for its reader.
      if (there?.isFIFO()) return
      await (await open(path, "a")).close()
      if (there === undefined) await rm(path)
    },
    catch: (error) => refuse(cannotWrite(verb, path, error))
  })
