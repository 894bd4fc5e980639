/**
 * Two releases, rehearsed: publishes what is built to a registry on this machine, and uses it as a stranger does; then
 * fixes a sentence of core, releases again by the project's own scripts, and asks every library and program for the new
 * sentence. Run it after `pnpm build`; `pnpm pack:check` does.
 */
import { execFile, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { createInterface } from "node:readline"
import { promisify } from "node:util"
import { type Package, readMembers, root } from "../release/members.ts"
import { type Registry, startRegistry } from "./registry.ts"

const folder = mkdtempSync(join(tmpdir(), "rehearsal-"))
process.once("exit", () => rmSync(folder, { recursive: true, force: true }))

/** A sentence of core that libraries and programs show. */
const SENTENCE = "a whole number of minor units (1250 is 12.50 EUR)"
const FIXED = "a whole number of minor units (rehearsed)"

const isPublished = ({ manifest }: Package): boolean => manifest.private !== true

const step = async <A>(what: string, act: () => A | Promise<A>): Promise<A> => {
  const before = performance.now()
  const result = await act()
  console.log(`${what} (${((performance.now() - before) / 1000).toFixed(1)} s)`)
  return result
}

const run = (cwd: string, env: NodeJS.ProcessEnv, command: string, ...args: ReadonlyArray<string>): string => {
  try {
    return execFileSync(command, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { readonly stdout?: string; readonly stderr?: string }
    throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`)
  }
}

/** The checkout's tracked files and what was built of them, where a release may change them. */
const copyCheckout = (env: NodeJS.ProcessEnv): string => {
  const copy = join(folder, "checkout")
  run(root, env, "git", "clone", "--quiet", "--no-hardlinks", root, copy)
  const changed = run(root, env, "git", "ls-files", "--modified", "--others", "--exclude-standard").split("\n")
  for (const file of changed) if (file !== "") cpSync(join(root, file), join(copy, file), { recursive: true })
  for (const built of globSync("packages/*/{dist,pages}", { cwd: root })) {
    cpSync(join(root, built), join(copy, built), { recursive: true })
  }
  // Whatever was checked out: changesets compares with the branch of this name.
  run(copy, env, "git", "checkout", "--quiet", "-B", "main")
  run(copy, env, "git", "config", "user.name", "rehearsal")
  run(copy, env, "git", "config", "user.email", "rehearsal@localhost")
  commit(copy, env, "what is released")
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  run(copy, env, "npx", "--yes", packageManager, "install", "--frozen-lockfile", "--prefer-offline")
  return copy
}

const commit = (copy: string, env: NodeJS.ProcessEnv, message: string) => {
  run(copy, env, "git", "add", "--all")
  run(copy, env, "git", "commit", "--quiet", "--allow-empty", "--no-verify", "--message", message)
}

const publish = (copy: string, { environment }: Registry) =>
  run(
    copy,
    { ...environment, RELEASE_REPOSITORY: "https://example.org/rehearsal/hipay-pos" },
    process.execPath,
    "scripts/release/publish.ts",
    "--checked"
  )

/** A folder with a project in it that has nothing installed. */
const makeProject = (name: string): string => {
  const project = join(folder, name)
  mkdirSync(project)
  writeFileSync(join(project, "package.json"), JSON.stringify({ name, private: true, type: "module" }))
  return project
}

/** The commands of a README's shell blocks that install or run what is published. */
const commandsOf = (readme: string): ReadonlyArray<ReadonlyArray<string>> =>
  [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap(([, block = ""]) => block.replaceAll("\\\n", " ").split("\n"))
    .map((line) =>
      line
        .replace(/\s+#.*$/, "")
        .trim()
        .split(/\s+/)
    )
    .filter(([command = ""]) => ["npx", "npm", "hipay-pos"].includes(command))

/** Whether a published program, which is installed, answers to its name and to the verb that a README shows. */
const checkCommand = async (cwd: string, env: NodeJS.ProcessEnv, [program, ...args]: ReadonlyArray<string>) => {
  const words = program === "npx" ? args : ["hipay-pos", ...args]
  // The verb, where there is one, and nothing that would start or pay anything.
  const at = words.findIndex((word) => !word.startsWith("-"))
  const named = words.slice(0, at + 1)
  const verb = words[at + 1]
  const isVerb = verb !== undefined && /^[a-z][a-z-]*$/.test(verb)
  await promisify(execFile)("npx", ["--yes", ...named, ...(isVerb ? [verb] : []), "--help"], { cwd, env })
}

/** Starts a published mock as a stranger does, and gives the seconds until it was ready. */
const startMock = async (project: string, env: NodeJS.ProcessEnv): Promise<number> => {
  const before = performance.now()
  const child = spawn("npx", ["--yes", "hipay-pos", "mock", "--port", "0", "--json"], {
    cwd: project,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"]
  })
  const [line] = await once(createInterface({ input: child.stdout }), "line")
  const { ready, url } = JSON.parse(String(line)) as { readonly ready: boolean; readonly url: string }
  const seconds = (performance.now() - before) / 1000
  const answer = await fetch(`${url}/readyz`)
  if (!ready || !answer.ok) throw new Error(`npx hipay-pos mock: ${line}, readyz ${answer.status}`)
  const ended = once(child, "close")
  process.kill(-(child.pid as number), "SIGTERM")
  await ended
  return seconds
}

/** Published files that hold one of two sentences, by package. */
const filesSaying = (modules: string, sentence: string): ReadonlyMap<string, ReadonlyArray<string>> =>
  new Map(
    readMembers()
      .filter(isPublished)
      .map(({ name }) => [
        name,
        globSync("dist/**/*.{js,cjs}", { cwd: join(modules, name) }).filter((file) =>
          readFileSync(join(modules, name, file), "utf8").includes(sentence)
        )
      ])
  )

const upstream = run(root, process.env, "npm", "config", "get", "registry").trim()
await using registry = await startRegistry(folder, upstream)
const { environment } = registry
const published = readMembers().filter(isPublished)
const names = published.map(({ name }) => name)

const copy = await step("copied the checkout", () => copyCheckout(process.env))
await step(`published ${names.length} packages`, () => publish(copy, registry))

const first = makeProject("first")
await step("started npx hipay-pos mock with an empty home", async () => {
  console.log(`  ready after ${(await startMock(first, environment)).toFixed(1)} s`)
})
await step("installed client and effect", () => {
  run(makeProject("client"), environment, "npm", "install", "@hipay-pos/client", "effect")
  const kilobytes = run(join(folder, "client"), environment, "du", "-sk", "node_modules").split("\t")[0]
  console.log(`  ${(Number(kilobytes) / 1024).toFixed(0)} MB`)
})
await step("installed everything", () => run(first, environment, "npm", "install", ...names, "effect"))
await step("ran the commands of every README", async () => {
  const commands = published.flatMap(({ folder }) => commandsOf(readFileSync(join(folder, "README.md"), "utf8")))
  const distinct = new Map(commands.map((command) => [command.join(" "), command]))
  const [installs, programs] = [[], []] as [Array<ReadonlyArray<string>>, Array<ReadonlyArray<string>>]
  for (const command of distinct.values()) (command[0] === "npm" ? installs : programs).push(command)
  for (const [, ...args] of installs) run(first, environment, "npm", ...args.filter((arg) => arg !== "--global"))
  // They read only, and wait for the disk more than they compute.
  for (let i = 0; i < programs.length; i += 4) {
    await Promise.all(programs.slice(i, i + 4).map((command) => checkCommand(first, environment, command)))
  }
  console.log(`  ${distinct.size} commands`)
})
await step("followed every link of every README", () => {
  for (const name of names) {
    const text = readFileSync(join(first, "node_modules", name, "README.md"), "utf8")
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)) {
      const ours = /^https:\/\/example\.org\/rehearsal\/hipay-pos\/(?:blob|raw|tree)\/main\/(.*)$/.exec(target)?.[1]
      if (ours === undefined && /^[a-z]+:/.test(target)) continue
      const file = ours === undefined ? join(first, "node_modules", name, target) : join(root, ours)
      if (globSync(file).length === 0) throw new Error(`${name}: the README's link ${target} leads nowhere`)
    }
  }
})

await step("changed a sentence of core and built everything again", () => {
  const sources = globSync("packages/core/src/**/*.ts", { cwd: copy }).map((file) => join(copy, file))
  const saying = sources.filter((file) => readFileSync(file, "utf8").includes(`"${SENTENCE}"`))
  if (saying.length === 0) throw new Error(`core no longer says "${SENTENCE}"`)
  for (const file of saying) {
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(`"${SENTENCE}"`, `"${FIXED}"`))
  }
  for (const file of globSync(".changeset/*.md", { cwd: copy })) rmSync(join(copy, file))
  writeFileSync(join(copy, ".changeset/rehearsed.md"), '---\n"@hipay-pos/core": patch\n---\n\nA sentence is clearer.\n')
  commit(copy, process.env, "a sentence")
  run(copy, process.env, "npx", "pnpm", "version-packages")
  commit(copy, process.env, "versions")
  run(copy, process.env, "npx", "pnpm", "build")
})
await step("published again", () => publish(copy, registry))
await step("every library and program says the new sentence", () => {
  const second = makeProject("second")
  run(second, environment, "npm", "install", "--prefer-online", ...names.map((name) => `${name}@latest`), "effect")
  const modules = join(second, "node_modules")
  const before = filesSaying(join(first, "node_modules"), SENTENCE)
  const old = filesSaying(modules, `"${SENTENCE}"`)
  const fixed = filesSaying(modules, FIXED)
  for (const [name, files] of before) {
    const stale = old.get(name) ?? []
    const missing = files.length > 0 && fixed.get(name)?.length === 0
    if (stale.length > 0 || missing) throw new Error(`${name} was released without the fix: ${stale.join(", ")}`)
  }
  const cores = globSync("**/node_modules/@hipay-pos/core/package.json", { cwd: second })
  if (cores.length !== 1) throw new Error(`there is more than one core: ${cores.join(", ")}`)
  const versions = names.map((name) => `${name} ${readVersion(join(modules, name))}`)
  console.log(`  ${versions.join(", ")}`)
})
console.log(`rehearsed in ${relative(tmpdir(), folder)}: two releases`)

function readVersion(of: string): string {
  return JSON.parse(readFileSync(join(of, "package.json"), "utf8")).version
}
