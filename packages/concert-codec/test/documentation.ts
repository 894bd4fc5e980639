/** The tables of `docs/concert.md`, as the code has them. */
import * as ActionStatus from "@hipay-pos/concert-codec/ActionStatus"
import * as Tag from "@hipay-pos/concert-codec/Tag"

const row = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [row(head), `|${head.map(() => "---|").join("")}`, ...rows.map(row)].join("\n")

const senders = { request: "ECR", response: "terminal", both: "both" } as const

/** Every tag. */
export const tags = (): string =>
  table(
    ["tag", "name", "sent by", "value", "since", "confidence", "sources"],
    Tag.all.map(({ code, name, direction, format, min, max, since, confidence, sources, vendor }) => [
      code,
      vendor === undefined ? name : `${name} (private: ${vendor})`,
      senders[direction],
      `${format} ${min === max ? min : `${min}–${max}`}`,
      since,
      confidence,
      sources.join(" ")
    ])
  )

/** Every complement. */
export const complements = (): string =>
  table(
    ["`AF`", "means", "en français", "a refusal is"],
    ActionStatus.complements.map(({ code, en, fr, reason }) => [code, en, fr, reason])
  )

/** The meaning of the sources' short names. */
export const sources = (): string =>
  table(
    ["source", "is"],
    Object.entries(Tag.sources).map(([key, what]) => [key, what])
  )
