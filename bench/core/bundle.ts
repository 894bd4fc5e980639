/** What `{ Money, Order }` costs in a browser, effect included: one file, minified, gzipped. */
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { rolldown } from "rolldown"

/** The 28 kB that the README speaks of. */
const BUDGET = 28_000
const STRETCH = 20_000

/** The bundle's size against its budget, and whether it keeps away from effect's barrel. */
export const rows = async () => {
  const entry = "core-entry"
  const bundle = await rolldown({
    input: entry,
    platform: "browser",
    resolve: { conditionNames: ["@hipay-pos/source", "import", "default"] },
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? fileURLToPath(new URL("core-entry.ts", import.meta.url)) : null),
        load: (id) =>
          id.endsWith("core-entry.ts")
            ? 'import { Money, Order } from "@hipay-pos/core"; globalThis.core = { Money, Order }'
            : null
      }
    ]
  })
  // As Vite does for browsers: bundlers' own annotations have done their work by now.
  const { output } = await bundle.generate({ format: "esm", minify: true, comments: { annotation: false } })
  await bundle.close()
  const [chunk] = output
  const gzipped = gzipSync(chunk.code, { level: 9 }).length
  const barrel = chunk.moduleIds.some((id) => /\/effect\/(?:src|dist)\/index\.[jt]s$/.test(id))
  return [
    {
      name: "bundle of { Money, Order } for a browser, gzipped",
      minifiedBytes: chunk.code.length,
      bytes: gzipped,
      budgetBytes: BUDGET,
      stretchBytes: STRETCH,
      effectBarrel: barrel
    }
  ]
}
