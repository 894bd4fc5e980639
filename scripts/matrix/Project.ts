/** An empty project that the packed packages are installed into. */
import { execFileSync } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { pinned, root } from "../packages.ts"

export interface Project {
  readonly folder: string
  /** Copies programs of this folder. */
  readonly copy: (...programs: ReadonlyArray<string>) => void
  readonly write: (file: string, text: string) => void
  /** Runs a program in it, and returns its output. Rejects with all of its output if it fails. */
  readonly run: (command: string, ...args: ReadonlyArray<string>) => string
  /** The same with additional environment variables. */
  readonly runWith: (env: NodeJS.ProcessEnv, command: string, ...args: ReadonlyArray<string>) => string
  /** The path of an installed file. */
  readonly installed: (path: string) => string
  readonly versionOf: (name: string) => string
}

/** The library packages, which every project gets. */
const libraries = ["core", "concert-codec", "terminal-simulator", "client", "server", "server-mock"]

/** The tarballs of the library packages, as dependencies. */
export const librariesOf = (tarballs: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(libraries.map((name) => [`@hipay-pos/${name}`, `file:${tarballs[`@hipay-pos/${name}`]}`]))

/** For a slow or unreliable registry; packages in npm's cache are not requested again. */
const PATIENCE = ["--prefer-offline", "--fetch-timeout=120000", "--fetch-retries=5"]

/** Makes a project. `install` is npm's own by default. */
export const makeProject = (
  folder: string,
  tarballs: Readonly<Record<string, string>>,
  manifest: Readonly<Record<string, unknown>> & { readonly dependencies?: Readonly<Record<string, string>> } = {},
  install: ((project: Project) => void) | undefined = ({ run }) =>
    void run("npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts", ...PATIENCE)
): Project => {
  mkdirSync(folder, { recursive: true })
  const runWith: Project["runWith"] = (env, command, ...args) => {
    try {
      return execFileSync(command, args, {
        cwd: folder,
        env: { ...process.env, ...env },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"]
      })
    } catch (error) {
      const { stdout = "", stderr = "" } = error as { readonly stdout?: string; readonly stderr?: string }
      throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`)
    }
  }
  const project: Project = {
    folder,
    copy: (...programs) => {
      for (const program of programs) {
        cpSync(new URL(`programs/${program}`, import.meta.url), join(folder, program))
      }
    },
    write: (file, text) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    },
    runWith,
    run: (command, ...args) => runWith({}, command, ...args),
    installed: (path) => join(folder, "node_modules", path),
    versionOf: (name) =>
      (JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")).version as string).replace(
        /^v/,
        ""
      )
  }
  project.write(
    "package.json",
    JSON.stringify({
      name: "matrix",
      private: true,
      ...manifest,
      dependencies: { ...librariesOf(tarballs), effect: pinned("effect"), ...manifest.dependencies }
    })
  )
  install(project)
  return project
}

/** An example of the mock's README. */
export const readmeBlock = (name: string): string => {
  const readme = readFileSync(join(root, "packages/server-mock/README.md"), "utf8")
  const block = new RegExp(`\`\`\`${name}\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1]
  if (block === undefined) throw new Error(`the mock's README has no example ${name}`)
  return block
}
