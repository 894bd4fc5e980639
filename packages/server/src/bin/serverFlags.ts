/** Flags that the mock and the gateway share. Secrets come from the environment or from files. */
import { Flags } from "@hipay-pos/cli-kit"
import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import { Locale } from "@hipay-pos/core/wire/AttemptQuery"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { dialects } from "../render/Dialect.ts"

const daySetting = (toOptions: (text: string) => BusinessDay.Options, expected: string) =>
  Schema.String.check(
    Schema.makeFilter((text: string) => Result.isSuccess(BusinessDay.make(toOptions(text))), { expected })
  )

/** The flags as typed. */
export const serverFlags = {
  port: Flags.port(8080),
  host: Flags.host,
  allowHost: Flags.repeated("allow-host", "name by which the server may be called, beside addresses and localhost"),
  validation: Flags.literals("validation", ["strict", "faithful"]).pipe(
    Flag.withDescription(
      "strict, the default, refuses what breaks any rule; faithful what the real service evidently refuses"
    ),
    Flag.withDefault("strict" as const)
  ),
  dialect: Flags.literals("dialect", dialects).pipe(
    Flag.withDescription(
      "the shape of answers: pos-api, the default, is the contract's; cloud-api that of its sister documents"
    ),
    Flag.withDefault("pos-api" as const)
  ),
  answerTimeout: Flags.duration("answer-timeout", "180s", "how long a terminal may take to answer", "1ms"),
  connectTimeout: Flags.duration("connect-timeout", "5s", "how long a connection to a terminal may take", "1ms"),
  queueTimeout: Flags.duration("queue-timeout", "10s", "how long an order waits for its terminal's turn"),
  credentials: Flags.text(
    "credentials",
    "file whose first line is username:password; without it, HIPAY_POS_USERNAME and HIPAY_POS_PASSWORD"
  ),
  logins: Flags.text("logins", "JSON file with several logins and their roles, instead: pay, read, resolve, control"),
  behindTls: Flags.yes("behind-tls", "a proxy in front speaks TLS: the console's cookie is sent over TLS only"),
  maxConnections: Flags.integer("max-connections").pipe(
    Flag.withSchema(
      Schema.Int.check(Schema.isBetween({ minimum: 4, maximum: 1_000_000 }, { message: "expected 4 to 1000000" }))
    ),
    Flag.withDescription("connections at the same time; half of the descriptors that the process may open by default"),
    Flag.optional
  ),
  timeZone: Flags.string("time-zone").pipe(
    Flag.withSchema(daySetting((timeZone) => ({ timeZone }), "a time zone by its IANA name, such as Europe/Paris")),
    Flag.withDescription(
      "the shop's time zone, for days, CSV and the log; by default UTC for days and CSV, this machine's for a text log"
    ),
    Flag.optional
  ),
  dayStarts: Flags.string("day-starts").pipe(
    Flag.withSchema(daySetting((startsAt) => ({ startsAt }), "an hour from 00:00 to 23:59, such as 04:00")),
    Flag.withDescription("the hour at which the shop's day begins, such as 04:00 for a bar; 00:00 by default"),
    Flag.optional
  ),
  locale: Flags.string("locale").pipe(
    Flag.withSchema(Locale),
    Flag.withDescription(
      "write CSV as spreadsheets in this language read it, such as fr-FR; by default CSV is for programs"
    ),
    Flag.optional
  ),
  logFormat: Flags.literals("log-format", ["text", "json"]).pipe(
    Flag.withDescription(
      "text for people, or JSON lines; by default text if stderr is a terminal, otherwise and with --json JSON"
    ),
    Flag.optional
  ),
  logLevel: Flags.literals("log-level", ["debug", "info", "warn", "error", "none"]).pipe(
    Flag.withDescription("the least that is logged, info by default"),
    Flag.withDefault("info" as const)
  ),
  metricsPort: Flags.optionalPort(
    "metrics-port",
    "TCP port that serves the metrics for Prometheus, without a login; by default they are at /metrics of the API, for the role read"
  ),
  json: Flags.yes("json", "one JSON line on stdout when ready; logs go to stderr")
}

/** The flags' values. */
export type ServerFlags = Command.Command.Config.Infer<typeof serverFlags>

/** A server's options according to these flags; logins are read separately. */
export const serverOptionsOf = (flags: ServerFlags) => ({
  port: flags.port,
  host: flags.host,
  allowedHosts: flags.allowHost,
  validation: flags.validation,
  dialect: flags.dialect,
  answerTimeout: flags.answerTimeout,
  connectTimeout: flags.connectTimeout,
  queueTimeout: flags.queueTimeout,
  behindTls: flags.behindTls,
  maxConnections: Option.getOrUndefined(flags.maxConnections),
  timeZone: Option.getOrUndefined(flags.timeZone),
  dayStarts: Option.getOrUndefined(flags.dayStarts),
  locale: Option.getOrUndefined(flags.locale)
})
