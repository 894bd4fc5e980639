/** A registry on this machine: what is published stays here, everything else comes from the registry that npm uses. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { cpSync, mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"

export interface Registry extends AsyncDisposable {
  readonly url: string
  /** Environment of a person who has just installed Node: an empty home, and this registry. */
  readonly environment: NodeJS.ProcessEnv
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as { readonly port: number }
  server.close()
  return port
}

const configuration = (folder: string, upstream: string): string => `
storage: ${join(folder, "storage")}
uplinks:
  npm: { url: ${upstream}, maxage: 60m }
packages:
  "@hipay-pos/*": { access: $all, publish: $all }
  hipay-pos: { access: $all, publish: $all }
  "**": { access: $all, proxy: npm }
max_body_size: 50mb
web: { enable: false }
log: { type: stdout, format: pretty, level: error }
`

const isUp = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/-/ping`)).ok
  } catch {
    return false
  }
}

/** Starts one in a folder of its own. */
export const startRegistry = async (folder: string, upstream: string): Promise<Registry> => {
  const port = await freePort()
  const home = join(folder, "home")
  mkdirSync(home, { recursive: true })
  const config = join(folder, "config.yaml")
  writeFileSync(config, configuration(folder, upstream))
  const url = `http://127.0.0.1:${port}`
  writeFileSync(
    join(home, ".npmrc"),
    `registry=${url}/\n//127.0.0.1:${port}/:_authToken=rehearsal\nfund=false\naudit=false\n`
  )

  // Installed here, not with the workspace: it is larger than most of what it serves.
  const verdaccio = join(folder, "verdaccio")
  mkdirSync(verdaccio)
  cpSync(new URL("package.json", import.meta.url), join(verdaccio, "package.json"))
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: verdaccio })
  const program = join(verdaccio, "node_modules/verdaccio/bin/verdaccio")
  const child: ChildProcess = spawn(process.execPath, [program, "--config", config, "--listen", `127.0.0.1:${port}`], {
    stdio: ["ignore", "inherit", "inherit"]
  })
  const ended = once(child, "exit").then(() => {
    throw new Error("the registry ended")
  })
  ended.catch(() => {})
  // Its only sign of life is an answer.
  while (!(await isUp(url))) await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 100))])

  const { npm_config_registry: _, ...inherited } = process.env
  return {
    url,
    environment: { ...inherited, HOME: home, npm_config_userconfig: join(home, ".npmrc") },
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, "exit")
      child.kill("SIGTERM")
      await exited
    }
  }
}
