/**
 * A registry on this machine: published packages stay here, all others come from the registry that npm uses. Like
 * npm's, everybody may download, and only holders of a token may publish.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { cpSync, mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"

export interface Registry extends AsyncDisposable {
  readonly url: string
  /** The token of a user who may publish. */
  readonly token: string
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
auth:
  htpasswd: { file: ${join(folder, "htpasswd")} }
uplinks:
  npm: { url: ${upstream}, maxage: 60m, timeout: 60s, max_fails: 1000, fail_timeout: 1s }
packages:
  "@hipay-pos/*": { access: $all, publish: $authenticated }
  hipay-pos: { access: $all, publish: $authenticated }
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

/** Creates an account. */
const register = async (url: string): Promise<string> => {
  const answer = await fetch(`${url}/-/user/org.couchdb.user:rehearsal`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "rehearsal", password: "rehearsal" })
  })
  const { token } = (await answer.json()) as { readonly token?: string }
  if (token === undefined) throw new Error(`the registry makes no account: ${answer.status}`)
  return token
}

/** Starts one in a folder of its own. */
export const startRegistry = async (folder: string, upstream: string): Promise<Registry> => {
  const port = await freePort()
  const home = join(folder, "home")
  mkdirSync(home, { recursive: true })
  const config = join(folder, "config.yaml")
  writeFileSync(config, configuration(folder, upstream))
  const url = `http://127.0.0.1:${port}`
  writeFileSync(join(home, ".npmrc"), `registry=${url}/\nfund=false\naudit=false\n`)

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
  // It prints nothing once it is ready, so ask until it answers.
  while (!(await isUp(url))) await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 100))])

  const { npm_config_registry: _, ...inherited } = process.env
  return {
    url,
    token: await register(url),
    environment: { ...inherited, HOME: home, npm_config_userconfig: join(home, ".npmrc") },
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, "exit")
      child.kill("SIGTERM")
      await exited
    }
  }
}
