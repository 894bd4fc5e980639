/** The first start of the systemd unit and of the container, as docs/gateway.md has it, and the starts after it. */
import { spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { assert, describe, it } from "vitest"
import { folder, runGateway, startGatewayProcess } from "../gatewayProcess.ts"

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")

const unit = read("deploy/systemd/hipay-pos-gateway.service")
const page = read("docs/gateway.md")
/** The setting of the first start, as the page writes it. */
const dropIn = (/^printf '(.*)' > (\S+)$/m.exec(page)?.[1] ?? "").replaceAll("\\n", "\n")

/** The file of the page that has such a list. */
const fileOf = (name: string): unknown => {
  const files = [...page.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, text = ""]) => JSON.parse(text))
  return files.find((file) => name in file) ?? assert.fail(`docs/gateway.md has no file with ${name}`)
}

const settingIn = (text: string, name: string): string | undefined =>
  text
    .split("\n")
    .findLast((line) => line.startsWith(`${name}=`))
    ?.slice(name.length + 1)

/** The arguments as systemd splits them: a variable alone becomes as many words as it has, none if it is empty. */
const argumentsWith = (settings: string): ReadonlyArray<string> => {
  const variables = new Map(
    settings.split("\n").flatMap((line) => {
      const [, name = "", value = ""] = /^Environment=(\w+)=(.*)$/.exec(line) ?? []
      return name === "" ? [] : [[name, value] as const]
    })
  )
  const words = settingIn(settings, "ExecStart")?.split(" ").slice(1) ?? []
  return words.flatMap((word) =>
    word.startsWith("$") && !word.startsWith("${")
      ? (variables.get(word.slice(1)) ?? "").split(" ").filter(Boolean)
      : [word]
  )
}

const here = (words: ReadonlyArray<string>, place: string): ReadonlyArray<string> =>
  words.map((word) =>
    word.replace(/^(\/var\/lib\/hipay-pos|\/etc\/hipay-pos|\$\{CREDENTIALS_DIRECTORY\})/, place).replace("9464", "0")
  )

/** A folder with the page's terminals and logins. */
const makePlace = () => {
  const place = mkdtempSync(join(folder, "first-"))
  for (const name of ["terminals", "logins"])
    writeFileSync(join(place, `${name}.json`), JSON.stringify(fileOf(name)), { mode: 0o600 })
  return place
}

/** Starts a gateway, looks for its store in a folder, and stops it. */
const startIn = async (place: string, args: ReadonlyArray<string>, env: Readonly<Record<string, string>>) => {
  const gateway = await startGatewayProcess(
    args.filter((word) => word !== "--json"),
    { env }
  )
  assert.isTrue(existsSync(join(place, "attempts.db")))
  gateway.stop()
  assert.strictEqual(await gateway.ended, 0)
}

const withoutLogin = { HIPAY_POS_USERNAME: "", HIPAY_POS_PASSWORD: "" }

describe("the first start of the systemd unit", () => {
  it("makes the store; any other start without one is refused, and systemd does not try it again", async () => {
    const place = makePlace()
    const usual = here(argumentsWith(unit), place)
    const refused = await runGateway(["--port", "0", ...usual], withoutLogin)
    assert.include(refused.stderr, "--require-store is set")
    assert.strictEqual(String(refused.code), settingIn(unit, "RestartPreventExitStatus"))
    assert.isFalse(existsSync(join(place, "attempts.db")))
    for (const args of [here(argumentsWith(`${unit}\n${dropIn}`), place), usual])
      await startIn(place, args, withoutLogin)
  })

  const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0

  it.skipIf(!hasSystemd)("passes systemd-analyze verify with its setting (needs systemd-analyze)", () => {
    const units = mkdtempSync(join(tmpdir(), "first-start-"))
    const program = join(units, "hipay-pos-gateway")
    writeFileSync(program, "#!/bin/sh\n")
    chmodSync(program, 0o755)
    const file = join(units, "hipay-pos-gateway.service")
    writeFileSync(file, unit.replace("ExecStart=hipay-pos-gateway", `ExecStart=${program}`))
    mkdirSync(`${file}.d`)
    writeFileSync(join(`${file}.d`, "first-start.conf"), dropIn)
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" })
    assert.deepStrictEqual({ status, stderr }, { status: 0, stderr: "" })
  })
})

describe("the first start of the container", () => {
  const dockerfile = read("deploy/Dockerfile")
  const command = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? "") as ReadonlyArray<string>
  const settingsIn = (pattern: RegExp, text: string) =>
    Object.fromEntries([...text.matchAll(pattern)].map(([, name = "", value = ""]) => [name, value]))
  const usual = settingsIn(/^ENV (HIPAY_POS_\w+)=(\w+)$/gm, dockerfile)
  const first = settingsIn(/ --env (HIPAY_POS_\w+)=(\w+)/g, page)

  it("makes the store in the volume, with a spool beside it; any other start without one is refused", async () => {
    const place = makePlace()
    const args = here(command, place).map((word) => word.replace("/run/secrets", place))
    const [, volume] = / --volume \w[\w-]*:(\S+)/.exec(page) ?? []
    for (const flag of ["--store", "--spool"])
      assert.strictEqual(dirname(command[command.indexOf(flag) + 1] ?? ""), volume, flag)
    assert.include(dockerfile, `VOLUME ${volume}\n`)
    const refused = await runGateway(["--port", "0", ...args], { ...withoutLogin, ...usual })
    assert.include(refused.stderr, "--require-store is set")
    assert.isFalse(existsSync(join(place, "attempts.db")))
    for (const env of [{ ...usual, ...first }, usual]) await startIn(place, args, { ...withoutLogin, ...env })
  })
})
