/** The platforms of the matrix: groups that share an installation, each with its checks. */
import { cpSync } from "node:fs"
import { join } from "node:path"
import { strictest } from "../consumer/strictest.ts"
import { root } from "../packages.ts"
import { librariesOf, makeProject, type Project, readmeBlock } from "./Project.ts"

/** One row of the page. */
export interface Check {
  readonly what: string
  readonly version: () => string
  /** A short description of the check. */
  readonly tried: string
  /** Throws if the check fails. */
  readonly run: () => void | Promise<void>
}

/** A group by its name; it installs what it needs into a folder. */
export type Group = (folder: string, tarballs: Readonly<Record<string, string>>) => ReadonlyArray<Check>

const machine = `${process.platform}-${process.arch}`

const expectPaid = (said: string): void => {
  if (!said.includes('{"outcome":"Approved","charged":1}'))
    throw new Error(`expected one approved payment, got:\n${said}`)
}

const runtimes: Group = (folder, tarballs) => {
  const nodes = ["22.19.0", "22", "24", "26"]
  const project = makeProject(folder, tarballs, {
    type: "module",
    dependencies: {
      ...Object.fromEntries(nodes.map((version) => [`node-${version}`, `npm:node-${machine}@${version}`])),
      [`@oven/bun-${machine}`]: "1",
      [`@deno/${machine}-glibc`]: "2"
    }
  })
  project.copy("pay.mjs", "memory.mjs")
  const tried = "client, journal on disk, mock on a port"
  const bun = project.installed(`@oven/bun-${machine}/bin/bun`)
  const deno = project.installed(`@deno/${machine}-glibc/deno`)
  return [
    ...nodes.map((version) => ({
      what: `Node ${version}`,
      version: () => project.versionOf(`node-${version}`),
      tried,
      run: () => expectPaid(project.run(project.installed(`node-${version}/bin/node`), "pay.mjs"))
    })),
    {
      what: "Bun",
      version: () => project.versionOf(`@oven/bun-${machine}`),
      tried,
      run: () => expectPaid(project.run(bun, "run", "pay.mjs"))
    },
    {
      what: "Deno",
      version: () => project.versionOf(`@deno/${machine}-glibc`),
      tried,
      run: () => expectPaid(project.run(deno, "run", "--allow-all", "pay.mjs"))
    }
  ]
}

const typescripts: Group = (folder, tarballs) => {
  const versions = ["5.7", "5.8", "5.9", "6.0", "7.0"]
  const project = makeProject(folder, tarballs, {
    type: "module",
    dependencies: {
      // The newest version that the oldest of them can read.
      "@types/node": "22",
      ...Object.fromEntries(versions.map((version) => [`typescript-${version}`, `npm:typescript@~${version}.0`]))
    }
  })
  cpSync(join(root, "scripts/consumer/till.ts"), join(folder, "till.ts"))
  project.write("test-kit.ts", readmeBlock("ts node-test"))
  const compilerOptions = { target: "es2022", ...strictest }
  project.write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["till.ts", "test-kit.ts"] }))
  // Only the till: the README's test has a top-level await.
  cpSync(join(root, "scripts/consumer/till.ts"), join(folder, "commonjs/till.ts"))
  project.write("commonjs/package.json", '{ "type": "commonjs" }')
  project.write("commonjs/tsconfig.json", JSON.stringify({ compilerOptions, files: ["till.ts"] }))
  const check = (version: string, what: string, place: string): Check => ({
    what: `TypeScript ${version}${what}`,
    version: () => project.versionOf(`typescript-${version}`),
    tried: "types, strictest settings",
    run: () => void project.run(process.execPath, project.installed(`typescript-${version}/bin/tsc`), "-p", place)
  })
  return [
    ...versions.map((version) => check(version, "", ".")),
    // The first that lets CommonJS require ES modules is 5.8.
    ...versions.slice(1).map((version) => check(version, " in CommonJS", "commonjs"))
  ]
}

const bundlers: Group = (folder, tarballs) => {
  const names = { esbuild: "esbuild", vite: "Vite", webpack: "webpack", rspack: "Rspack" }
  const project = makeProject(folder, tarballs, {
    type: "module",
    dependencies: { esbuild: "latest", vite: "latest", webpack: "latest", "@rspack/core": "latest" }
  })
  project.copy("memory.mjs", "page.mjs", "bundle.mjs")
  return Object.entries(names).map(([name, what]) => ({
    what,
    version: () => project.versionOf(name === "rspack" ? "@rspack/core" : name),
    tried: "client and mock in one bundle for a page",
    run: () => expectPaid(project.run(process.execPath, "bundle.mjs", name))
  }))
}

const runners: Group = (folder, tarballs) => {
  const project = makeProject(folder, tarballs, {
    dependencies: {
      "@playwright/test": "latest",
      jest: "latest",
      vitest: "latest",
      "node-22": `npm:node-${machine}@22.19.0`
    }
  })
  project.write("kit.vitest.test.ts", readmeBlock("ts vitest"))
  project.write("kit.playwright.ts", readmeBlock("ts playwright"))
  project.write("kit.jest.test.js", readmeBlock("js jest"))
  project.write("kit.node.test.mts", readmeBlock("ts node-test"))
  const old = project.installed("node-22/bin/node")
  const jest = (node: string, version: string): Check => ({
    what: `Jest on Node ${version}`,
    version: () => project.versionOf("jest"),
    tried: "the README's test, no configuration",
    run: () => void project.run(node, project.installed("jest/bin/jest.js"), "kit.jest.test.js")
  })
  const tried = "the README's test"
  return [
    {
      what: "Vitest",
      version: () => project.versionOf("vitest"),
      tried,
      run: () => void project.run(process.execPath, project.installed("vitest/vitest.mjs"), "run", "kit.vitest.test.ts")
    },
    jest(process.execPath, process.versions.node.split(".")[0] ?? ""),
    jest(old, "22"),
    {
      what: "Playwright Test",
      version: () => project.versionOf("@playwright/test"),
      tried,
      run: () => {
        project.write("playwright.config.ts", 'export default { testMatch: "kit.playwright.ts", workers: 1 }\n')
        project.run(process.execPath, project.installed("@playwright/test/cli.js"), "test")
      }
    },
    {
      what: "node:test",
      version: () => process.versions.node,
      tried,
      run: () => void project.run(process.execPath, "--test", "kit.node.test.mts")
    }
  ]
}

const workerd: Group = (folder, tarballs) => {
  const project = makeProject(folder, tarballs, {
    type: "module",
    dependencies: { esbuild: "latest", miniflare: "latest" }
  })
  project.copy("memory.mjs", "worker.mjs", "runInWorkerd.mjs")
  return [
    {
      what: "workerd",
      version: () => project.versionOf("workerd"),
      tried: "client in a worker, mock in a Durable Object, both in one request",
      run: () => {
        const flags = ["--bundle", "--format=esm", "--conditions=workerd,worker,browser", "--outdir=bundled"]
        project.run(project.installed(".bin/esbuild"), "worker.mjs", ...flags, "--out-extension:.js=.mjs")
        expectPaid(project.run(process.execPath, "runInWorkerd.mjs"))
      }
    }
  ]
}

const yarn: Group = (folder, tarballs) => {
  const tool = makeProject(`${folder}-tool`, tarballs, { dependencies: { "@yarnpkg/cli-dist": "latest" } })
  const program = tool.installed("@yarnpkg/cli-dist/bin/yarn.js")
  const env = { YARN_ENABLE_GLOBAL_CACHE: "false", YARN_ENABLE_TELEMETRY: "0", YARN_ENABLE_IMMUTABLE_INSTALLS: "false" }
  const project: Project = makeProject(
    folder,
    tarballs,
    { type: "module", resolutions: librariesOf(tarballs) },
    ({ run, runWith, write }) => {
      const registry = run("npm", "config", "get", "registry").trim()
      write(
        ".yarnrc.yml",
        `nodeLinker: pnp\nnpmRegistryServer: ${JSON.stringify(registry)}\nunsafeHttpWhitelist: ["*"]\n`
      )
      write("yarn.lock", "")
      runWith(env, process.execPath, program, "install")
    }
  )
  project.copy("pay.mjs")
  return [
    {
      what: "Yarn Plug'n'Play",
      version: () => tool.versionOf("@yarnpkg/cli-dist"),
      tried: "client, journal on disk, mock on a port",
      run: () => expectPaid(project.runWith(env, process.execPath, program, "node", "pay.mjs"))
    }
  ]
}

const next: Group = (folder, tarballs) => {
  const runtimes = { node: "nodejs", edge: "edge" }
  const project = makeProject(folder, tarballs, {
    type: "module",
    dependencies: { next: "latest", react: "latest", "react-dom": "latest" }
  })
  project.copy("till.mjs", "runInNext.mjs")
  for (const [name, runtime] of Object.entries(runtimes)) {
    project.write(
      `app/${name}/route.js`,
      `import { payAt } from "../../till.mjs"
export const dynamic = "force-dynamic"
export const runtime = "${runtime}"
export const GET = async ({ url }) => new Response(await payAt(new URL(url).searchParams.get("server")))
`
    )
  }
  return Object.keys(runtimes).map((name) => ({
    what: `Next, runtime ${name}`,
    version: () => project.versionOf("next"),
    tried: "client in a route handler, mock on a port",
    run: () => expectPaid(project.run(process.execPath, "runInNext.mjs", name))
  }))
}

const reactNative: Group = (folder, tarballs) => {
  const project = makeProject(folder, tarballs, {
    dependencies: {
      "react-native": "latest",
      react: "latest",
      "@react-native/babel-preset": "latest",
      "@react-native/metro-config": "latest",
      metro: "latest"
    }
  })
  project.copy("till.mjs", "phone.js", "runInMetro.mjs")
  return [
    {
      what: "React Native",
      version: () => project.versionOf("react-native"),
      tried: "client in Metro's bundle, compiled to Hermes bytecode, paid in Node; on no phone",
      run: () => expectPaid(project.run(process.execPath, "runInMetro.mjs"))
    }
  ]
}

export const groups: Readonly<Record<string, Group>> = {
  runtimes,
  runners,
  bundlers,
  workerd,
  next,
  "react-native": reactNative,
  typescripts,
  yarn
}
