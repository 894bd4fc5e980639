/** Where a gateway's alarms go, from its flags and the environment. */
import { type CommandFailed, Flags, readText, refuse, refuseShared, secret } from "@hipay-pos/cli-kit"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { AlarmOptions } from "../node/startAlarms.ts"

export const alarmFlags = {
  alarmUrl: Flags.text("alarm-url", "webhook that gets each alarm as JSON, signed, at least once; https://"),
  alarmSecretFile: Flags.text(
    "alarm-secret-file",
    "file with the secret that signs what the webhook gets; without it, HIPAY_POS_ALARM_SECRET"
  ),
  alarmCommand: Flags.text(
    "alarm-command",
    "program that gets each alarm as JSON on its standard input, without a shell"
  ),
  alarmOutbox: Flags.text("alarm-outbox", "file of alarms that were not delivered yet; STORE.alarms by default"),
  alarmUnknownAfter: Flags.optionalDuration(
    "alarm-unknown-after",
    "how long a payment may be unknown before an alarm, 10m by default"
  ),
  alarmUnreachableAfter: Flags.integer("alarm-unreachable-after").pipe(
    Flag.withSchema(
      Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000 }, { message: "expected 1 to 1000" }))
    ),
    Flag.withDescription("how many times in a row a terminal may be out of reach before an alarm, 3 by default"),
    Flag.optional
  )
}

/** The flags' values. */
export type AlarmFlags = Command.Command.Config.Infer<typeof alarmFlags>

/** Undefined if alarms go only to the log. */
export const readAlarms = Effect.fnUntraced(function* (
  verb: string,
  flags: AlarmFlags
): Effect.fn.Return<AlarmOptions | undefined, CommandFailed> {
  const { alarmUrl, alarmSecretFile, alarmCommand, alarmOutbox } = flags
  const unknownAfter = Option.getOrUndefined(flags.alarmUnknownAfter)
  const unreachableAfter = Option.getOrUndefined(flags.alarmUnreachableAfter)
  if (alarmUrl === "" && alarmSecretFile !== "")
    return yield* refuse(`${verb}: --alarm-secret-file goes with --alarm-url`)
  if (alarmUrl === "" && alarmCommand === "") {
    const given = [
      ["--alarm-outbox", alarmOutbox || undefined],
      ["--alarm-unknown-after", unknownAfter],
      ["--alarm-unreachable-after", unreachableAfter]
    ].find(([, value]) => value !== undefined)
    return given === undefined
      ? undefined
      : yield* refuse(`${verb}: ${given[0]} goes with --alarm-url or --alarm-command`)
  }
  const own = yield* secret("HIPAY_POS_ALARM_SECRET")
  const ofFile =
    alarmSecretFile === ""
      ? undefined
      : yield* Effect.andThen(
          refuseShared(`${verb}: --alarm-secret-file`, alarmSecretFile),
          readText(`${verb}: --alarm-secret-file`, alarmSecretFile)
        )
  return {
    url: alarmUrl || undefined,
    command: alarmCommand || undefined,
    outbox: alarmOutbox || undefined,
    secret: ofFile?.split("\n", 1)[0]?.trim() ?? (own && Redacted.value(own)),
    unknownAfter,
    unreachableAfter
  }
})
