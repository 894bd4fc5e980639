/** Lint enforces the table of imports (scripts/imports/table.ts), from which its rules are generated; these tests check both. */
import { execFileSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, beforeAll, describe, it } from "vitest"
import { biomeConfig } from "../scripts/imports/biomeConfig.ts"
import * as Imports from "../scripts/imports/table.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** A file with one import, and whether the table allows it. */
const samples = [
  ["packages/core/src/Money.ts", "effect/Effect", "allowed"],
  ["packages/core/src/wire/Order.ts", "../Currency.ts", "allowed"],
  ["packages/core/src/Socket.ts", "node:net", "refused"],
  ["packages/core/src/Barrel.ts", "effect", "refused"],
  ["packages/core/src/Http.ts", "effect/http/HttpClient", "refused"],
  ["packages/core/src/Hex.ts", "effect/encoding/Hex", "allowed"],
  ["packages/core/src/Base64.ts", "effect/encoding/Base64", "allowed"],
  ["packages/core/src/Base64Url.ts", "effect/encoding/Base64Url", "allowed"],
  ["packages/core/src/Csv.ts", "effect/encoding/Csv", "refused"],
  ["packages/core/src/Encoding.ts", "effect/encoding", "refused"],
  ["packages/core/src/Hono.ts", "hono", "refused"],
  ["packages/core/src/Codec.ts", "@hipay-pos/concert-codec", "refused"],
  ["packages/concert-codec/src/Tlv.ts", "@hipay-pos/core/Money", "allowed"],
  ["packages/concert-codec/src/Files.ts", "node:fs", "refused"],
  ["packages/concert-codec/src/node/TcpConnection.ts", "node:net", "allowed"],
  ["packages/concert-codec/src/node/Files.ts", "node:fs", "refused"],
  ["packages/cli-kit/src/run.ts", "effect/cli/Command", "allowed"],
  ["packages/cli-kit/src/Profile.ts", "@hipay-pos/terminal-simulator", "refused"],
  ["packages/terminal-simulator/src/machine/Terminal.ts", "@hipay-pos/concert-codec", "allowed"],
  ["packages/terminal-simulator/src/Up.ts", "@hipay-pos/server-mock", "refused"],
  ["packages/terminal-simulator/src/node/listen.ts", "node:net", "allowed"],
  ["packages/terminal-simulator/src/bin/main.ts", "effect/cli/Command", "allowed"],
  ["packages/terminal-simulator/src/bin/flags.ts", "@hipay-pos/cli-kit", "allowed"],
  ["packages/terminal-simulator/src/node/Flags.ts", "@hipay-pos/cli-kit", "refused"],
  ["packages/server/src/app.ts", "hono", "allowed"],
  ["packages/server/src/Store.ts", "node:sqlite", "refused"],
  ["packages/server/src/node/Store.ts", "node:sqlite", "allowed"],
  ["packages/server/src/orders/order.ts", "../../../core/src/Money.ts", "refused"],
  ["packages/server/src/attempts/Port.ts", "../terminals/Terminals.ts", "allowed"],
  ["packages/server/src/attempts/Hono.ts", "hono", "refused"],
  ["packages/server/src/attempts/Routes.ts", "../http/HonoEnv.ts", "refused"],
  ["packages/server/src/attempts/View.ts", "../render/Answer.ts", "refused"],
  ["packages/server/src/terminals/Code.ts", "../render/problems.ts", "refused"],
  ["packages/server/src/render/Answer.ts", "../attempts/Attempt.ts", "allowed"],
  ["packages/server/src/render/Role.ts", "../http/Credentials.ts", "refused"],
  ["packages/server/src/render/Rejected.ts", "../orders/answerOrder.ts", "refused"],
  ["packages/server/src/http/order.ts", "../orders/answerOrder.ts", "refused"],
  ["packages/server/src/orders/answer.ts", "../http/HonoEnv.ts", "allowed"],
  ["packages/server/src/attempts/File.ts", "../node/SqliteStore.ts", "refused"],
  ["packages/server/src/Frames.ts", "@hipay-pos/concert-codec", "refused"],
  ["packages/server/src/Simulator.ts", "@hipay-pos/terminal-simulator", "refused"],
  ["packages/gateway/src/Dial.ts", "@hipay-pos/concert-codec", "allowed"],
  ["packages/gateway/src/Simulator.ts", "@hipay-pos/terminal-simulator", "refused"],
  ["packages/gateway/src/bin/main.ts", "@hipay-pos/terminal-simulator", "refused"],
  ["packages/server-mock/src/Client.ts", "@hipay-pos/client", "refused"],
  ["packages/server-mock/src/Gateway.ts", "@hipay-pos/gateway", "refused"],
  ["packages/client/src/PosClient.ts", "@hipay-pos/core", "allowed"],
  ["packages/client/src/Codec.ts", "@hipay-pos/concert-codec", "refused"],
  ["packages/client/src/Files.ts", "node:fs", "refused"],
  ["packages/client/src/node/Files.ts", "node:fs", "allowed"],
  ["apps/till/src/sale/Sale.ts", "@hipay-pos/core/Money", "allowed"],
  ["apps/till/src/sale/Pay.ts", "@hipay-pos/client", "refused"],
  ["apps/till/src/web/Screen.ts", "hono/jsx/dom", "allowed"],
  ["apps/till/src/web/Till.ts", "../server/Till.ts", "refused"],
  ["apps/till/src/web/Client.ts", "@hipay-pos/client", "refused"],
  ["apps/till/src/server/Till.ts", "@hipay-pos/client/node", "allowed"],
  ["apps/till/src/server/Mock.ts", "@hipay-pos/server-mock/node", "refused"],
  ["site/playground/Mock.ts", "@hipay-pos/server-mock", "allowed"],
  ["site/playground/Gateway.ts", "@hipay-pos/gateway", "refused"],
  ["site/playground/Files.ts", "node:fs", "refused"],
  ["site/theme/Money.ts", "@hipay-pos/core/Money", "refused"],
  ["site/generator/Files.ts", "node:fs", "allowed"]
] as const

describe("the import table", () => {
  let folder: string
  let messages: Map<string, string>

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "imports-"))
    for (const config of ["biome.json", "biome.imports.json"]) cpSync(join(root, config), join(folder, config))
    for (const [file, module] of samples) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), `export * from "${module}"\n`)
    }
    messages = lint(folder)
  })

  for (const [file, module, verdict] of samples) {
    it(`${verdict === "allowed" ? "lets" : "keeps"} ${file} ${verdict === "allowed" ? "" : "from "}import ${module}`, () => {
      assert.strictEqual(messages.has(file), verdict === "refused")
    })
  }

  it("is the source of the generated lint rules: if not, run `pnpm imports`", () => {
    assert.strictEqual(readFileSync(join(root, "biome.imports.json"), "utf8"), biomeConfig())
  })

  it("has a row for every package with sources and for every folder of the site, and every row is a folder", () => {
    const sources = readdirSync(join(root, "packages"))
      .map((name) => `packages/${name}/src`)
      .filter((folder) => existsSync(join(root, folder)))
    const site = ["generator", "playground", "theme"].map((name) => `site/${name}`)
    const rows = Imports.table.map(({ folder }) => folder)
    assert.includeMembers(rows, [...sources, ...site])
    assert.deepStrictEqual(
      rows.filter((folder) => !existsSync(join(root, folder))),
      []
    )
  })

  it("gives every folder that a row leaves out a row of its own", () => {
    const rows = Imports.table.map(({ folder }) => folder)
    for (const { folder, except = [] } of Imports.table) {
      assert.includeMembers(
        rows,
        except.map((each) => `${folder}/${each}`)
      )
    }
  })

  it("lets no published package depend on a private one: private packages are bundled", () => {
    const manifests = readdirSync(join(root, "packages")).map(
      (name) => JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")) as Manifest
    )
    const privates = manifests.filter((manifest) => manifest.private).map(({ name }) => name)
    assert.include(privates, "@hipay-pos/cli-kit")
    for (const { name, private: isPrivate, dependencies, peerDependencies } of manifests) {
      if (isPrivate) continue
      const needed = Object.keys({ ...dependencies, ...peerDependencies })
      assert.deepStrictEqual(
        needed.filter((each) => privates.includes(each)),
        [],
        name
      )
    }
  })

  it("explains a refusal in words for people", () => {
    assert.include(messages.get("packages/core/src/Barrel.ts"), "the barrel costs a browser bundle")
  })
})

/** The first message about a restricted import, by file. */
const lint = (folder: string): Map<string, string> => {
  const biome = join(root, "node_modules/.bin/biome")
  const args = ["lint", "--vcs-enabled=false", "--only=style/noRestrictedImports", "--max-diagnostics=none"]
  let report: string
  try {
    report = execFileSync(biome, [...args, "--reporter=json", "."], { cwd: folder, encoding: "utf8", stdio: "pipe" })
  } catch (error) {
    report = (error as { stdout: string }).stdout
  }
  const { diagnostics } = JSON.parse(report) as {
    diagnostics: ReadonlyArray<{ message: string; location: { path: string } }>
  }
  return new Map(diagnostics.map(({ message, location }) => [location.path, message]))
}
