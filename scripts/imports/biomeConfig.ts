/** Lint rules for the table of imports, as the text of `biome.imports.json`. */
import { packages, type Row, table } from "./table.ts"

interface Pattern {
  readonly group: ReadonlyArray<string>
  readonly message: string
}

/** Unstable parts of effect: a minor release may change them. */
const unstable = {
  folders:
    "ai cli cluster crypto devtools encoding eventlog http http-api net observability persistence process reactivity rpc schema socket sql workflow workers graphql",
  modules: "Arbitrary FileSystem Path Terminal ByteSize Bytes Graph ErrorReporter Glob TextDiff Stdio"
}

/** The stable modules in such a folder. */
const stable = "encoding/Base64 encoding/Base64Url encoding/Hex"

const barrel: Pattern = {
  group: ["effect"],
  message: 'Import the module you need, such as "effect/Effect": the barrel costs a browser bundle 90 kB.'
}

const unstableEffect: Pattern = {
  group: [
    ...withSubpaths(unstable.folders.split(" ").map((name) => `effect/${name}`)),
    ...unstable.modules.split(" ").map((name) => `effect/${name}`),
    ...stable.split(" ").map((name) => `!effect/${name}`)
  ],
  message:
    "This module of effect may break in a minor release, and a published library cannot pin one. Unstable modules belong in bins, apps and tests."
}

const hono: Pattern = {
  group: ["hono", "hono/**", "@hono/**"],
  message: "HTTP frameworks belong in server-mock, in the simulator's src/control and src/node, in bins and in pages."
}

function withSubpaths(modules: ReadonlyArray<string>): ReadonlyArray<string> {
  return modules.flatMap((module) => [module, `${module}/**`])
}

const nodePattern = (node: "none" | ReadonlyArray<string>): Pattern => ({
  group: ["node:*", ...(node === "none" ? [] : node.map((module) => `!node:${module}`)), "@hono/node-server"],
  message:
    node === "none"
      ? "This folder runs in browsers and workers too. Node's modules belong in src/node or src/server, behind a port of this package."
      : `Of Node's modules this folder imports ${node.join(" and ")} only.`
})

/** Relative paths that leave the package. In packages/X/src, two folders up is already outside. */
const outside = (folder: string): Pattern => ({
  group: [
    "**/packages/**",
    ...(folder.startsWith("packages/") ? ["../../*/src/**"] : []),
    "../../../*/src/**",
    "../../../../*/src/**"
  ],
  message: "Import another package by its name, never by a path into its folder: only its exports are its promise."
})

const patternsOf = (row: Row): ReadonlyArray<Pattern> => {
  const own = row.folder.split("/")[1]
  const refused = packages.filter((name) => name !== own && !row.packages.includes(name))
  const rules: Array<Pattern> = []
  if (row.effect !== "any") rules.push(barrel)
  if (row.effect === "stable") rules.push(unstableEffect)
  rules.push(outside(row.folder))
  if (row.node !== "all") rules.push(nodePattern(row.node))
  if (!row.hono) rules.push(hono)
  if (refused.length > 0) {
    rules.push({ group: withSubpaths(refused.map((name) => `@hipay-pos/${name}`)), message: row.because })
  }
  for (const [folder, message] of Object.entries(row.notFrom ?? {})) {
    rules.push({ group: [`**/${folder}/**`], message })
  }
  return rules
}

const overrideOf = (row: Row) => ({
  includes: [`${row.folder}/**`, ...(row.except ?? []).map((folder) => `!${row.folder}/${folder}/**`)],
  linter: {
    rules: {
      style: {
        noRestrictedImports: {
          level: "error",
          options: { ...(row.names === undefined ? {} : { paths: row.names }), patterns: patternsOf(row) }
        }
      }
    }
  }
})

/** The text of the generated file, one line per row. */
export const biomeConfig = (): string =>
  `{"overrides":[\n${table.map((row) => JSON.stringify(overrideOf(row))).join(",\n")}\n]}\n`
