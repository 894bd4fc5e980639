/** Prometheus' own tool, where it is installed: Debian's package `prometheus` has it. */
import { spawnSync } from "node:child_process"

/** Whether it is there; tests that need it skip visibly where it is not. */
export const hasPromtool = spawnSync("promtool", ["--version"]).status === 0

/** What it says of a file or of text on its standard input. */
export const promtool = (args: ReadonlyArray<string>, input?: string) => {
  const { status, stdout, stderr } = spawnSync("promtool", args, { encoding: "utf8", input })
  return { status, said: `${stdout}${stderr}` }
}
