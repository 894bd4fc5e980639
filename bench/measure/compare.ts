/**
 * Compares the packages of another commit with those of this one: its working tree gets this folder's benchmarks, and both are
 * measured in turns. A figure that the other commit cannot give is reported as missing.
 */
import { spawnSync } from "node:child_process"
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { budgets } from "../budgets.ts"
import { median, rounded } from "./statistics.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const ROUNDS = Number(process.env.ROUNDS ?? 3)

const must = (command: string, args: ReadonlyArray<string>, cwd: string): void => {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] })
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`)
}

/** The values of one run, by name. */
const measured = (folder: string, name: string): ReadonlyMap<string, number> => {
  const args = [...process.execArgv, "bench/main.ts", name, "--json"]
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" })
  const lines = stdout.split("\n").filter((line) => line.startsWith("{"))
  if (lines.length === 0)
    console.error(`${name} gave no figures in ${folder}: ${stderr.split("\n").slice(-12).join("\n")}`)
  return new Map(
    lines.map((line) => JSON.parse(line)).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))
  )
}

/** Prints each figure of another commit, of this one, and how they compare; as JSON, one object a line. */
export const compare = (rev: string, names: ReadonlyArray<string>, json: boolean): void => {
  const folder = mkdtempSync(join(tmpdir(), "hipay-pos-compare-"))
  const other = join(folder, "tree")
  must("git", ["worktree", "add", "--detach", other, rev], root)
  try {
    must("npx", ["-y", "pnpm@12.4.2", "install", "--frozen-lockfile"], other)
    const filter = (path: string) => !path.includes("node_modules")
    cpSync(join(root, "bench"), join(other, "bench"), { recursive: true, filter })
    for (const name of names) {
      const rounds = Array.from({ length: ROUNDS }, () => ({
        before: measured(other, name),
        now: measured(root, name)
      }))
      const figureOf = (which: "before" | "now", figure: string) =>
        median(rounds.flatMap((round) => round[which].get(figure) ?? []))
      for (const figure of new Set(rounds.flatMap(({ now }) => [...now.keys()]))) {
        const [before, now] = [figureOf("before", figure), figureOf("now", figure)]
        const unit = budgets[figure]?.unit ?? ""
        const ratio = Number.isNaN(before) ? undefined : rounded(now / before)
        if (json) console.log(JSON.stringify({ name: figure, before, now, unit, ratio, rev }))
        else {
          const change = ratio === undefined ? "no figure before" : `${ratio} × ${rev}`
          console.log(`${figure.padEnd(24)} ${before} → ${now} ${unit}  ${change}`)
        }
      }
    }
  } finally {
    must("git", ["worktree", "remove", "--force", other], root)
    rmSync(folder, { recursive: true, force: true })
  }
}
