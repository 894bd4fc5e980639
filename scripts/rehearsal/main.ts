/**
 * Rehearses two releases: makes the versions of the pending changesets, publishes the build to a registry on this
 * machine by the steps of the Release workflow, and uses it as a new user would; then changes a sentence of core, makes
 * server import another module of it, with a changeset for server alone, releases again, and checks that every library and
 * program has the new sentence. Run it after `pnpm build`; `pnpm pack:check` does.
 */
import { execFile, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { createInterface } from "node:readline"
import { promisify } from "node:util"
import { isBeforeFirst } from "../release/first.ts"
import { pendingChangesets, readMembers, root } from "../release/members.ts"
import { startRegistry } from "./registry.ts"
import { readSteps, type Step } from "./workflow.ts"

const folder = mkdtempSync(join(tmpdir(), "rehearsal-"))
process.once("exit", () => rmSync(folder, { recursive: true, force: true }))

/** A sentence of core that appears in libraries and programs. */
const SENTENCE = "a whole number of minor units (1250 is 12.50 EUR)"
const FIXED = "a whole number of minor units (rehearsed)"

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

/** The repository that the rehearsal pushes to. */
const origin = join(folder, "origin.git")

/**
 * The checkout's tracked files, its tags of releases, and what was built of them, where a release may change them. The tags
 * are all that is needed of its history, so that a shallow clone can be rehearsed as well.
 */
const copyCheckout = (env: NodeJS.ProcessEnv): string => {
  const copy = join(folder, "checkout")
  run(folder, env, "git", "init", "--quiet", "--bare", origin)
  // Named main whatever was checked out: changesets compares with the branch of this name.
  run(folder, env, "git", "init", "--quiet", "--initial-branch", "main", copy)
  run(copy, env, "git", "remote", "add", "origin", origin)
  for (const file of run(root, env, "git", "ls-files", "-z").split("\0").filter(Boolean)) {
    if (existsSync(join(root, file))) cpSync(join(root, file), join(copy, file))
  }
  commit(copy, env, "what is released")
  const tags = run(root, env, "git", "tag", "--list", "*@*", "--merged", "HEAD").split("\n").filter(Boolean)
  for (const tag of tags) run(copy, env, "git", "tag", tag)
  for (const built of globSync("packages/*/{dist,pages}", { cwd: root })) {
    cpSync(join(root, built), join(copy, built), { recursive: true })
  }
  // In the order of the README: the command line installs what it runs on, the first tool the rest.
  run(copy, env, "./hipay-pos", "--version")
  run(copy, env, "npx", "pnpm", "--version")
  return copy
}

/** Commits as an author that the release does not know. */
const commit = (copy: string, env: NodeJS.ProcessEnv, message: string) => {
  const author = ["-c", "user.name=rehearsal", "-c", "user.email=rehearsal@localhost"]
  run(copy, env, "git", "add", "--all")
  run(copy, env, "git", ...author, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", message)
}

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

/** Checks that an installed published program runs by its name and has the command that a README shows. */
const checkCommand = async (cwd: string, env: NodeJS.ProcessEnv, [program, ...args]: ReadonlyArray<string>) => {
  const words = program === "npx" ? args : ["hipay-pos", ...args]
  // Only the command, if there is one: nothing that would start a server or pay.
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
  // A program that cannot be installed ends without a line.
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), once(child, "close")])
  if (typeof line !== "string") throw new Error("npx hipay-pos mock ended before it was ready")
  const { ready, url } = JSON.parse(line) as { readonly ready: boolean; readonly url: string }
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
      .filter((member) => member.isPublished)
      .map(({ name }) => [
        name,
        globSync("dist/**/*.{js,cjs}", { cwd: join(modules, name) }).filter((file) =>
          readFileSync(join(modules, name, file), "utf8").includes(sentence)
        )
      ])
  )

/** The newest version's section of a changelog. */
const newestSection = (checkout: string, name: string): string => {
  const member = readMembers(checkout).find((each) => each.name === name)
  if (member === undefined) throw new Error(`there is no ${name}`)
  const [, version = "", text = ""] =
    /\n## (\S+)\n\n([\s\S]*?)(?=\n## |$)/.exec(readFileSync(join(member.folder, "CHANGELOG.md"), "utf8")) ?? []
  if (version !== member.manifest.version) throw new Error(`the changelog of ${name} does not begin with its version`)
  return text.trim()
}

const versionsOf = (checkout: string): ReadonlyArray<string> =>
  readMembers(checkout)
    .filter((member) => member.isPublished)
    .map(({ name, manifest }) => `${name}@${manifest.version}`)

const upstream = run(root, process.env, "npm", "config", "get", "registry").trim()
await using registry = await startRegistry(folder, upstream)
const { environment } = registry
const published = readMembers().filter((member) => member.isPublished)
const names = published.map(({ name }) => name)
const copy = await step("copied the checkout", () => copyCheckout(process.env))

const runner = join(folder, "runner")
mkdirSync(runner)
/** Runs a step of the workflow with the environment of a GitHub runner, and no more. */
const runStep = ({ run: command, env }: Step): string => {
  const { PATH } = process.env
  const own = { PATH, HOME: runner, CI: "true", GITHUB_WORKSPACE: copy, pnpm_config_registry: registry.url }
  return run(copy, { ...own, ...env }, "sh", "-e", "-c", command)
}

/** The steps that release, with the registry of this machine. */
const steps = readSteps({
  "github.server_url": "https://example.org",
  "github.repository": "rehearsal/hipay-pos",
  "secrets.NPM_TOKEN": registry.token
}).map((each) => ({ ...each, run: each.run.replace("//registry.npmjs.org/", `//${new URL(registry.url).host}/`) }))

/** Fails unless a step ends with an error that contains the text. */
const expectRefusal = (refused: Step, because: RegExp) => {
  try {
    runStep(refused)
  } catch (error) {
    if (error instanceof Error && because.test(error.message)) return
    throw error
  }
  throw new Error(`${refused.run} was expected to be refused because of ${because}`)
}

const release = () => {
  for (const each of steps) {
    if (!each.run.includes(" --provenance")) runStep(each)
    else {
      // Only GitHub can say which commit and workflow a package comes from.
      expectRefusal(each, /PROVENANCE/)
      runStep({ ...each, run: each.run.replace(" --provenance", "") })
    }
  }
  const tags = run(origin, process.env, "git", "tag").split("\n")
  const untagged = versionsOf(copy).filter((version) => !tags.includes(version))
  if (untagged.length > 0) throw new Error(`released without tags: ${untagged.join(", ")}`)
}

const version = () => {
  if (pendingChangesets(copy).length === 0) return
  const early = steps.find(({ run }) => run.includes(" --dry-run"))
  if (early === undefined) throw new Error("the workflow does not look first whether it can release")
  expectRefusal(early, /changesets without a version/)
  const before = versionsOf(copy).join()
  run(copy, { ...process.env, pnpm_config_registry: registry.url }, "npx", "pnpm", "version-packages")
  commit(copy, process.env, "versions")
  if (versionsOf(copy).join() !== before) run(copy, process.env, "npx", "pnpm", "build")
}

await step(`made the versions of ${pendingChangesets(copy).length} changesets`, version)
await step(`released ${names.length} packages`, release)

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

await step("read what npm shows of every package", () => {
  for (const name of names) {
    const at = join(first, "node_modules", name)
    for (const page of ["README.md", "AGENTS.md"]) {
      if (isBeforeFirst(readFileSync(join(at, page), "utf8")))
        throw new Error(`${name}: ${page} says what holds until the first release`)
    }
    const { version, repository } = JSON.parse(readFileSync(join(at, "package.json"), "utf8"))
    if (repository?.url !== "git+https://example.org/rehearsal/hipay-pos.git") {
      throw new Error(`${name} does not say which repository it comes from`)
    }
    if (!readFileSync(join(at, "CHANGELOG.md"), "utf8").startsWith(`# ${name}\n\n## ${version}\n`)) {
      throw new Error(`${name}: the changelog does not begin with ${version}`)
    }
  }
})

await step("changed a sentence of core and what server imports, made the versions, and built everything again", () => {
  const sources = globSync("packages/core/src/**/*.ts", { cwd: copy }).map((file) => join(copy, file))
  const saying = sources.filter((file) => readFileSync(file, "utf8").includes(`"${SENTENCE}"`))
  if (saying.length === 0) throw new Error(`core no longer says "${SENTENCE}"`)
  for (const file of saying) {
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(`"${SENTENCE}"`, `"${FIXED}"`))
  }
  writeFileSync(join(copy, "packages/core/src/Rehearsed.ts"), "export const rehearsed = true\n")
  const file = join(copy, "packages/core/package.json")
  const manifest = JSON.parse(readFileSync(file, "utf8"))
  manifest.exports["./Rehearsed"] = JSON.parse(
    JSON.stringify(manifest.exports["./Money"]).replaceAll("Money", "Rehearsed")
  )
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`)
  const index = join(copy, "packages/server/src/index.ts")
  writeFileSync(index, `${readFileSync(index, "utf8")}export { rehearsed } from "@hipay-pos/core/Rehearsed"\n`)
  writeFileSync(join(copy, ".changeset/rehearsed.md"), '---\n"@hipay-pos/server": patch\n---\n\nA server is clearer.\n')
  commit(copy, process.env, "a sentence")
  version()
})
await step("read the changelogs", () => {
  for (const name of names) {
    const section = newestSection(copy, name)
    const items = section.split("\n").filter((line) => line.startsWith("- "))
    const isShort = items.length > 0 && items.length <= 2 && !section.includes("Updated dependencies")
    if (!isShort) throw new Error(`the changelog of ${name} says:\n${section}`)
    console.log(`  ${name}: ${items.join(" ")}`)
  }
  const ofCore = newestSection(copy, "@hipay-pos/core")
  if (ofCore !== "### Patch Changes\n\n- Internal changes.") throw new Error(`core's changelog says:\n${ofCore}`)
})
await step("released again", release)
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
  run(second, environment, "node", "--input-type=module", "--eval", 'await import("@hipay-pos/server")')
  const cores = globSync("**/node_modules/@hipay-pos/core/package.json", { cwd: second })
  if (cores.length !== 1) throw new Error(`there is more than one core: ${cores.join(", ")}`)
  const versions = names.map((name) => `${name} ${readVersion(join(modules, name))}`)
  console.log(`  ${versions.join(", ")}`)
})
console.log(`rehearsed in ${relative(tmpdir(), folder)}: two releases`)

function readVersion(of: string): string {
  return JSON.parse(readFileSync(join(of, "package.json"), "utf8")).version
}
