/** The terminals file of a gateway that an examined terminal is written to. */
import { existsSync } from "node:fs"
import { type CommandFailed, readJson, refuse } from "@hipay-pos/cli-kit"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import * as Effect from "effect/Effect"
import { checkReplaceable, replaceFile } from "../replaceFile.ts"
import type { ExaminationResult } from "../terminal/Examination.ts"
import { merge, withAddress } from "../terminal/terminalEntry.ts"

/** The file at a path. `flag` begins its refusals; `problemsOf` tells what a gateway would refuse, a line each. */
export const makeTerminalsFile = (flag: string, path: string, problemsOf: (json: unknown) => ReadonlyArray<string>) => {
  const refused = (problem: string) => refuse(`${flag}: ${path}: ${problem}`)

  const read: Effect.Effect<unknown, CommandFailed> = Effect.suspend(() =>
    existsSync(path) ? readJson(flag, path) : Effect.undefined
  )

  /** The changed file, if a gateway would accept it. */
  const changed = Effect.fnUntraced(function* (change: (file: unknown) => unknown) {
    const now = yield* read
    const file = yield* Effect.try({ try: () => change(now), catch: (error) => refused(ErrorText.of(error)) })
    const problems = problemsOf(file)
    if (problems.length > 0) return yield* refuse(problems.map((problem) => `${flag}: ${path}: ${problem}`).join("\n"))
    return file
  })

  const attempt = (write: () => Promise<void>) =>
    Effect.tryPromise({ try: write, catch: (error) => refused(`${(error as NodeJS.ErrnoException).code}`) })

  return {
    /** Checked before any payment: the file is valid and takes another terminal, and its folder is writable. */
    check: ({ host, port }: { readonly host: string; readonly port: number }) =>
      Effect.andThen(
        // A simulator on any free port has no port number yet.
        changed((file) => withAddress(file, { host, port: port || 8888 })),
        attempt(() => checkReplaceable(path))
      ),
    /** Writes a result. Reads the file again: somebody may have edited it during the examination. */
    write: (result: ExaminationResult) =>
      Effect.flatMap(
        changed((file) => merge(file, result)),
        (file) => attempt(() => replaceFile(path, `${JSON.stringify(file, null, 2)}\n`))
      )
  }
}
