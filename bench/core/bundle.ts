/** What `{ Money, Order }` costs in a browser, effect included: one file, minified, gzipped. */
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { rolldown } from "rolldown"
import type { Figure } from "../measure/Figure.ts"

/** The bundle's size; fails if it contains effect's barrel. */
export const figure = async (): Promise<Figure> => {
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
  // As Vite does for browsers: the annotations are only for bundlers, which have run by now.
  const { output } = await bundle.generate({ format: "esm", minify: true, comments: { annotation: false } })
  await bundle.close()
  const [chunk] = output
  const gzipped = gzipSync(chunk.code, { level: 9 }).length
  const barrel = chunk.moduleIds.some((id) => /\/effect\/(?:src|dist)\/index\.[jt]s$/.test(id))
  if (barrel) throw new Error("the bundle holds effect's barrel")
  return { name: "core.bundle", value: gzipped / 1_000, beside: { minifiedBytes: chunk.code.length } }
}
