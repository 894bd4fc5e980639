/** What the client costs in a browser, effect included: one file, minified, gzipped. */
import { gzipSync } from "node:zlib"
import { rolldown } from "rolldown"

const entries = [
  {
    name: "bundle of makeClient for a browser, gzipped",
    code: 'import { makeClient } from "@hipay-pos/client"; globalThis.pay = (options, ...order) => makeClient(options).pay(...order)',
    budgetBytes: 33_000,
    stretchBytes: 25_000
  },
  {
    name: "bundle of receiveNotification for a worker, gzipped",
    code: 'import { receiveNotification } from "@hipay-pos/client/notification"; globalThis.receive = receiveNotification',
    budgetBytes: 20_000,
    stretchBytes: 15_000
  }
]

/** The entry of a bundle with the chunks that it imports at once, and the chunks that are loaded at the first call. */
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
  // As Vite does for browsers: bundlers' own annotations have done their work by now.
  const { output } = await bundle.generate({ format: "esm", minify: true, comments: { annotation: false } })
  await bundle.close()
  const chunks = output.flatMap((each) => (each.type === "chunk" ? [each] : []))
  const [entryChunk] = output
  const atOnce = new Set([entryChunk.fileName])
  for (const name of atOnce) {
    for (const each of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) atOnce.add(each)
  }
  const files = new Set(chunks.map(({ fileName }) => fileName))
  return {
    code: chunks.filter(({ fileName }) => atOnce.has(fileName)).map((chunk) => chunk.code),
    later: chunks.filter(({ fileName }) => !atOnce.has(fileName)).map((chunk) => chunk.code),
    moduleIds: chunks.flatMap((chunk) => chunk.moduleIds),
    foreign: [...atOnce].filter((name) => !files.has(name))
  }
}

const zipped = (code: ReadonlyArray<string>): number =>
  code.reduce((sum, each) => sum + gzipSync(each, { level: 9 }).length, 0)

/** Bundles against their budgets, and whether they keep away from effect's barrel and from Node. */
export const rows = () =>
  Promise.all(
    entries.map(async ({ name, code, budgetBytes, stretchBytes }) => {
      const chunk = await weigh(code)
      return {
        name,
        minifiedBytes: chunk.code.join("").length,
        bytes: zipped(chunk.code),
        laterBytes: zipped(chunk.later),
        budgetBytes,
        stretchBytes,
        effectBarrel: chunk.moduleIds.some((id) => /\/effect\/(?:src|dist)\/index\.[jt]s$/.test(id)),
        nodeBuiltIns: chunk.foreign.length
      }
    })
  )
