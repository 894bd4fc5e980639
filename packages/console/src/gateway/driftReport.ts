/** A relay's drift as text for an issue: a table in Markdown. Attempts are left out: their paths mean nothing elsewhere. */
import type { Drift } from "@hipay-pos/core/wire/Drift"

/** Samples are already masked; characters that would end a cell or begin markup are written as code. */
export const driftReport = ({ upstream, drift }: Drift, version: string): string =>
  [
    `Answers of \`${upstream}\` that hipay-pos ${version} does not know:`,
    "",
    "| what | where | expected | sample | times | first | last |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...drift.map(({ code, path, expected, sample, count, firstAt, lastAt }) => {
      const cells = [code, codeOf(path), codeOf(expected), codeOf(sample), count, dayOf(firstAt), dayOf(lastAt)]
      return `| ${cells.join(" | ")} |`
    })
  ].join("\n")

const codeOf = (text: string): string => {
  const line = text.replace(/\s+/g, " ").replaceAll("|", "\\|").replaceAll("`", "'")
  return line.trim() === "" ? "–" : `\`${line}\``
}

const dayOf = (at: string): string => at.slice(0, 10)
