/** What the client costs in a browser, effect included: one file, minified, gzipped. */
import { gzipSync } from "node:zlib"
import { rolldown } from "rolldown"
import type { Figure, LeftOut } from "../measure/Figure.ts"
import { ASKED_FOR } from "../measure/peers.ts"

const ours = {
  "client.bundle":
    'import { makeClient } from "@hipay-pos/client"; globalThis.pay = (options, ...order) => makeClient(options).pay(...order)',
  "client.notification":
    'import { receiveNotification } from "@hipay-pos/client/notification"; globalThis.receive = receiveNotification'
}

/** The entry of a bundle, resolved from a folder, with the chunks that it imports at once, and the chunks that are loaded at the first call. */
export const weigh = async (code: string, folder = import.meta.dirname) => {
  const entry = "client-entry"
  const bundle = await rolldown({
    input: entry,
    platform: "browser",
    resolve: { conditionNames: ["@hipay-pos/source", "import", "default"] },
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? `${folder}/${entry}.ts` : null),
        load: (id) => (id.endsWith(`${entry}.ts`) ? code : null)
      }
    ]
  })
  // As Vite does for browsers: the annotations are only for bundlers, which have run by now.
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

/** Sizes of bundles, ours and those of others. Ours keep away from effect's barrel and from Node. */
export const figures = async (peers: string | undefined): Promise<ReadonlyArray<Figure | LeftOut>> => {
  const own = Object.entries(ours).map(async ([name, code]) => {
    const chunk = await weigh(code)
    if (chunk.moduleIds.some((id) => /\/effect\/(?:src|dist)\/index\.[jt]s$/.test(id))) {
      throw new Error(`${name} holds effect's barrel`)
    }
    if (chunk.foreign.length > 0) throw new Error(`${name} imports ${chunk.foreign.join(", ")}`)
    return {
      name,
      value: zipped(chunk.code) / 1_000,
      beside: { minifiedBytes: chunk.code.join("").length, laterBytes: zipped(chunk.later) }
    }
  })
  const stripe =
    'import Stripe from "stripe"; globalThis.pay = (key, order) => new Stripe(key).paymentIntents.create(order)'
  const openapiFetch =
    'import createClient from "openapi-fetch"; globalThis.pay = (body) => createClient({ baseUrl: "/" }).POST("/v1/connector/order", { body })'
  return [
    ...(await Promise.all(own)),
    { name: "client.bundle-stripe", value: zipped((await weigh(stripe)).code) / 1_000 },
    peers === undefined
      ? { name: "client.bundle-openapi-fetch", leftOut: ASKED_FOR }
      : { name: "client.bundle-openapi-fetch", value: zipped((await weigh(openapiFetch, peers)).code) / 1_000 }
  ]
}
