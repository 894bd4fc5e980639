/**
 * Reads the till's settings from the environment: every variable of the README, once, or one sentence about the first invalid
 * one. Reads no file but the catalogue, and opens nothing.
 */
import { readFileSync } from "node:fs"
import { environments } from "@hipay-pos/client"
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import { defined } from "@hipay-pos/core/Defined"
import * as JsonText from "@hipay-pos/core/JsonText"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Catalogue } from "../catalogue/Catalogue.ts"
import type { StartTillOptions } from "./startTill.ts"

/** The variables of the process; an empty one counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The settings, with the defaults of the README. */
export const readSettings = (env: Environment): Result.Result<StartTillOptions, string> =>
  Result.gen(function* () {
    const terminals = yield* readTips(
      env.TILL_TIPS,
      yield* readTerminals(env.TILL_TERMINALS || "Counter=127.0.0.1:8888")
    )
    const port = yield* readPort(env.TILL_PORT || "8090")
    const url = yield* readServer(env.TILL_SERVER || "http://127.0.0.1:8080")
    const live = yield* readYes(env.TILL_LIVE || "no")
    const days = yield* readDays(env.TILL_TIME_ZONE, env.TILL_DAY_STARTS)
    const catalogue = env.TILL_CATALOGUE ? yield* readCatalogue(env.TILL_CATALOGUE) : undefined
    const details = yield* readDetails(env)
    const receiptsUrl = env.TILL_RECEIPTS ? yield* readReceipts(env.TILL_RECEIPTS) : undefined
    return {
      port,
      server: { url, username: env.TILL_USERNAME || "merchant", password: env.TILL_PASSWORD || "secret", live },
      terminals,
      dataDir: env.TILL_DATA || "till-data",
      shop: env.TILL_SHOP || undefined,
      details,
      receiptsUrl,
      catalogue,
      days
    }
  })

/** Terminals with one name each. */
type Listed = ReadonlyArray<StartTillOptions["terminals"][number] & { readonly name: string }>

/** The names of the terminals that let cardholders add a tip. */
const readTips = (names: string | undefined, terminals: Listed): Result.Result<Listed, string> => {
  const tips = (names ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
  const stranger = tips.find((name) => terminals.every((terminal) => terminal.name !== name))
  return stranger === undefined
    ? Result.succeed(terminals.map((each) => (tips.includes(each.name) ? { ...each, tips: true } : each)))
    : expected("TILL_TIPS", "names of TILL_TERMINALS", stranger)
}

/** What receipts say about the shop; undefined if nothing is set. */
const readDetails = (env: Environment): Result.Result<StartTillOptions["details"], string> => {
  const siret = env.TILL_SIRET?.replace(/\s/g, "") || undefined
  const vat = env.TILL_VAT?.replace(/\s/g, "") || undefined
  if (siret !== undefined && !isSiret(siret)) {
    return expected("TILL_SIRET", "14 digits, the last of them their check digit", siret)
  }
  if (vat !== undefined && !/^[A-Z]{2}[0-9A-Z]{2,13}$/.test(vat)) {
    return expected("TILL_VAT", "a VAT number such as FR11123456782", vat)
  }
  const address = (env.TILL_ADDRESS ?? "")
    .split(";")
    .map((line) => line.trim())
    .filter((line) => line !== "")
  const said = defined({ siret, vat, register: env.TILL_NAME || undefined })
  return Result.succeed(Object.keys(said).length === 0 && address.length === 0 ? undefined : { address, ...said })
}

/** Whether the Luhn sum of 14 digits is a multiple of ten. */
const isSiret = (text: string): boolean =>
  /^\d{14}$/.test(text) &&
  [...text].reduce((sum, digit, i) => {
    const weighed = Number(digit) * (i % 2 === 0 ? 2 : 1)
    return sum + (weighed > 9 ? weighed - 9 : weighed)
  }, 0) %
    10 ===
    0

const readReceipts = (text: string): Result.Result<string, string> =>
  /^https?:$/.test(URL.parse(text)?.protocol ?? "")
    ? Result.succeed(text)
    : expected("TILL_RECEIPTS", "a URL such as https://receipts.shop.example", text)

/** The shop's days; undefined if nothing is set. */
const readDays = (
  timeZone: string | undefined,
  startsAt: string | undefined
): Result.Result<BusinessDay.BusinessDay | undefined, string> =>
  !timeZone && !startsAt
    ? Result.succeed(undefined)
    : Result.mapError(
        BusinessDay.make({
          timeZone: timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone,
          startsAt: startsAt || undefined
        }),
        ({ setting, expected, actual }) =>
          `${setting === "timeZone" ? "TILL_TIME_ZONE" : "TILL_DAY_STARTS"}: expected ${expected}, got ${actual}`
      )

const expected = (name: string, what: string, got: string) => Result.fail(`${name}: expected ${what}, got ${got}`)

const readTerminals = (text: string): Result.Result<Listed, string> => {
  const terminals: Array<{ readonly name: string; readonly host: string; readonly port: number }> = []
  for (const each of text.split(",").map((part) => part.trim())) {
    const [, name = "", host = "", port = ""] = /^([^=]+)=([^\s:]+|\[[0-9a-f:.]+\]):(\d{1,5})$/i.exec(each) ?? []
    if (name === "" || !isPort(Number(port))) return expected("TILL_TERMINALS", "NAME=HOST:PORT", each || "nothing")
    if (terminals.some((other) => other.name === name)) {
      return expected("TILL_TERMINALS", "a name for each terminal", `${name} twice`)
    }
    terminals.push({ name, host: host.replace(/^\[|\]$/g, ""), port: Number(port) })
  }
  return Result.succeed(terminals)
}

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535

const readPort = (text: string): Result.Result<number, string> => {
  const port = Number(text)
  return port === 0 || isPort(port) ? Result.succeed(port) : expected("TILL_PORT", "0 to 65535", text)
}

const readServer = (text: string): Result.Result<string, string> =>
  Object.hasOwn(environments, text) || /^https?:$/.test(URL.parse(text)?.protocol ?? "")
    ? Result.succeed(text)
    : expected("TILL_SERVER", "stage, production or a URL such as http://127.0.0.1:8080", text)

/** Any other word is refused: it could be a mistake about real money. */
const readYes = (text: string): Result.Result<boolean, string> =>
  text === "yes" || text === "no" ? Result.succeed(text === "yes") : expected("TILL_LIVE", "yes or no", text)

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Catalogue))

const readCatalogue = (path: string): Result.Result<Catalogue, string> => {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch {
    return Result.fail(`TILL_CATALOGUE: cannot read ${path}`)
  }
  const text = JsonText.decode(bytes)
  if (Result.isFailure(text)) return Result.fail(`TILL_CATALOGUE: ${path} ${text.failure}`)
  return Result.mapError(
    decode(text.success),
    ({ message }) => `TILL_CATALOGUE: ${path}: ${message.replace(/\s*\n\s*/g, " ")}`
  )
}
