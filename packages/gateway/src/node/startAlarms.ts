/** The alarms of a gateway that go beyond its log: the outbox, the channels, and what raises them. */
import { accessSync, constants, statSync } from "node:fs"
import { hostname } from "node:os"
import { basename, delimiter, join } from "node:path"
import type * as DurationText from "@hipay-pos/core/DurationText"
import * as ErrorText from "@hipay-pos/core/ErrorText"
import type { OwedEnds } from "@hipay-pos/server"
import { FileProblem, readDurations, StartFailed } from "@hipay-pos/server/node"
import * as Duration from "effect/Duration"
import type { OwnAlarm } from "../alarms/AlarmMessage.ts"
import type { SharedAlarms } from "../alarms/SharedAlarms.ts"
import { isPrivateLink } from "../isPrivateLink.ts"
import * as AlarmChannels from "./alarmChannels.ts"
import { type AlarmOutbox, openOutbox } from "./alarmOutbox.ts"
import { type RaisedAlarms, raiseAlarms } from "./raiseAlarms.ts"

/** Where alarms go. */
export interface AlarmOptions {
  /** A webhook; HTTPS, or HTTP on this machine. */
  readonly url?: string | undefined
  /** Signs requests to the webhook. */
  readonly secret?: string | undefined
  /** A program that gets each alarm as JSON on its standard input. */
  readonly command?: string | undefined
  /** The file of undelivered alarms; beside the store by default. */
  readonly outbox?: string | undefined
  /** The age from which an unknown attempt is an alarm; 10 minutes by default. */
  readonly unknownAfter?: DurationText.Input | undefined
  /** How many times in a row a terminal has to be unreachable before it is an alarm; 3 by default. */
  readonly unreachableAfter?: number | undefined
}

/** What alarms are raised from. */
export interface AlarmParts {
  /** As given in the options. */
  readonly storePath: string
  readonly store: Pick<OwedEnds.OwedEnds, "list" | "writeProblem">
  readonly sharedAlarms?: SharedAlarms | undefined
  /** The name of this gateway among those that share the store; its machine's by default. */
  readonly instance?: string | undefined
  /** Called once with each alarm that this gateway raises itself. */
  readonly onRaised: (message: OwnAlarm) => void
  readonly onWarning: (detail: string) => void
}

/** Checks the options. Throws {@link StartFailed}, one sentence a person can act on. */
export const checkAlarms = ({ url, secret, command, outbox }: AlarmOptions, isShared: boolean): void => {
  const refuse = (problem: string) => {
    throw new StartFailed({ problem })
  }
  if (url === undefined && command === undefined) refuse("alarms need --alarm-url or --alarm-command")
  if (url !== undefined) {
    const target = URL.parse(url)
    if (target === null || !isPrivateLink(target) || target.username !== "" || target.password !== "")
      refuse("--alarm-url: expected an https:// address without a login, or http:// on this machine")
    if (secret === undefined || secret === "")
      refuse("--alarm-url needs a secret to sign with: HIPAY_POS_ALARM_SECRET, or --alarm-secret-file FILE")
  }
  if (command !== undefined && !isProgram(command))
    refuse(`--alarm-command: expected a program that this user may run, got ${command}`)
  if (isShared && outbox === undefined) refuse("alarms of a gateway on a database need --alarm-outbox FILE")
}

/** Whether a command can be started: a file by its path, or by its name in the folders of `PATH`. */
const isProgram = (command: string): boolean => {
  const folders = basename(command) === command ? (process.env.PATH ?? "").split(delimiter) : [""]
  const endings = process.platform === "win32" ? ["", ".exe", ".com"] : [""]
  return folders.some((folder) => endings.some((ending) => isExecutable(join(folder, `${command}${ending}`))))
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Raises and delivers alarms until closed. */
export interface StartedAlarms extends Pick<RaisedAlarms, "listener" | "attemptListener" | "onReach" | "onGivenUp"> {
  /** Delivers what was raised last, and closes the file. */
  readonly close: () => Promise<void>
}

/** Starts to raise and deliver. */
export const startAlarms = (options: AlarmOptions, parts: AlarmParts): StartedAlarms => {
  const { url, secret = "", command, unreachableAfter = 3 } = options
  const { unknownAfter = Duration.minutes(10) } = readDurations(options, "unknownAfter")
  const path = options.outbox ?? `${parts.storePath}.alarms`
  let outbox: AlarmOutbox
  try {
    outbox = openOutbox(path, parts.onWarning)
  } catch (error) {
    throw new StartFailed({
      problem: `cannot open the file of alarms ${path}: ${ErrorText.of(error)}`,
      isTemporary: error instanceof StartFailed ? error.isTemporary : FileProblem.mayPass(error, path)
    })
  }
  const raised = raiseAlarms({
    outbox,
    channels: [
      ...(url === undefined ? [] : [AlarmChannels.webhook(url, secret)]),
      ...(command === undefined ? [] : [AlarmChannels.command(command)])
    ],
    store: parts.store,
    shared: parts.sharedAlarms,
    unknownAfter: Duration.toMillis(unknownAfter),
    unreachableAfter,
    instance: parts.instance ?? hostname(),
    onRaised: parts.onRaised,
    onWarning: parts.onWarning
  })
  void raised.look()
  const { listener, attemptListener, onReach, onGivenUp } = raised
  return {
    listener,
    attemptListener,
    onReach,
    onGivenUp,
    close: async () => {
      raised.close()
      await raised.deliverLast()
      outbox.close()
    }
  }
}
