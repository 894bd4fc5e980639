/** `pnpm bench NAME`: runs the benchmark of that name in this folder. Without a name, lists them. */
import { readdirSync } from "node:fs"

const benchmarks = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".ts") && file !== "main.ts")
  .map((file) => file.slice(0, -".ts".length))

const name = process.argv[2]
if (name !== undefined && benchmarks.includes(name)) {
  await import(`./${name}.ts`)
} else {
  console.error(`pnpm bench ${benchmarks.join("|")}`)
  process.exitCode = 2
}
