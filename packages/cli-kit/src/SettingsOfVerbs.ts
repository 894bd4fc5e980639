/**
 * The values of flags that are not typed: from the environment, else from a file.
 *
 * Every flag of every verb can be set: `HIPAY_POS_MOCK_PORT`, or `{ "mock": { "port": 8081 } }`. Flags that verbs which
 * talk to a server or a terminal have in common can be set once for all of them: `HIPAY_POS_URL`, or `{ "url": … }`.
 * Two things can only be typed: `--live`, because real money has to be allowed each time, and what a verb works on. A
 * program that is one verb of `hipay-pos` uses that verb's settings. Pure: the file is read elsewhere.
 */
import { isObject, type JsonObject } from "@hipay-pos/core/JsonObject"
import type * as Completions from "effect/cli/Completions"
import * as Result from "effect/Result"
import type { Setting } from "./settings.ts"

/** The file that is read if it exists and no other is named. */
export const FILE = "hipay-pos.config.json"

/** A section of the help. */
export const help = `SETTINGS
  Flags that are not typed are taken from the environment (HIPAY_POS_MOCK_PORT for mock --port), then from
  ${FILE} here, or the file of --config FILE or HIPAY_POS_CONFIG ({ "mock": { "port": 8081 } }).`

/** Verbs that talk to a server or a terminal, and share settings. The others listen, or work on files. */
const isTalking = ({ verb, command }: Leaf): boolean =>
  verb === "notify verify" || command.flags.some(({ name }) => name === "url")

/** Flags that can only be typed. */
const typedOnly: Readonly<Record<string, ReadonlyArray<string>>> = {
  "": ["live", "cancel", "credit", "check", "identify", "order-id", "reference", "outcome", "by", "evidence"],
  attempts: ["url", "terminal", "state", "since"],
  "attempts show": ["url"],
  resolve: ["url", "paid", "over", "authorization", "last-four", "override"],
  reconcile: ["resolve"],
  "order check": ["fix", "write"],
  collect: ["terminal"],
  tail: ["terminal", "state", "since"]
}

/** The settings that a typed flag overrides: those of the other way to pay, and the same flag under its other name. */
type Rivals = Readonly<Record<string, ReadonlyArray<string>>>
const ofPayments: Rivals = { terminal: ["url", "host"], host: ["terminal"], url: ["terminal"] }
const rivals: Readonly<Record<string, Rivals>> = {
  pay: ofPayments,
  refund: ofPayments,
  cancel: ofPayments,
  doctor: { host: ["terminal"] }
}

/** A settings file as read. */
export interface SettingsFile {
  readonly path: string
  readonly json: unknown
}

export interface Sources {
  readonly args: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly file?: SettingsFile | undefined
}

/** Whether a program has all verbs, or only some: then the file's settings for other verbs are not checked. */
export type Verbs = "all" | "some"

/** The arguments, and the settings of their verb's flags that were not typed. */
export interface Settled {
  readonly args: ReadonlyArray<string>
  readonly settings: ReadonlyMap<string, Setting>
  /** Environment variables that begin like the verb's but set no flag. */
  readonly unknownVariables: ReadonlyArray<string>
}

/** Finds the settings. Fails with a sentence that names what is wrong: the file and the path in it, or the variable. */
export const settle = (
  root: Completions.CommandDescriptor,
  sources: Sources,
  verbs: Verbs = "all"
): Result.Result<Settled, string> =>
  Result.gen(function* () {
    const { args, env, file } = sources
    const sections = file === undefined ? {} : yield* sectionsOf(root, file, verbs)
    const leaf = verbOf(root, args)
    const { verb, command } = leaf
    if (verb === "") return { args, settings: new Map(), unknownVariables: [] }
    const typed = new Set(args.flatMap((arg) => /^--(?:no-)?([^=]+)/.exec(arg)?.[1] ?? []))
    const leftOut = new Set([
      ...(typedOnly[""] ?? []),
      ...(typedOnly[verb] ?? []),
      ...[...typed].flatMap((name) => rivals[verb]?.[name] ?? [])
    ])
    const settings = new Map<string, Setting>()
    for (const flag of command.flags) {
      if ([flag.name, ...flag.aliases].some((name) => typed.has(name)) || leftOut.has(flag.name)) continue
      for (const { origin, value } of candidates(leaf, flag.name, env, file?.path ?? FILE, sections)) {
        if (value === undefined) continue
        settings.set(flag.name, { origin, texts: yield* toTexts(flag, origin, value) })
        break
      }
    }
    return { args, settings, unknownVariables: unknownOf(leaf, env) }
  })

/** A setting, and the verbs whose flag it sets. */
export interface Found extends Setting {
  readonly flag: string
  readonly verbs: ReadonlyArray<string>
}

/** Every setting that a verb uses, in the order of the verbs. */
export const found = (
  root: Completions.CommandDescriptor,
  sources: Omit<Sources, "args">
): Result.Result<ReadonlyArray<Found>, string> =>
  Result.gen(function* () {
    const all = new Map<string, Found>()
    for (const { verb } of leaves(root)) {
      const { settings } = yield* settle(root, { ...sources, args: verb.split(" ") })
      for (const [flag, setting] of settings) {
        const key = `${setting.origin} ${flag}`
        all.set(key, { ...setting, flag, verbs: [...(all.get(key)?.verbs ?? []), verb] })
      }
    }
    return [...all.values()]
  })

/** The variables of the environment that set a flag of some verb. */
export const variables = (root: Completions.CommandDescriptor): ReadonlySet<string> =>
  new Set(leaves(root).flatMap(variablesOf))

const variablesOf = (leaf: Leaf): ReadonlyArray<string> =>
  leaf.command.flags
    .filter(({ name }) => !isTypedOnly("", name) && !isTypedOnly(leaf.verb, name))
    .flatMap(({ name }) => candidates(leaf, name, {}, FILE, {}).map(({ origin }) => origin))

/** The variables that begin like a verb's but set no flag of it, nor of a verb below it. */
const unknownOf = ({ verb, command }: Leaf, env: Sources["env"]): ReadonlyArray<string> => {
  const named = Object.keys(env).filter(
    (name) => name.startsWith(variable(`${verb} `)) && setIn(env, name) !== undefined && !OF_SERVICE.test(name)
  )
  const known = new Set(named.length === 0 ? [] : leaves(command, verb).flatMap(variablesOf))
  return named.filter((name) => !known.has(name))
}

/** Variables that Kubernetes sets in every container for each service, apart from its address. */
const OF_SERVICE = /_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_[A-Z]+)?$/

/** The file's sections by verb, with the shared settings under the empty name. Refuses unknown keys. */
const sectionsOf = (
  root: Completions.CommandDescriptor,
  { path, json }: SettingsFile,
  there: Verbs
): Result.Result<Readonly<Record<string, JsonObject>>, string> => {
  if (!isObject(json)) return Result.fail(`${path}: expected a JSON object`)
  const verbs = leaves(root)
  const shared = new Set(verbs.flatMap((leaf) => (isTalking(leaf) ? leaf.command.flags.map(({ name }) => name) : [])))
  const common: Record<string, unknown> = {}
  const sections: Record<string, JsonObject> = { "": common }
  for (const [key, value] of Object.entries(json)) {
    if (key === "$schema") continue
    const known = verbs.find(({ verb }) => verb === key)
    if (known !== undefined && isObject(value)) {
      const flags = known.command.flags.map(({ name }) => name)
      const odd = Object.keys(value).find((name) => !flags.includes(name) || isTypedOnly(key, name))
      if (odd !== undefined) return Result.fail(`${path}: ${key}.${odd}: ${whyNot(odd, key, flags)}`)
      sections[key] = value
    } else if (shared.has(key) && !isTypedOnly("", key)) {
      common[key] = value
    } else if (known !== undefined || there === "all") {
      const why =
        known === undefined ? whyNot(key, "", [...verbs.map(({ verb }) => verb), ...shared]) : "expected an object"
      return Result.fail(`${path}: ${key}: ${why}`)
    }
  }
  return Result.succeed(sections)
}

const isTypedOnly = (verb: string, name: string): boolean =>
  typedOnly[""]?.includes(name) === true || typedOnly[verb]?.includes(name) === true

const whyNot = (name: string, verb: string, known: ReadonlyArray<string>): string => {
  if (/^(username|password|passphrase|token)$/.test(name)) {
    return "secrets are not kept here: use HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD, or a file named by credentials"
  }
  if (known.includes(name)) return "this flag can only be given on the command line"
  const there = known.filter((each) => !isTypedOnly(verb, each)).sort()
  return `no such setting; expected one of ${[...new Set(there)].join(", ")}`
}

/** The possible sources of a flag's value; the first that has one wins. */
const candidates = (
  leaf: Leaf,
  flag: string,
  env: Sources["env"],
  path: string,
  sections: Readonly<Record<string, JsonObject>>
): ReadonlyArray<{ readonly origin: string; readonly value: unknown }> => {
  const { verb } = leaf
  const own = variable(`${verb} ${flag}`)
  const shared = variable(flag)
  const talks = isTalking(leaf)
  return [
    { origin: own, value: setIn(env, own) },
    ...(talks ? [{ origin: shared, value: setIn(env, shared) }] : []),
    { origin: `${path}: ${verb}.${flag}`, value: sections[verb]?.[flag] },
    ...(talks ? [{ origin: `${path}: ${flag}`, value: sections[""]?.[flag] }] : [])
  ]
}

/**
 * The value of a variable. An empty one counts as not set, and so does a service's address: Kubernetes sets
 * HIPAY_POS_GATEWAY_PORT in every container if there is a service `hipay-pos-gateway`.
 */
const setIn = (env: Sources["env"], name: string): string | undefined => {
  const value = env[name]
  return value === undefined || value === "" || /^(tcp|udp|sctp):\/\//.test(value) ? undefined : value
}

/** `mock answer-timeout` is `HIPAY_POS_MOCK_ANSWER_TIMEOUT` in the environment. */
const variable = (name: string): string => `HIPAY_POS_${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`

const toTexts = (
  { type }: Completions.FlagDescriptor,
  origin: string,
  value: unknown
): Result.Result<ReadonlyArray<string>, string> => {
  if (type._tag === "Boolean") {
    if (value === true || value === "true" || value === "1") return Result.succeed(["true"])
    if (value === false || value === "false" || value === "0") return Result.succeed(["false"])
    return Result.fail(`${origin}: expected true or false, got ${JSON.stringify(value)}`)
  }
  const values: ReadonlyArray<unknown> = Array.isArray(value) ? value : [value]
  const odd = values.find((each) => typeof each !== "string" && typeof each !== "number")
  if (odd !== undefined) return Result.fail(`${origin}: expected a text or a number, got ${JSON.stringify(odd)}`)
  return Result.succeed(values.map(String))
}

interface Leaf {
  readonly verb: string
  readonly command: Completions.CommandDescriptor
}

/** Every verb that can be run, by its full name: those without sub-verbs, and those with flags of their own. */
const leaves = (command: Completions.CommandDescriptor, verb = ""): ReadonlyArray<Leaf> => [
  ...(command.subcommands.length === 0 || command.flags.length > 0 ? [{ verb, command }] : []),
  ...command.subcommands.flatMap((each) => leaves(each, `${verb} ${each.name}`.trim()))
]

/** The typed verb; the empty name if there is none or it is unknown. */
const verbOf = (root: Completions.CommandDescriptor, args: ReadonlyArray<string>): Leaf => {
  let command = root
  const names: Array<string> = []
  for (const arg of args) {
    const next = command.subcommands.find(({ name }) => name === arg)
    if (next === undefined) break
    command = next
    names.push(arg)
  }
  return { verb: names.join(" "), command }
}
