import { availableParallelism } from "node:os"
import { defaultServerConditions } from "vite"
import { defineConfig } from "vitest/config"

// One project for all packages: sources are resolved through the private condition, so nothing is built before a test.
export default defineConfig({
  resolve: { conditions: ["@hipay-pos/source", ...defaultServerConditions] },
  ssr: { resolve: { conditions: ["@hipay-pos/source", ...defaultServerConditions] } },
  test: {
    include: ["{packages,apps}/*/test/**/*.test.ts", "tests/**/*.test.ts"],
    globalSetup: ["tests/temporaryFiles.ts", "tests/scale/namespaces.ts"],
    isolate: false,
    // More than half of their time, the files wait for a process, a browser or a database.
    maxWorkers: availableParallelism() * 2,
    // Nothing waits for real time; this is for machines that do much else at once.
    testTimeout: 180_000,
    hookTimeout: 180_000
  }
})
