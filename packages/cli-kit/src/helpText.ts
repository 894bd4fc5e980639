/**
 * The help of a verb: what it does, examples, then its usage. Flags are grouped by topic, and their older names are
 * omitted. On a terminal, descriptions are wrapped in their column.
 */
import type { FlagDoc, HelpDoc } from "effect/cli/HelpDoc"
import * as Option from "effect/Option"
import { paint } from "./paint.ts"

interface Row {
  readonly name: string
  readonly type?: string
  readonly text: string
}

/** Flags for where a verb connects and what it prints; the others are about what it does. */
const where: ReadonlyArray<string> = [
  ...[
    "url",
    "terminal",
    "terminals",
    "credentials",
    "logins",
    "contract",
    "protocol",
    "profile",
    "terminator",
    "space"
  ],
  ...["host", "port", "allow-host", "behind-tls", "dial", "attach", "forward-to"]
]
const output: ReadonlyArray<string> = [
  ...["json", "csv", "html", "escpos", "print", "locale", "columns", "junit", "results", "language", "log-format"],
  ...["log-level", "metrics-port"]
]

/** Topics on which some verbs have many flags. */
const topics = [
  ["ALARMS", /^alarm-/],
  ["RELAY", /relay|^(pass-through|block-unknown|ca|record)$/],
  ["NOTIFICATIONS", /notif|^passphrase-file$/]
] as const

/** A topic with so few flags has no list of its own. */
const MAX_UNGROUPED = 2

/** Fewer flags are one list. */
const MIN_FOR_GROUPS = 7

/** The text. */
export const helpText = (doc: HelpDoc): string => {
  const { description, examples = [], usage, args = [], flags, subcommands = [], globalFlags = [] } = doc
  const sections = [
    description,
    section("EXAMPLES", examples.map(exampleText)),
    section("USAGE", [`  ${usage.replace("<subcommand>", "<verb>")}`]),
    section(
      "ARGUMENTS",
      table(
        args.map(({ name, variadic, required, description }) => ({
          name: variadic ? `${name}...` : name,
          text: `${Option.getOrElse(description, () => "")}${required ? "" : paint("quiet", " (optional)")}`
        }))
      )
    ),
    ...subcommands.map(({ group = "VERBS", commands }) =>
      section(
        group,
        table(
          commands.map(({ name, shortDescription, description }) => ({ name, text: shortDescription ?? description }))
        )
      )
    ),
    ...flagSections(flags),
    section("EVERYWHERE", table(globalFlags.map(flagRow)))
  ]
  return sections.filter((text) => text !== "").join("\n\n")
}

const section = (title: string, lines: ReadonlyArray<string>): string =>
  lines.length === 0 ? "" : [paint("strong", title), ...lines].join("\n")

const exampleText = ({
  command,
  description
}: {
  readonly command: string
  readonly description?: string | undefined
}) => (description === undefined ? `  ${command}` : `  ${paint("quiet", `# ${description}`)}\n  ${command}`)

const flagSections = (flags: ReadonlyArray<FlagDoc>): ReadonlyArray<string> => {
  if (flags.length < MIN_FOR_GROUPS) return [section("FLAGS", table(flags.map(flagRow)))]
  const titleOf = ({ name }: FlagDoc): string => {
    const topic = topics.find(([, names]) => names.test(name))
    if (topic !== undefined && flags.filter((flag) => topic[1].test(flag.name)).length > MAX_UNGROUPED) return topic[0]
    return where.includes(name) ? "WHERE" : output.includes(name) ? "OUTPUT" : "FLAGS"
  }
  const titles = ["FLAGS", "WHERE", ...topics.map(([title]) => title), "OUTPUT"]
  return titles.map((title) => section(title, table(flags.filter((flag) => titleOf(flag) === title).map(flagRow))))
}

/** Shows one-letter aliases, but not older names. */
const flagRow = ({ name, aliases, type, description }: FlagDoc): Row => ({
  name: [`--${name}`, ...aliases.filter((alias) => /^-[^-]$/.test(alias))].join(", "),
  ...(type === "boolean" ? {} : { type }),
  text: Option.getOrElse(description, () => "")
})

const table = (rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const left = ({ name, type }: Row) => (type === undefined ? name : `${name} ${type}`)
  const width = Math.min(30, Math.max(...rows.map((row) => left(row).length), 0))
  return rows.map((row) => {
    const { name, type, text } = row
    const shown = type === undefined ? name : `${name} ${paint("quiet", type)}`
    const padding = " ".repeat(Math.max(0, width - left(row).length))
    const own = left(row).length > width ? `\n${" ".repeat(width + 2)}` : ""
    return `  ${shown}${padding}${own}  ${wrap(text, width + 4)}`.trimEnd()
  })
}

/** Wraps a text on a terminal that is wide enough for two columns. */
const wrap = (text: string, indent: number): string => {
  const { columns } = process.stdout
  const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.min(columns, 120) - indent
  if (room < 30) return text
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else {
      line = line === "" ? word : `${line} ${word}`
    }
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`)
}
