/** `hipay-pos completion install`: writes the completions to where the shell looks for them. */
import { mkdirSync, writeFileSync } from "node:fs"
import { homedir } from "node:os"
import { basename, dirname, join } from "node:path"
import { Flags, refuse, variable } from "@hipay-pos/cli-kit"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const shells = ["bash", "zsh", "fish"] as const
type Shell = (typeof shells)[number]

/** The verb; `root` is called when it runs. */
export const makeCompletionCommand = (root: () => Completions.CommandDescriptor) => {
  const install = Command.make(
    "install",
    {
      shell: Argument.Literals("shell", shells).pipe(
        Argument.withDescription("bash, zsh or fish; that of $SHELL by default"),
        Argument.optional
      ),
      json: Flags.yes("json", "print one JSON object: the shell, and the file")
    },
    Effect.fnUntraced(function* ({ shell: given, json }) {
      const own = basename((yield* variable("SHELL")) ?? "")
      const shell = Option.getOrElse(given, () => shells.find((each) => each === own))
      if (shell === undefined)
        return yield* refuse(
          `completion install: which shell is this? Name it: bash, zsh or fish${own && `; got ${own}`}`
        )
      const file = yield* fileOf(shell)
      yield* Effect.try({
        try: () => {
          mkdirSync(dirname(file), { recursive: true })
          writeFileSync(file, `${Completions.generate("hipay-pos", shell, root())}\n`)
        },
        catch: (error) =>
          refuse(`completion install: cannot write ${file} (${(error as NodeJS.ErrnoException).code ?? error})`)
      })
      if (json) return yield* Console.log(JSON.stringify({ shell, file }))
      yield* Console.log(file)
      yield* Console.error(`completion install: ${next(shell, file)}`)
    })
  ).pipe(
    Command.withDescription(
      "Installs shell completion for verbs, flags and their values; run it again after an update."
    ),
    Command.withExamples([
      { command: "hipay-pos completion install", description: "For the shell of $SHELL" },
      {
        command: "hipay-pos completion install zsh",
        description: "For another one; hipay-pos --completions powershell prints a script"
      }
    ])
  )
  return Command.make("completion").pipe(
    Command.withDescription("Completes verbs and flags in bash, zsh and fish."),
    Command.withSubcommands([install])
  )
}

/** Where a shell looks for a user's completions. */
const fileOf = Effect.fnUntraced(function* (shell: Shell) {
  const data = (yield* variable("XDG_DATA_HOME")) || join(homedir(), ".local", "share")
  switch (shell) {
    case "bash":
      return join(data, "bash-completion", "completions", "hipay-pos")
    case "zsh":
      return join(data, "zsh", "site-functions", "_hipay-pos")
    case "fish":
      return join(
        (yield* variable("XDG_CONFIG_HOME")) || join(homedir(), ".config"),
        "fish",
        "completions",
        "hipay-pos.fish"
      )
  }
})

const next = (shell: Shell, file: string): string => {
  switch (shell) {
    case "bash":
      return "the next shell has it, where the package bash-completion is installed"
    case "zsh":
      return `put this into ~/.zshrc before compinit: fpath=(${dirname(file)} $fpath)`
    case "fish":
      return "the next shell has it"
  }
}
