/** `pnpm fuzz NAME [--seconds N] [--seed N]`: runs the fuzzer of that name in this folder. Without a name, lists them. */
import { readdirSync } from "node:fs"

const fuzzers = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".ts") && file !== "main.ts")
  .map((file) => file.slice(0, -".ts".length))

const name = process.argv[2]
if (name !== undefined && fuzzers.includes(name)) {
  await import(`./${name}.ts`)
} else {
  console.error(`pnpm fuzz ${fuzzers.join("|")} [--seconds N] [--seed N]`)
  process.exitCode = 2
}
