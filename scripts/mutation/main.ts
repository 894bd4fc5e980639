/**
 * `pnpm mutation core|codec|client|server [MODULE…]`: how many small faults, planted one by one, the tests of a package notice.
 *
 * Prints each that survives, and the score; exit code 1 below 90 %. Takes minutes, so it is not part of the tests.
 */
import { Stryker } from "@stryker-mutator/core"

/** What is mutated unless modules are named, and where the tests are. */
const targets: Readonly<Record<string, { readonly folder: string; readonly modules: ReadonlyArray<string> }>> = {
  core: {
    folder: "packages/core",
    modules: [
      ...["Money", "Currency", "Basket", "Order", "OrderRules"],
      ...["internal/AmountRules", "internal/JsonAmounts", "internal/OrderAmounts"],
      ...["internal/TerminalRules", "internal/TextRules"]
    ]
  },
  codec: {
    folder: "packages/concert-codec",
    modules: ["Tlv", "MessageParser", "ActionStatus", "Response", "Ticket", "session/Conclusion", "session/Outcome"]
  },
  client: {
    folder: "packages/client",
    modules: [
      "interpretResponse",
      "interpretConflict",
      "ErrorCode",
      "AttemptJournal",
      "withJournal",
      "resolveAttempt",
      "tellServer",
      "askServer",
      "PaymentClient"
    ]
  },
  server: {
    folder: "packages/server-mock",
    modules: [
      ...["transactions/Attempt", "transactions/Attempts", "transactions/Repeat", "transactions/AttemptStore"],
      ...["transactions/dayTotals", "terminals/GatewayTerminals"]
    ]
  }
}

const [name = "", ...modules] = process.argv.slice(2)
const target = targets[name]
if (target === undefined) {
  console.error(`mutation: expected one of ${Object.keys(targets).join(", ")}, got ${name || "nothing"}`)
  process.exit(2)
}

// The runner's processes inherit it, and the tests' configuration reads it.
process.env.MUTATION_FOLDER = target.folder

await new Stryker({
  mutate: (modules.length === 0 ? target.modules : modules).map((module) => `${target.folder}/src/${module}.ts`),
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
