/**
 * Builds the root file system of the gateway's image with Debian's tools and runs the gateway in it: by chroot, as a user
 * without rights, on a root that is read-only. For machines without an image registry; as root, with `mmdebstrap`.
 *
 * This script bundles the program from the sources; the command and the health check are those of deploy/Dockerfile.
 */
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { build } from "rolldown"

if (process.getuid?.() !== 0) throw new Error("run it as root: chroot and mounts need that")

const root = fileURLToPath(new URL("../../", import.meta.url))
const run = (command: string, ...args: ReadonlyArray<string>): string =>
  execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] })
const megabytes = (path: string): number => Math.round(Number(run("du", "-sxk", path).split("\t")[0]) * 1.024e-3)

/** If a folder is named for it, Debian's part is kept for the next run. */
const base = process.argv[2] ?? join(mkdtempSync(join(tmpdir(), "image-")), "base")
if (!existsSync(base))
  run("mmdebstrap", "--variant=essential", "--include=ca-certificates,libatomic1,libstdc++6", "bookworm", base)

const image = mkdtempSync(join(tmpdir(), "image-root-"))
const inImage = (path: string) => join(image, path)
/** The arguments of an instruction of the Dockerfile. */
const instruction = (name: string): ReadonlyArray<string> => {
  const text = readFileSync(join(root, "deploy/Dockerfile"), "utf8").replaceAll("\\\n", "")
  const [, json = ""] = new RegExp(`^(?:${name})\\s.*?(\\[.*\\])$`, "m").exec(text) ?? []
  return JSON.parse(json) as ReadonlyArray<string>
}
const USER = 1_000

try {
  run("cp", "--archive", `${base}/.`, image)
  cpSync(process.execPath, inImage("usr/local/bin/node"))
  const program = inImage("usr/local/lib/hipay-pos-gateway.mjs")
  await build({
    input: join(root, "packages/gateway/src/bin/main.ts"),
    platform: "node",
    resolve: { conditionNames: ["@hipay-pos/source", "node", "import", "default"] },
    output: { file: program, format: "esm", codeSplitting: false, minify: true }
  })
  writeFileSync(
    inImage("usr/local/bin/hipay-pos-gateway"),
    '#!/bin/sh\nexec node /usr/local/lib/hipay-pos-gateway.mjs "$@"\n'
  )
  chmodSync(inImage("usr/local/bin/hipay-pos-gateway"), 0o755)
  for (const [path, mode] of [
    ["var/lib/hipay-pos", 0o700],
    ["run/secrets", 0o700]
  ] as const) {
    mkdirSync(inImage(path), { recursive: true, mode })
    chownSync(inImage(path), USER, USER)
  }
  mkdirSync(inImage("etc/hipay-pos"))
  writeFileSync(
    inImage("etc/hipay-pos/terminals.json"),
    JSON.stringify({ terminals: [{ name: "Bar", host: "127.0.0.1", port: 8888 }] })
  )
  const logins = inImage("run/secrets/logins.json")
  const login = { username: "till", password: "a password of the image", roles: ["pay", "read"] }
  writeFileSync(logins, JSON.stringify({ logins: [login] }), { mode: 0o600 })
  chownSync(logins, USER, USER)
  console.log(`the image: ${megabytes(image)} MB, Debian ${megabytes(base)} MB of it`)

  const [entry = ""] = instruction("ENTRYPOINT")
  // In a mount namespace of its own: the root is read-only; only the store's volume and /tmp are writable.
  const script = [
    'mount --bind "$0" "$0"',
    'mount -t tmpfs tmpfs "$0/tmp"',
    'mount --bind "$0/var/lib/hipay-pos" "$0/var/lib/hipay-pos"',
    'mount -o remount,bind,ro "$0"',
    `exec chroot --userspec=${USER}:${USER} "$0" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin NODE_ENV=production "$@"`
  ].join(" && ")
  const inside = (...command: ReadonlyArray<string>) => ["--mount", "sh", "-c", script, image, ...command]
  // The first start, which creates the store: without the image's ENV.
  const gateway = spawn("unshare", inside(entry, ...instruction("CMD")), { stdio: ["ignore", "pipe", "inherit"] })
  const ended = once(gateway, "exit")
  const first = await Promise.race([once(createInterface(gateway.stdout), "line"), ended.then(() => undefined)])
  if (first === undefined) throw new Error("the gateway did not start")
  console.log(String(first[0]))
  const health = instruction("HEALTHCHECK [^\\[]*CMD|HEALTHCHECK")
  run("unshare", ...inside(...health))
  const status = readFileSync(`/proc/${gateway.pid}/status`, "utf8")
  console.log(/^Uid:.*$/m.exec(status)?.[0], /^CapEff:.*$/m.exec(status)?.[0])
  const written = spawn("unshare", inside("node", "-e", "require('node:fs').writeFileSync('/usr/local/x', '')"), {
    stdio: "ignore"
  })
  const [refused] = await once(written, "exit")
  if (refused === 0) throw new Error("the root file system can be written to")
  const answer = await fetch("http://127.0.0.1:8080/readyz")
  console.log(`/readyz ${answer.status} ${await answer.text()}`)
  gateway.kill("SIGTERM")
  const [code] = await ended
  if (code !== 0) throw new Error(`the gateway ended with ${code}`)
  console.log("the health check passed, the root is read-only, and SIGTERM ended it with 0")
} finally {
  rmSync(image, { recursive: true, force: true })
  if (process.argv[2] === undefined) rmSync(base, { recursive: true, force: true })
}
