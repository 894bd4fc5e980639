/** What the client costs in a browser, effect included: one file, minified, gzipped. */
import { gzipSync } from "node:zlib"
import { rolldown } from "rolldown"

const entries = [
  {
    name: "bundle of makeClient for a browser, gzipped",
    code: 'import { makeClient } from "@hipay-pos/client"; globalThis.pay = (options, ...order) => makeClient(options).pay(...order)',
    budgetBytes: 46_000,
    stretchBytes: 33_000
  },
  {
    name: "bundle of receiveNotification for a worker, gzipped",
    code: 'import { receiveNotification } from "@hipay-pos/client/notification"; globalThis.receive = receiveNotification',
    budgetBytes: 46_000,
    stretchBytes: 33_000
  }
]

/** The modules of a bundle by what they weigh, unzipped, heaviest first; for whoever looks for bytes to save. */
export const weigh = async (code: string) => {
  const entry = "client-entry"
  const bundle = await rolldown({
    input: entry,
    platform: "browser",
    resolve: { conditionNames: ["@hipay-pos/source", "import", "default"] },
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? `${import.meta.dirname}/${entry}.ts` : null),
        load: (id) => (id.endsWith(`${entry}.ts`) ? code : null)
      }
    ]
  })
  const { output } = await bundle.generate({ format: "esm", minify: true })
  await bundle.close()
  return output[0]
}

/** Bundles against their budgets, and whether they keep away from effect's barrel and from Node. */
export const rows = () =>
  Promise.all(
    entries.map(async ({ name, code, budgetBytes, stretchBytes }) => {
      const chunk = await weigh(code)
      return {
        name,
        minifiedBytes: chunk.code.length,
        bytes: gzipSync(chunk.code, { level: 9 }).length,
        budgetBytes,
        stretchBytes,
        effectBarrel: chunk.moduleIds.some((id) => /\/effect\/(?:src|dist)\/index\.[jt]s$/.test(id)),
        nodeBuiltIns: chunk.imports.length
      }
    })
  )
