/** Prometheus' own tool, if it is installed: Debian's package `prometheus` has it. */
import { spawnSync } from "node:child_process"

/** Whether it is installed; tests that need it are visibly skipped if not. */
export const hasPromtool = spawnSync("promtool", ["--version"]).status === 0

/** Its output for a file or for text on its standard input. */
export const promtool = (args: ReadonlyArray<string>, input?: string) => {
  const { status, stdout, stderr } = spawnSync("promtool", args, { encoding: "utf8", input })
  return { status, said: `${stdout}${stderr}` }
}
