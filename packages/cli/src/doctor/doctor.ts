/** `hipay-pos doctor`: checks everything that a payment needs, and pays nothing. */

import { CommandFailed, Flags, jsonLine, pluralize, refuse } from "@hipay-pos/cli-kit"
import { AttemptJournal, environments } from "@hipay-pos/client"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { addressText } from "@hipay-pos/core/Host"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import { Address, checkShared } from "@hipay-pos/gateway/postgres"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { attemptsAt } from "../attemptsAt.ts"
import { journalArgument, journalFlag, openJournal } from "../journal.ts"
import { credentialsArgument, credentialsFlag, findLogin, type Login, readServer, urlArgument } from "../login.ts"
import { whileWaiting } from "../progress.ts"
import {
  allTerminals,
  type ConcertTarget,
  findTerminal,
  profileFlag,
  protocolFlag,
  terminalsFlag,
  terminatorFlag
} from "../terminalFlags.ts"
import { undecidedAt } from "../undecidedAt.ts"
import * as Check from "./Check.ts"
import { checkServer, isAttached, type ServerChecks } from "./checkServer.ts"
import { checkTerminal, type Unsettled } from "./checkTerminal.ts"
import { findLocal, usual } from "./findLocal.ts"

/** The verb. */
export const doctor = Command.make(
  "doctor",
  {
    url: Flags.text("url", "base URL of the API, or stage, or production"),
    terminal: Flags.text("terminal", "HOST[:PORT] of a terminal"),
    host: Flag.withHidden(Flags.text("host", "an older name of --terminal")),
    terminals: terminalsFlag,
    identify: Flags.yes("identify", "ask the terminal to identify itself, instead of only opening a connection"),
    credentials: credentialsFlag,
    protocol: protocolFlag,
    profile: profileFlag,
    terminator: terminatorFlag,
    journal: journalFlag,
    store: Flags.text("store", "postgres://USER@HOST/DATABASE that gateways share"),
    json: Flags.yes("json", "print one JSON object")
  },
  Effect.fnUntraced(function* (options) {
    const { credentials, json, identify, store } = options
    const told = options.url || options.terminal || options.host || options.terminals || store
    const local = told === "" ? yield* findLocal(usual) : undefined
    const url = local?.url ?? options.url
    const where = local?.terminal ?? (options.terminal || options.host)
    const shared = store === "" ? [] : yield* checkStore(store)
    const server = url === "" ? undefined : yield* readServer("doctor", url)
    const terminals =
      where !== ""
        ? [yield* findTerminal("doctor", where, options)]
        : options.terminals === ""
          ? []
          : yield* allTerminals("doctor", options)
    const login = server === undefined ? undefined : yield* findLogin("doctor", credentials, server)

    const examine = Effect.gen(function* () {
      const journal = yield* journalArgument(options.journal)
      const kept = yield* Effect.result(openJournal(options.journal).attempts)
      const unsettled = Result.map(kept, (attempts) => attempts.filter(AttemptJournal.isUnsettled))
      const { mode, checks }: ServerChecks =
        server === undefined ? { mode: undefined, checks: [] } : yield* checkServer(server, login)
      const theirs =
        terminals.length > 0 && mode !== undefined && server && login
          ? yield* unsettledAt(server, login, credentials)
          : []
      const known =
        theirs &&
        Result.getOrUndefined(Result.map(unsettled, (own) => [...own.map((each) => ours(each, journal)), ...theirs]))
      const mock = mode === "simulated" && local === undefined ? server : undefined
      const checkOne = Effect.fnUntraced(function* (terminal: ConcertTarget) {
        if (mock && login && !(yield* isAttached(mock, login, terminal.address))) return simulated(terminal)
        if (known === undefined) return leftAlone(terminal)
        return yield* checkTerminal({ ...terminal, identify, unsettled: known })
      })
      return [
        Result.match(kept, {
          onFailure: ({ message }) => unreadable(message),
          onSuccess: ({ length }) => remembered(length, Result.getOrElse(unsettled, () => []).length, journal)
        }),
        ...checks,
        ...(local?.missing ?? []),
        ...shared,
        ...(yield* Effect.forEach(terminals, checkOne)),
        ...(server !== undefined && isHiPays(server) ? [firewall(terminals)] : [])
      ]
    })
    const checks = yield* examine.pipe(whileWaiting({ what: "doctor", hint: "Nothing is paid.", once: false }))
    const healthy = Check.isHealthy(checks)
    yield* Console.log(json ? jsonLine({ healthy, checks }) : checks.map(Check.toText).join("\n"))
    if (!healthy) return yield* new CommandFailed({ code: 1 })
  })
).pipe(
  Command.withDescription("Looks at everything that a payment needs, and pays nothing."),
  Command.withExamples([
    { command: "hipay-pos doctor", description: "What the settings name, or what listens on this machine" },
    { command: "hipay-pos doctor --url http://127.0.0.1:8080", description: "Server, login and clock" },
    { command: "hipay-pos doctor --terminal 192.168.1.20", description: "A connection to a terminal, without a byte" },
    { command: "hipay-pos doctor --store postgres://gateway@db/payments", description: "What gateways share" },
    { command: "hipay-pos doctor --terminals terminals.json", description: "Every terminal of a gateway" },
    {
      command: "hipay-pos doctor --url stage --terminal 192.168.1.20 --identify",
      description: "Everything; the terminal identifies itself"
    }
  ])
)

/** A store that gateways share; for a file there is `store check`. */
const checkStore = (store: string): Effect.Effect<ReadonlyArray<Check.Check>, CommandFailed> =>
  Effect.tryPromise({
    try: async () => {
      if (!Address.isShared(store))
        throw new Error("--store: expected postgres://…; hipay-pos store check looks at a file")
      return checkShared(Address.read(store))
    },
    catch: (error) => refuse(`doctor: ${ErrorText.of(error)}`)
  })

const ours = ({ id, state, terminal }: AttemptJournal.Attempt, journal: string): Unsettled => ({
  id,
  state,
  terminal,
  resolve: `hipay-pos resolve ${id}${journal}`
})

/** A gateway's unknown attempts; `undefined` if it does not say. */
const unsettledAt = (
  server: URL,
  login: Login,
  credentials: string
): Effect.Effect<ReadonlyArray<Unsettled> | undefined> => {
  const found = Effect.gen(function* () {
    const asked = { verb: "doctor", server, login }
    const { get } = yield* attemptsAt(asked)
    const unsettled = yield* undecidedAt(asked)
    return yield* Effect.forEach(
      unsettled,
      ({ id, state, terminal }) =>
        Effect.map(get(id), ({ order }) => ({
          id,
          state,
          terminal: Option.getOrElse(addressIn(order), () => terminal.name),
          resolve: `hipay-pos resolve ${id}${urlArgument(server.href)}${credentialsArgument(credentials)}`
        })),
      { concurrency: 4 }
    )
  })
  return Effect.orElseSucceed(found, () => undefined)
}

const Host = Schema.Struct({ host: Schema.String, port: Schema.optionalKey(Schema.Int) })
const decodeOrder = Schema.decodeUnknownOption(
  Schema.Struct({ pos_technical_info: Schema.Struct({ host_information: Host }) })
)

/** The address of an order's terminal, which a gateway may call by another name; none if it has no address. */
const addressIn = (order: unknown): Option.Option<string> =>
  Option.map(decodeOrder(order), ({ pos_technical_info: { host_information } }) =>
    addressText({ port: TerminalTarget.DEFAULT_PORT, ...host_information })
  )

const unreadable = (problem: string): Check.Check => ({
  name: "journal",
  verdict: "failed",
  detail: problem,
  next: "Repair or move the file: it is what keeps an order from being paid twice."
})

const remembered = (attempts: number, unsettled: number, journal: string): Check.Check =>
  unsettled === 0
    ? {
        name: "journal",
        verdict: "ok",
        detail: attempts === 0 ? "no attempts yet" : `${pluralize(attempts, "attempt")}, each end known`
      }
    : {
        name: "journal",
        verdict: "warning",
        detail: `${unsettled} of ${pluralize(attempts, "attempt")} open or unknown`,
        next: `See them with hipay-pos attempts --open${journal}, and end them with hipay-pos resolve ID${journal}.`
      }

const nameOf = ({ name, address }: ConcertTarget): string =>
  name === undefined ? addressText(address) : `${name} (${addressText(address)})`

const simulated = (terminal: ConcertTarget): Check.Check => ({
  name: "terminal",
  verdict: "skipped",
  detail: `${nameOf(terminal)} is simulated by the server, which opens no connection to it`
})

const leftAlone = (terminal: ConcertTarget): Check.Check => ({
  name: "terminal",
  verdict: "skipped",
  detail: `${nameOf(terminal)} was left alone: not all journals could be read, so a payment may be under way there`
})

/** Whether a server is HiPay's own, which connects to terminals from outside. */
export const isHiPays = ({ host }: URL): boolean =>
  Object.values(environments).some((url) => new URL(url).host === host)

/** The addresses from which HiPay's servers connect to terminals, according to its contract. */
const firewall = (terminals: ReadonlyArray<ConcertTarget>): Check.Check => {
  const ports = new Set(terminals.map(({ address }) => address.port))
  return {
    name: "firewall",
    verdict: "hint",
    detail: `HiPay's servers call terminals from 35.241.177.31 (stage) and 35.205.91.234 (production)`,
    next: `With the real service, the shop's router lets these in to the terminal's port ${ports.size === 0 ? TerminalTarget.DEFAULT_PORT : [...ports].join(", ")}, and no other address.`
  }
}
