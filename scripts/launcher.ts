/**
 * The first lines of a bin, in a file of their own: an older Node cannot even link the program behind them, and would
 * print the name of some function that it lacks.
 *
 * Node's compiled code of the program is kept in the user's own cache folder, where no other user can write: the next
 * start takes two thirds of the time.
 */

/** The text of a bin that runs `program`, a CommonJS module beside it, on the Node that `engines.node` asks for (`>=22.19.0`). */
export const launcher = (name: string, engine: string, program: string): string => {
  const [, major, minor] = /^>=(\d+)\.(\d+)\.0$/.exec(engine) ?? []
  if (major === undefined || minor === undefined)
    throw new Error(`engines.node: expected >=MAJOR.MINOR.0, got ${engine}`)
  return `#!/usr/bin/env node
import * as module from "node:module"
import { join } from "node:path"
const { XDG_CACHE_HOME, HOME, LOCALAPPDATA } = process.env
const cache = XDG_CACHE_HOME || (HOME && join(HOME, ".cache")) || LOCALAPPDATA
const [major, minor] = process.versions.node.split(".").map(Number)
if (major > ${major} || (major === ${major} && minor >= ${minor})) {
  if (cache) module.enableCompileCache?.(join(cache, "hipay-pos"))
  module.createRequire(import.meta.url)("./${program}")
} else {
  console.error("${name}: Node ${major}.${minor} or newer is needed, and this is Node " + process.versions.node + ". Install a newer Node, then run it again.")
  process.exitCode = 2
}
`
}
