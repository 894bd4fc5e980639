/**
 * `hipay-pos exam`: examines a till, driven by a program or led by a person.
 *
 * Exit code 0 passed, 1 failed or nothing examined, as when no request comes from the till, 2 usage or a report that cannot
 * be written, 5 broken off: by a signal, or because the till cannot be run at all.
 */

import { randomBytes } from "node:crypto"
import { CommandFailed, Flags, paint, printable, refuse, secret, tryLater, withoutSecrets } from "@hipay-pos/cli-kit"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import { isLoopback } from "@hipay-pos/core/Host"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { type Language, languages, type Words } from "../Language.ts"
import { type Access, commandDriver, type Driver, httpDriver, misspeltPlace } from "../till/drive.ts"
import { ExamBroken } from "../till/ExamBroken.ts"
import { type ExamServer, startExamServer } from "../till/ExamServer.ts"
import type { Verdict } from "../till/judge.ts"
import { algorithms, type NotifyTarget } from "../till/notify.ts"
import { makeRoutes } from "../till/page/routes.ts"
import { makePrompt } from "../till/prompt.ts"
import { type Paint, scenarioLines } from "../till/report/text.ts"
import { needIn } from "../till/report/words.ts"
import { openResults, type Results } from "../till/resultsFile.ts"
import { type ExamResult, NoRequest, type Progress, runExam, type ScenarioResult } from "../till/runExam.ts"
import { type Examinee, missingNeed } from "../till/runScenario.ts"
import type { Scenario } from "../till/Scenario.ts"
import { makeSession, type Session } from "../till/Session.ts"
import { needWritable, report } from "./examReports.ts"
import { choose, listed, listLines } from "./scenarioList.ts"

const BROKEN_OFF = 5

const flags = {
  port: Flags.optionalPort("port", "TCP port, 8080 by default, any that is free for a till that is driven"),
  host: Flags.host,
  drive: Flags.text(
    "drive",
    "command that pays at the till, such as './till {amount} {orderId}'; {currency} and {action} (pay, refund, cancel) where it can"
  ),
  driveHttp: Flags.text("drive-http", "URL of the till's own payment entry: POST with amount and orderId"),
  only: Flags.text("only", "names of scenarios, comma separated"),
  from: Flags.text("from", "name of the scenario to begin with"),
  list: Flags.yes("list", "list the scenarios"),
  results: Flags.text(
    "results",
    "file that remembers the results: scenarios that passed are played again only once all were played"
  ),
  junit: Flags.text("junit", "file for the report as JUnit XML"),
  html: Flags.text("html", "file for the report as one HTML page"),
  json: Flags.yes("json", "print one JSON object, and nothing else on stdout"),
  language: Flags.literals("language", languages).pipe(
    Flag.withDescription("language of titles and findings, en by default"),
    Flag.withDefault("en" as const)
  ),
  silence: Flags.optionalDuration(
    "silence",
    "how long a silence lasts: 10s for a till that is driven, otherwise 3m",
    "1ms"
  ),
  deadline: Flags.duration("deadline", "90s", "how long the till may take for one payment, beyond the silence", "1ms"),
  notifyUrl: Flags.text(
    "notify-url",
    "URL of the till's endpoint for notifications, to be examined too; signed with HIPAY_POS_PASSPHRASE, else passphrase"
  ),
  notifyHash: Flags.literals("notify-hash", algorithms).pipe(
    Flag.withDescription("how these notifications are signed, SHA-256 by default"),
    Flag.withDefault("SHA-256" as const)
  )
}

type Options = Command.Command.Config.Infer<typeof flags>

/** The command under a name. */
export const makeExamCommand = <const Name extends string>(name: Name, typed: string = name) =>
  Command.make(name, flags, (options) => Effect.scoped(exam(name, options))).pipe(
    Command.withDescription(
      "Examines a till: whether it ever charges twice, forgets a rest, or takes a refusal for a payment."
    ),
    Command.withExamples([
      { command: `${typed} --port 8080`, description: "Leads a person through the scenarios; also at /exam" },
      {
        command: `${typed} --drive './till.sh {amount} {orderId}' --junit exam.xml`,
        description: "In continuous integration"
      },
      {
        command: `${typed} --drive-http http://127.0.0.1:3000/pay --html exam.html`,
        description: "A till with an HTTP entry"
      },
      { command: `${typed} --list`, description: "The scenarios" }
    ])
  )

const exam = Effect.fnUntraced(function* (verb: string, options: Options) {
  const { language, json } = options
  if (options.list) return yield* Console.log(json ? JSON.stringify(listed(language)) : listLines(language))
  const plan = yield* checkOptions(verb, options)
  const examination = yield* openExaminee(verb, options, plan)
  yield* checkNeeds(verb, options, plan.scenarios, examination.examinee)
  const results =
    options.results === ""
      ? undefined
      : yield* Effect.tryPromise({
          try: () => openResults(options.results, tillOf(options)),
          catch: (error) => refuse(`${verb}: --results: ${ErrorText.of(error)}`)
        })
  if (!plan.isDriven) yield* Console.error(welcome(examination.access, language))
  const print = makeVerdictPrinter(options, plan, yield* Console.Console)
  const result = yield* play(verb, options, { ...plan, ...examination, results, print })
  examination.session?.finish(result.results)
  // A printed verdict may change: the meaning of exit codes is known only at the end, and a till may go on with a sale.
  for (const ended of result.results) print(ended)
  const written = yield* report(verb, result, options)
  const code = !result.passed ? 1 : written ? 0 : 2
  process.exitCode = code
  if (code !== 0) return yield* new CommandFailed({ code })
})

/** The plan that the options ask for. */
interface Plan {
  readonly scenarios: ReadonlyArray<Scenario>
  /** Driven by a program, not led by a person. */
  readonly isDriven: boolean
  /** Milliseconds. */
  readonly silence: number
  readonly notify: NotifyTarget | undefined
}

/** Reads the plan. Invalid options are refused here, before the server starts. */
const checkOptions = Effect.fnUntraced(function* (verb: string, options: Options) {
  const { drive, driveHttp, notifyUrl, notifyHash: algorithm, junit, html } = options
  const scenarios = yield* choose(verb, options)
  if (drive !== "" && driveHttp !== "") {
    return yield* refuse(`${verb}: --drive and --drive-http exclude each other`)
  }
  yield* expectUrl(`${verb}: --drive-http`, driveHttp, "http://127.0.0.1:3000/pay")
  yield* expectUrl(`${verb}: --notify-url`, notifyUrl, "http://127.0.0.1:3000/notify")
  for (const path of [junit, html]) if (path !== "") yield* needWritable(verb, path)
  for (const [flag, template] of [["--drive", drive] as const, ["--drive-http", driveHttp] as const]) {
    const [got, expected] = misspeltPlace(template) ?? []
    if (got !== undefined) return yield* refuse(`${verb}: ${flag}: expected ${expected}, got ${got}`)
  }
  const isDriven = drive !== "" || driveHttp !== ""
  const silence = Option.match(options.silence, {
    onNone: () => (isDriven ? 10_000 : 180_000),
    onSome: Duration.toMillis
  })
  const secretOf = yield* secret("HIPAY_POS_PASSPHRASE")
  // An empty one counts as unset: a signature without a passphrase proves nothing.
  const passphrase = (secretOf && Redacted.value(secretOf)) || "passphrase"
  const notify = notifyUrl === "" ? undefined : { url: notifyUrl, passphrase, algorithm }
  return { scenarios, isDriven, silence, notify } satisfies Plan
})

/** Refuses a URL that is not HTTP. */
const expectUrl = (flag: string, value: string, example: string): Effect.Effect<void, CommandFailed> =>
  value === "" || /^https?:$/.test(URL.parse(value)?.protocol ?? "")
    ? Effect.void
    : Effect.fail(refuse(`${flag}: expected a URL such as ${example}, got ${value}`))

/** The server, and the driver or person whose till sends orders to it. */
interface Examination {
  readonly server: ExamServer
  readonly access: Access
  readonly examinee: Examinee
  /** Of a person. */
  readonly session: Session | undefined
}

/** Starts the server, and the driver of the till or the session that leads a person. */
const openExaminee = Effect.fnUntraced(function* (verb: string, options: Options, plan: Plan) {
  const { isDriven, silence, notify } = plan
  const login = {
    username: "merchant",
    password: isLoopback(options.host) ? "secret" : randomBytes(9).toString("base64url")
  }
  let session: Session | undefined
  const page = makeRoutes(() => session)
  const server = yield* start(verb, { ...options, ...login, isDriven, silence, page: isDriven ? undefined : page })
  const access: Access = { url: server.url, ...login }
  if (isDriven) {
    const driver = driverOf(options, access, silence + Duration.toMillis(options.deadline))
    return { server, access, examinee: { _tag: "Driven", driver, notify }, session } satisfies Examination
  }
  const prompt = yield* openPrompt(options.language)
  const led = makeSession(access, server.exchanges, (scenario, answered) => prompt.asked(scenario, led, answered))
  session = led
  return { server, access, examinee: { _tag: "Led", person: led.person, notify }, session } satisfies Examination
})

/** Refuses a run in which a scenario of `--only`, or without it every scenario, is impossible. */
const checkNeeds = Effect.fnUntraced(function* (
  verb: string,
  { only }: Options,
  scenarios: ReadonlyArray<Scenario>,
  examinee: Examinee
) {
  const cannot = scenarios.flatMap((each) => {
    const need = missingNeed(each, examinee)
    return need === undefined ? [] : [`${each.name} ${needIn("en", need)}`]
  })
  if (cannot.length > 0 && only !== "") return yield* refuse(`${verb}: --only: ${cannot[0]}`)
  if (cannot.length === scenarios.length) return yield* refuse(`${verb}: nothing to examine: ${cannot.join(", ")}`)
})

/** Prints how scenarios ended: each once, and again if its verdict has changed. */
const makeVerdictPrinter = ({ language, json }: Options, { isDriven }: Plan, output: Console.Console) => {
  const log = (line: string) => (json || !isDriven ? output.error(line) : output.log(line))
  const printed = new Map<string, Verdict>()
  return (ended: ScenarioResult) => {
    if (printed.get(ended.scenario.name) === ended.verdict) return
    printed.set(ended.scenario.name, ended.verdict)
    for (const line of scenarioLines(ended, language, json ? plain : paint)) log(line)
  }
}

type PlayOptions = Plan &
  Examination & {
    readonly results: Results | undefined
    readonly print: (ended: ScenarioResult) => void
  }

/** Plays the scenarios. If it is interrupted, reports the results so far. */
const play = Effect.fnUntraced(function* (verb: string, options: Options, playOptions: PlayOptions) {
  const { server, examinee, session, scenarios, silence, results, print } = playOptions
  let soFar: ExamResult = { results: [], passed: false, silence }
  let playing: Scenario | undefined
  const breakOff = (reason: Words) =>
    report(verb, { ...soFar, passed: false, brokenOff: { reason, scenario: playing } }, options)
  const progress: Progress = {
    begins: (scenario, index, total) => {
      session?.begins(scenario, index, total)
      playing = scenario
    },
    ends: (ended, result) => {
      session?.ends(result.results)
      playing = undefined
      soFar = result
      print(ended)
    }
  }
  // From here on, a signal interrupts the examination.
  process.exitCode = BROKEN_OFF
  return yield* Effect.tryPromise({
    try: (signal) => runExam({ server, examinee, scenarios, silence, results, progress, signal }),
    catch: (error) => {
      if (!(error instanceof ExamBroken)) throw error
      const { en, fr } = error.reason
      const reason: Words = { en: withoutSecrets(printable(en)), fr: withoutSecrets(printable(fr)) }
      return { reason, code: error instanceof NoRequest ? 1 : BROKEN_OFF }
    }
  }).pipe(
    Effect.onInterrupt(() => breakOff({ en: "by a signal", fr: "par un signal" })),
    Effect.catch(({ reason, code }) =>
      Effect.gen(function* () {
        yield* breakOff(reason)
        yield* Console.error(`${verb}: broken off: ${reason.en}`)
        process.exitCode = code
        return yield* new CommandFailed({ code })
      })
    )
  )
})

/** How the till is driven: identifies the till in the file of results. */
const tillOf = ({ drive, driveHttp }: Options): string =>
  drive !== "" ? `--drive ${drive}` : driveHttp !== "" ? `--drive-http ${driveHttp}` : "led by a person"

const driverOf = ({ drive, driveHttp }: Options, access: Access, deadline: number): Driver =>
  drive !== "" ? commandDriver(drive, access, deadline) : httpDriver(driveHttp, access, deadline)

const openPrompt = (language: Language) =>
  Effect.acquireRelease(
    Effect.sync(() => makePrompt(language)),
    (prompt) => Effect.sync(prompt.close)
  )

/** The settings to enter into the till. */
const welcome = ({ url, username, password }: Access, language: Language): string =>
  language === "fr"
    ? `À saisir dans la caisse : URL ${url}, identifiant ${username}, mot de passe ${password}.\nLe même examen, pour la personne en caisse : ${url}/exam`
    : `Put this into the till: URL ${url}, user name ${username}, password ${password}.\nThe same examination, for a cashier: ${url}/exam`

const plain: Paint = (_, text) => text

type StartOptions = Pick<Options, "host" | "port"> &
  Omit<Access, "url"> & {
    readonly isDriven: boolean
    readonly silence: number
    readonly page: ReturnType<typeof makeRoutes> | undefined
  }

const start = (verb: string, { host, port: asked, isDriven, ...rest }: StartOptions) => {
  const port = Option.getOrElse(asked, () => (isDriven ? 0 : 8080))
  return Effect.acquireRelease(
    Effect.tryPromise({
      try: () => startExamServer({ ...rest, host, port }),
      catch: (error) => {
        const { code } = error as NodeJS.ErrnoException
        return code === "EADDRINUSE"
          ? tryLater(`${verb}: port ${port} on ${host} is in use`)
          : refuse(`${verb}: cannot listen on ${host}:${port}: ${code ?? ErrorText.of(error)}`)
      }
    }),
    (server: ExamServer) => Effect.promise(() => server.close())
  )
}
