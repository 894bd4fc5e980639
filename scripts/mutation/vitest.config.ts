import { mergeConfig } from "vitest/config"
import root from "../../vitest.config.ts"

/** The tests of one package: those are the ones that have to notice. */
const config = mergeConfig(root, {})
config.test.include = [`${process.env.MUTATION_FOLDER}/test/**/*.test.ts`]
// The examples are other processes, which no fault is planted in; so is another user's, who may not read Stryker's copy.
config.test.exclude = ["**/README.test.ts", "**/fileProblem.test.ts"]

export default config
