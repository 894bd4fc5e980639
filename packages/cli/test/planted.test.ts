/**
 * Plants a card number in every flag, argument and setting of every verb, and in every field of the files that they
 * read. No error shows it.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { endingOf, program, usageError } from "@hipay-pos/cli-kit"
import * as Console from "effect/Console"
import * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { afterAll, assert, describe, it, vi } from "vitest"
import { commands, prepare } from "../src/commands.ts"

const PAN = "4970101122334422"
const forms = [PAN, "4970 1011 2233 4422", "4970.1011.2233.4422"]

/** Seven consecutive digits are more than a mask leaves. */
const shows = (text: string): boolean => {
  const digits = text.replace(/[\s.-]/g, "")
  return Array.from({ length: PAN.length - 6 }, (_, at) => PAN.slice(at, at + 7)).some((part) => digits.includes(part))
}

const folder = mkdtempSync(join(tmpdir(), "planted-"))
afterAll(() => {
  vi.unstubAllEnvs()
  // Some flags take the planted text as a file name, and write reports to it.
  for (const form of forms) rmSync(form, { force: true })
})

/** What a verb printed on stderr, and as an error on stdout; a verb that serves is stopped. */
const errorsOf = async (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}): Promise<string> => {
  const prepared = prepare(args, { HIPAY_POS_CONFIG: "", ...env })
  if (Result.isFailure(prepared)) return usageError(prepared.failure).error?.problem ?? ""
  const said: Array<string> = []
  const listening: Console.Console = {
    ...globalThis.console,
    log: (line: string) => void (String(line).includes('"error"') && said.push(line)),
    error: (line: string) => void said.push(line)
  }
  const run = Effect.provideService(program(commands, prepared.success), Console.Console, listening)
  const exit = await Effect.runPromiseExit(Effect.timeoutOption(run, "100 millis").pipe(Effect.asVoid))
  process.exitCode = undefined
  return [...said, endingOf(exit, 0).error?.problem ?? ""].join("\n")
}

interface Leaf {
  readonly verb: ReadonlyArray<string>
  readonly command: Completions.CommandDescriptor
}

/** The commands that can be run: those without subcommands, and those with flags of their own. */
const leaves = (command: Completions.CommandDescriptor, verb: ReadonlyArray<string> = []): ReadonlyArray<Leaf> => [
  ...(command.subcommands.length === 0 || (verb.length > 0 && command.flags.length > 0) ? [{ verb, command }] : []),
  ...command.subcommands.flatMap((each) => leaves(each, [...verb, each.name]))
]

/** Enough for a verb to reach the planted text; requests go only to a closed port of this machine. */
const rest: Readonly<Record<string, ReadonlyArray<string>>> = {
  mock: ["--port=0"],
  gateway: ["--port=0", `--store=${join(folder, "gateway.db")}`, "--dial=127.0.0.1:1"],
  terminal: ["--port=0"],
  trigger: ["approved", "--url=http://127.0.0.1:1"],
  pay: ["12", "--terminal=127.0.0.1:1"],
  refund: ["12", "--url=http://127.0.0.1:1", "--terminal=127.0.0.1:1"],
  cancel: ["12", "--url=http://127.0.0.1:1", "--terminal=127.0.0.1:1"],
  resolve: ["ID", "--outcome=approved", "--by=Ada", "--evidence=receipt"],
  collect: ["--url=http://127.0.0.1:1"],
  init: [`--into=${folder}`],
  open: ["--json"],
  "terminals list": ["--url=http://127.0.0.1:1"],
  "terminals show": ["t", "--url=http://127.0.0.1:1"],
  "terminals script": ["t", "approved", "--url=http://127.0.0.1:1"],
  "terminals fault": ["t", "--url=http://127.0.0.1:1"],
  "terminals card": ["t", "cb", "--url=http://127.0.0.1:1"],
  "terminals key": ["t", "enter", "--url=http://127.0.0.1:1"],
  clock: ["--url=http://127.0.0.1:1"],
  tail: ["--url=http://127.0.0.1:1"],
  attempts: ["--url=http://127.0.0.1:1"],
  "store backup": [join(folder, "backup.db"), `--store=${join(folder, "none.db")}`],
  "store export": [join(folder, "export.jsonl"), `--store=${join(folder, "none.db")}`],
  "store check": [join(folder, "none.db")],
  "store import": [join(folder, "none.db"), "--store=postgres://shop@127.0.0.1:1/none"],
  "store redact": [`--store=${join(folder, "none.db")}`, "--by=Ada"]
}

/** Nothing is installed for the user who runs the tests, and no browser opens. */
for (const [name, value] of [
  ["SHELL", ""],
  ["XDG_DATA_HOME", folder],
  ["XDG_CONFIG_HOME", folder],
  ["DISPLAY", ""],
  ["WAYLAND_DISPLAY", ""]
] as const) {
  vi.stubEnv(name, value)
}

const journal = `--journal=${join(folder, "attempts.db")}`

const verbs = leaves(Completions.fromCommand(commands))

/** The arguments of a verb with one flag as given. */
const argsOf = (leaf: Leaf, flag: string, value: string): ReadonlyArray<string> => [
  ...argsWithout(leaf, flag),
  `--${flag}=${value}`
]

/** The arguments of a verb except one flag; the verb's journal is kept apart from the user's. */
const argsWithout = ({ verb, command }: Leaf, flag: string): ReadonlyArray<string> => {
  const others = rest[verb.join(" ")] ?? []
  const keepsJournal = command.flags.some(({ name }) => name === "journal") && flag !== "journal"
  return [...verb, ...others.filter((each) => !each.startsWith(`--${flag}=`)), ...(keepsJournal ? [journal] : [])]
}

const makesFile = (flag: string): boolean => ["journal", "store", "into"].includes(flag)

describe("a card number that is typed", () => {
  it("is in no error that a flag of any verb leads to", { timeout: 120_000 }, async () => {
    let count = 0
    let repeated = 0
    for (const leaf of verbs) {
      for (const { name } of leaf.command.flags) {
        const form = forms[count++ % forms.length] ?? PAN
        const said = await errorsOf(argsOf(leaf, name, makesFile(name) ? join(folder, form) : form))
        assert.isFalse(shows(said), `${leaf.verb.join(" ")} --${name}: ${said}`)
        if (said.includes("######")) repeated++
      }
    }
    assert.isAbove(count, 100)
    // Otherwise the errors would not repeat what was typed, and the property would hold even without the mask.
    assert.isAbove(repeated, 20)
  })

  it("is in no error about an unknown argument, verb or flag", async () => {
    for (const form of forms) {
      assert.isFalse(shows(await errorsOf([form])), form)
      for (const { verb } of verbs) {
        for (const args of [[form], ["1", "2", form], [`--${form}`], ["--pan", form], [`--pan=${form}`]]) {
          const said = await errorsOf([...verb, ...args, ...(verb[0] === "mock" ? ["--port=0"] : [])])
          assert.isFalse(shows(said), `${[...verb, ...args].join(" ")}: ${said}`)
        }
      }
    }
  }, 120_000)
})

describe("a card number in a file", () => {
  const write = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }

  it("is in no error about settings, whichever flag they set, and whatever they call it", {
    timeout: 120_000
  }, async () => {
    let repeated = 0
    for (const { verb, command } of verbs) {
      for (const { name } of command.flags) {
        const text = makesFile(name) ? join(folder, PAN) : PAN
        for (const value of [text, [text], { [PAN]: PAN }]) {
          const settings = write("settings.json", JSON.stringify({ [verb.join(" ")]: { [name]: value } }))
          for (const args of [[...verb, "--no-such-flag"], argsWithout({ verb, command }, name)]) {
            const said = await errorsOf(args, { HIPAY_POS_CONFIG: settings })
            assert.isFalse(shows(said), `${verb.join(" ")} ${name}: ${said}`)
            if (said.includes("######")) repeated++
          }
        }
      }
    }
    assert.isAbove(repeated, 10)
    for (const text of [`{"${PAN}":1}`, `{"pay":{"${PAN}":1}}`, `{"pay":${PAN}x}`, PAN, `{"pay":"${PAN}"}`]) {
      const said = await errorsOf(["pay", "1"], { HIPAY_POS_CONFIG: write("settings.json", text) })
      assert.isFalse(shows(said), said)
    }
  })

  it("is in no error about credentials, logins, terminals, cardholders or a passphrase", async () => {
    const texts = [
      PAN,
      `{"${PAN}":1}`,
      `{"terminals":[{"host":"${PAN}/"}]}`,
      `{"terminals":[{"host":"h","${PAN}":1}]}`,
      `{"terminals":[{"host":"h","port":${PAN}}]}`,
      `{"terminals":[{"host":"h","port":"${PAN}"}]}`,
      `{"terminals":[{"host":"h","profile":"${PAN}"}]}`,
      `{"terminals":[{"name":"${PAN}"},{"name":"${PAN}"}]}`,
      `{"terminals":[{"name":"a","faults":["${PAN}"]}]}`,
      `{"terminals":[{"name":"a","cardholder":{"script":["${PAN}"]}}]}`,
      `{"logins":[{"username":"${PAN}:"}]}`,
      `{"logins":[{"username":"u","password":"p","roles":["${PAN}"]}]}`,
      `{"logins":[{"username":"u","password":"p","${PAN}":1}]}`
    ]
    const flags = [
      ["mock", "terminals"],
      ["mock", "credentials"],
      ["mock", "logins"],
      ["mock", "cardholder"],
      ["gateway", "terminals"],
      ["gateway", "credentials"],
      ["gateway", "logins"],
      ["terminal", "terminals"],
      ["terminal", "cardholder"],
      ["pay", "terminals"],
      ["pay", "credentials"],
      ["doctor", "terminals"],
      ["doctor", "credentials"]
    ] as const
    for (const text of texts) {
      const file = write("planted.json", text)
      for (const [verb, flag] of flags) {
        const leaf = verbs.find((each) => each.verb.join(" ") === verb)
        assert.isDefined(leaf)
        const said = await errorsOf(argsOf(leaf as Leaf, flag, file))
        assert.isFalse(shows(said), `${verb} --${flag} ${text}: ${said}`)
      }
    }
  }, 120_000)
})

describe("a login in a URL", () => {
  it("is in no error about the URL", async () => {
    for (const url of ["http://ada:s3cret@:x", "ftp://ada:s3cret@host", "http://ada:s3cret@127.0.0.1:1"]) {
      for (const args of [["pay", "1", "--terminal=h"], ["attempts"], ["collect"], ["doctor"]]) {
        const said = await errorsOf([...args, `--url=${url}`])
        assert.notInclude(said, "s3cret", args[0])
      }
    }
  })
})
