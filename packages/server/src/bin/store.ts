/** The `store` command, for the file of a gateway or a mock. */
import { CommandFailed, Flags, jsonLine, pluralize, refuse } from "@hipay-pos/cli-kit"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { backupStore } from "../node/backupStore.ts"
import { businessDayOf } from "../node/businessDayOf.ts"
import { checkStore, type StoreCheck } from "../node/checkStore.ts"
import { type Export, type ExportOptions, exportRows, exportStore } from "../node/exportStore.ts"
import { isDatabase } from "../node/isDatabase.ts"
import { pruneStore } from "../node/pruneStore.ts"
import { type Pruned, type PruneOptions, YOUNGEST } from "../node/pruning.ts"
import { redactStore } from "../node/redactStore.ts"
import type { Frames } from "../terminals/Terminals.ts"
import { serverFlags } from "./serverFlags.ts"
import { startFailed } from "./startFailed.ts"

/** What a program adds to the command. */
export interface StoreCommandOptions<More> {
  /** Reads a database's attempts, if `--store` names one; undefined for a file. */
  readonly shared: (store: string) => Promise<Parameters<typeof exportRows>[1]> | undefined
  /** Prunes a database, if `--store` names one; undefined for a file. */
  readonly pruneShared: (options: PruneOptions) => Promise<Pruned> | undefined
  /** Further subcommands. */
  readonly more: More
}

/** The command under a name, with its examples as typed, and further subcommands. */
export const makeStoreCommand = <const More extends ReadonlyArray<Command.Command.Any>>(
  name: string,
  typed: string,
  frames: Frames,
  { shared, pruneShared, more }: StoreCommandOptions<More>
) =>
  Command.make(name).pipe(
    Command.withDescription("Works on the store in which a gateway or a mock keeps its attempts."),
    Command.withSubcommands([
      makeBackupCommand(typed),
      makeExportCommand(typed, frames, shared),
      makePruneCommand(typed, pruneShared),
      makeCheckCommand(typed),
      makeRedactCommand(typed, frames),
      ...more
    ])
  )

const makeBackupCommand = (typed: string) =>
  Command.make(
    "backup",
    {
      file: Argument.String("file").pipe(Argument.withDescription("where the copy goes")),
      store: Flags.string("store").pipe(Flag.withDescription("the file of the gateway or mock, running or not")),
      overwrite: Flags.yes("overwrite", "replace a file that is there"),
      json: Flags.yes("json", "print one JSON object")
    },
    Effect.fnUntraced(function* ({ file, store, overwrite, json }) {
      yield* fileOnly("backup", store, "pg_dump and archived WAL back up one, see docs/backup.md")
      const at = yield* Clock.currentTimeMillis
      const backup = yield* Effect.try({
        try: () => backupStore({ store, to: file, overwrite, at }),
        catch: (error) => startFailed("store backup", error)
      })
      yield* Console.log(json ? jsonLine({ backup }) : `${backup.file}: ${pluralize(backup.attempts, "attempt")}.`)
    })
  ).pipe(
    Command.withDescription(
      "Copies a store into one file, complete as it was at one moment; its gateway goes on meanwhile."
    ),
    Command.withExamples([
      { command: `${typed} backup /backup/attempts.db --store attempts.db --overwrite`, description: "Each night" }
    ])
  )

const dayFlag = (name: string, description: string) =>
  Flags.string(name).pipe(Flag.withDescription(description), Flag.optional)

const timeZoneFlag = serverFlags.timeZone.pipe(Flag.withDescription("the shop's time zone, UTC by default"))

const makeExportCommand = (typed: string, frames: Frames, shared: StoreCommandOptions<unknown>["shared"]) =>
  Command.make(
    "export",
    {
      file: Argument.String("file").pipe(Argument.withDescription("where the attempts go")),
      store: Flags.string("store").pipe(
        Flag.withDescription("the file of the gateway or mock, running or not; or postgres://USER@HOST/DATABASE")
      ),
      from: dayFlag("from", "the first day, YYYY-MM-DD; the oldest attempt by default"),
      to: dayFlag("to", "the last day, YYYY-MM-DD; the newest attempt by default"),
      format: Flags.literals("format", ["jsonl", "csv"]).pipe(
        Flag.withDescription(
          "jsonl, the default: one JSON object a line, as GET /attempts/ID has it; csv: one row each"
        ),
        Flag.withDefault("jsonl" as const)
      ),
      timeZone: timeZoneFlag,
      dayStarts: serverFlags.dayStarts,
      locale: serverFlags.locale,
      withCustomers: Flags.yes("with-customers", "leave in what orders say of customers and deliveries; jsonl only"),
      overwrite: Flags.yes("overwrite", "replace a file that is there"),
      json: Flags.yes("json", "print one JSON object")
    },
    Effect.fnUntraced(function* ({ file, from, to, timeZone, dayStarts, locale, json, ...options }) {
      if (options.withCustomers && options.format === "csv")
        return yield* refuse("store export: --with-customers is for --format jsonl; CSV has no customers")
      const days = { timeZone: Option.getOrUndefined(timeZone), dayStarts: Option.getOrUndefined(dayStarts) }
      const made = yield* Effect.tryPromise({
        try: async () => {
          const all: ExportOptions = {
            ...options,
            to: file,
            from: Option.getOrUndefined(from),
            until: Option.getOrUndefined(to),
            days: businessDayOf(days),
            locale: Option.getOrUndefined(locale),
            frames
          }
          const rows = await shared(options.store)
          return rows === undefined ? exportStore(all) : exportRows(all, rows)
        },
        catch: (error) => startFailed("store export", error)
      })
      yield* Console.log(json ? jsonLine({ export: made }) : exportInWords(made))
      const { length } = made.damaged
      if (length > 0)
        return yield* new CommandFailed({
          code: 1,
          line: `store export: attempts that cannot be read: ${length}, see above`
        })
    })
  ).pipe(
    Command.withDescription(
      "Writes the attempts of some days into a file, without customers unless asked; the gateway goes on meanwhile."
    ),
    Command.withExamples([
      {
        command: `${typed} export november.jsonl --store attempts.db --from 2026-11-01 --to 2026-11-30`,
        description: "A month, for an archive"
      },
      {
        command: `${typed} export november.csv --format csv --locale fr-FR --store attempts.db --from 2026-11-01 --to 2026-11-30`,
        description: "The same for a spreadsheet"
      }
    ])
  )

const exportInWords = ({ file, attempts, damaged }: Export): string =>
  [
    `${file}: ${pluralize(attempts, "attempt")}.`,
    ...damaged.map((id) => `Not in it: attempt ${id} cannot be read.`)
  ].join("\n")

const makePruneCommand = (typed: string, pruneShared: StoreCommandOptions<unknown>["pruneShared"]) =>
  Command.make(
    "prune",
    {
      store: Flags.string("store").pipe(
        Flag.withDescription("the file of the gateway or mock, running or not; or postgres://USER@HOST/DATABASE")
      ),
      before: Flags.string("before").pipe(
        Flag.withDescription(`the first day that stays as it is, YYYY-MM-DD; at least ${YOUNGEST} days ago`)
      ),
      timeZone: timeZoneFlag,
      dayStarts: serverFlags.dayStarts,
      dryRun: Flags.yes("dry-run", "change nothing, and print what would be pruned"),
      json: Flags.yes("json", "print one JSON object")
    },
    Effect.fnUntraced(function* ({ store, before, timeZone, dayStarts, dryRun, json }) {
      const now = yield* Clock.currentTimeMillis
      const days = { timeZone: Option.getOrUndefined(timeZone), dayStarts: Option.getOrUndefined(dayStarts) }
      const pruned = yield* Effect.tryPromise({
        try: async () => {
          const options = { store, before, days: businessDayOf(days), dryRun, now }
          return (await pruneShared(options)) ?? pruneStore(options)
        },
        catch: (error) => startFailed("store prune", error)
      })
      yield* Console.log(json ? jsonLine({ pruned, dryRun }) : prunedInWords(pruned, dryRun))
    })
  ).pipe(
    Command.withDescription(
      "Removes old attempts that moved no money, and orders and receipts of approved ones; the gateway goes on meanwhile."
    ),
    Command.withExamples([
      {
        command: `${typed} prune --before 2025-01-01 --store attempts.db --dry-run`,
        description: "What would be pruned; export it first"
      }
    ])
  )

/** Refuses a database for a command that needs a file; does not repeat the database's address. */
const fileOnly = (verb: string, store: string, instead: string): Effect.Effect<void, CommandFailed> =>
  isDatabase(store) ? Effect.fail(refuse(`store ${verb}: expected a file, got a database; ${instead}`)) : Effect.void

const prunedInWords = ({ store, removed, reduced, kept, earlier, bytes }: Pruned, dryRun: boolean): string =>
  [
    `${store}: ${dryRun ? "would remove" : "removed"} ${pluralize(removed, "attempt")} that moved no money, and ${dryRun ? "reduce" : "reduced"} ${reduced} approved ones to key, outcome and amount: ${bytes} bytes.`,
    ...(kept + earlier === 0 ? [] : [`Left as they were: ${kept} whole, ${earlier} that were reduced before.`]),
    ...(dryRun || bytes === 0
      ? []
      : [
          isDatabase(store)
            ? "The database keeps its size; new attempts are written where the old ones were, once it was vacuumed."
            : "The file keeps its size; new attempts are written where the old ones were."
        ])
  ].join("\n")

const makeCheckCommand = (typed: string) =>
  Command.make(
    "check",
    {
      path: Argument.String("path").pipe(Argument.withDescription("a store, its gateway running or not, or a backup")),
      json: Flags.yes("json", "print one JSON object")
    },
    Effect.fnUntraced(function* ({ path, json }) {
      yield* fileOnly("check", path, "hipay-pos doctor --store looks at one")
      const check = yield* Effect.try({
        try: () => checkStore(path),
        catch: (error) => startFailed("store check", error)
      })
      yield* Console.log(json ? jsonLine(check) : checkInWords(check))
      const { length } = check.problems
      if (length > 0) return yield* new CommandFailed({ code: 1, line: `store check: ${length} wrong, see above` })
    })
  ).pipe(
    Command.withDescription("Looks through a store or a backup: whose it is, whether it is damaged, what it holds."),
    Command.withExamples([{ command: `${typed} check attempts.db`, description: "While its gateway runs, or not" }])
  )

const checkInWords = ({ path, mode, format, copiedAt, states, generation, problems }: StoreCheck): string =>
  [
    `${path}: store of a ${mode ?? "mock or a gateway, it does not say which"}, format ${format}.`,
    ...(copiedAt === undefined ? [] : [`A backup of ${new Date(copiedAt).toISOString()}.`]),
    `Attempts: ${
      Object.entries(states)
        .map(([state, count]) => `${count} ${state}`)
        .join(", ") || "none"
    }; generation ${generation.store}.`,
    ...(problems.length === 0 ? ["Nothing is wrong."] : problems.map((problem) => `Wrong: ${problem}`))
  ].join("\n")

const makeRedactCommand = (typed: string, frames: Frames) =>
  Command.make(
    "redact",
    {
      store: Flags.string("store").pipe(
        Flag.withDescription("the file of the gateway or mock, which must not be running")
      ),
      by: Flag.String("by").pipe(Flag.withDescription("who has it redacted; written into the history")),
      json: Flags.yes("json", "print one JSON object")
    },
    Effect.fnUntraced(function* ({ store, by, json }) {
      if (by.trim() === "") return yield* refuse("store redact: --by must not be empty")
      yield* fileOnly("redact", store, "redact works on files alone")
      const at = yield* Clock.currentTimeMillis
      const redacted = yield* Effect.tryPromise({
        try: () => redactStore(store, frames, by, at),
        catch: (error) => startFailed("store redact", error)
      })
      const { attempts, history } = redacted
      yield* Console.log(
        json
          ? jsonLine({ redacted })
          : attempts + history === 0
            ? "No card number was found; nothing has changed."
            : `Card numbers were masked in ${pluralize(attempts, "attempt")} and ${history} entries of their history, and the file was written anew. Backups still hold the old text.`
      )
    })
  ).pipe(
    Command.withDescription(
      "Masks card numbers that older versions kept, in the history too, and notes there who did so."
    ),
    Command.withExamples([
      { command: `${typed} redact --store attempts.db --by Ada`, description: "While no gateway has the file open" }
    ])
  )
