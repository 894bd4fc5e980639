import { mergeConfig } from "vitest/config"
import root from "../../vitest.config.ts"

/** The tests of one package, which must detect the faults. */
const config = mergeConfig(root, {})
config.test.include = [`${process.env.MUTATION_FOLDER}/test/**/*.test.ts`]
// Left out: examples run in other processes, without the faults; so do tests as another user, who may not read Stryker's copy.
config.test.exclude = ["**/README.test.ts", "**/fileProblem.test.ts"]

export default config
