/**
 * `pnpm mutation core|codec|client|server|reconcile [MODULE…]`: plants small faults one by one, and counts how many the package's tests detect.
 *
 * Prints each that survives, and the score; exit code 1 below 90 %. Takes minutes, so it is not part of the tests.
 */
import { Stryker } from "@stryker-mutator/core"
import { readTarget, type Target } from "./targets.ts"

let target: Target
try {
  target = readTarget(process.argv.slice(2))
} catch (error) {
  console.error(`mutation: ${error instanceof Error ? error.message : error}`)
  process.exit(2)
}

// The runner's processes inherit it, and the tests' configuration reads it.
process.env.MUTATION_FOLDER = target.folder

await new Stryker({
  mutate: [...target.files],
  testRunner: "vitest",
  plugins: [import.meta.resolve("@stryker-mutator/vitest-runner")],
  vitest: { configFile: "scripts/mutation/vitest.config.ts", related: false },
  coverageAnalysis: "perTest",
  concurrency: 2,
  reporters: ["clear-text"],
  clearTextReporter: { allowColor: false, reportTests: false },
  // Not below node_modules, where vitest looks for no tests.
  tempDirName: ".stryker",
  ignorePatterns: ["**/dist"],
  thresholds: { high: 95, low: 90, break: 90 }
}).runMutationTest()
