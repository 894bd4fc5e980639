/**
 * `hipay-pos listen`: receives notifications, verifies them with the passphrase, prints them, and forwards them to a
 * till's server, signed again.
 */
import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import {
  type CommandFailed,
  Flags,
  jsonLine,
  paint,
  printable,
  refuse,
  tryLater,
  untilStopped,
  whileRead
} from "@hipay-pos/cli-kit"
import { type Algorithm, dedupeKey, type Notification, signNotification } from "@hipay-pos/client/notification"
import { Money } from "@hipay-pos/core"
import * as BoundedBody from "@hipay-pos/core/BoundedBody"
import { addressText, isLoopback } from "@hipay-pos/core/Host"
import { makeRequestPolicy } from "@hipay-pos/server/bin"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Judged, judgedJson, judgeNotification, type NotTaken } from "./judgeNotification.ts"
import { localTime } from "./localTime.ts"
import { holdsLogin } from "./login.ts"
import { findPassphrase } from "./passphrase.ts"
import { MOCK } from "./serverFlags.ts"

/** The largest body in bytes: real ones have some kilobytes. */
const BODY_LIMIT = 256 * 1024

/** The verb. */
export const listen = Command.make(
  "listen",
  {
    forwardTo: Flags.text("forward-to", "URL of the till's server, which gets each one that is genuine"),
    port: Flags.port(8090),
    host: Flags.host,
    passphraseFile: Flags.text(
      "passphrase-file",
      "file whose first line is the passphrase; without it, HIPAY_POS_PASSPHRASE, or else the mock's own"
    ),
    forwardPassphraseFile: Flags.text(
      "forward-passphrase-file",
      "file with the passphrase that the till's server expects; the same one by default"
    ),
    json: Flags.yes("json", "print one JSON object a line")
  },
  Effect.fnUntraced(function* ({ forwardTo, port, host, json, ...files }) {
    const till = URL.parse(forwardTo)
    if (forwardTo !== "" && (till === null || !/^https?:$/.test(till.protocol) || holdsLogin(forwardTo, till)))
      return yield* refuse(
        `listen: --forward-to: expected a URL without a login, such as http://127.0.0.1:3000/notify, got ${forwardTo}`
      )
    const given = yield* findPassphrase("listen", "--passphrase-file", files.passphraseFile)
    const passphrase = given ?? MOCK.passphrase
    // The mock's passphrase is public: anyone can sign with it, so such notifications are neither accepted from other
    // machines nor forwarded with another passphrase's signature.
    const isPublic = passphrase === MOCK.passphrase
    if (isPublic && (!isLoopback(host) || files.forwardPassphraseFile !== "")) {
      const why = isLoopback(host) ? "--forward-passphrase-file" : `--host ${host}`
      return yield* refuse(
        `listen: the passphrase of a mock is public: with ${why}, give one of your own with --passphrase-file or HIPAY_POS_PASSPHRASE`
      )
    }
    const forwardPassphrase =
      files.forwardPassphraseFile === ""
        ? passphrase
        : yield* findPassphrase("listen", "--forward-passphrase-file", files.forwardPassphraseFile)
    const seen = new Set<string>()
    const receive = Effect.fnUntraced(function* (request: IncomingMessage, body: Uint8Array) {
      const told: Judged =
        isPublic && requestPolicy(request) !== undefined
          ? { error: refused }
          : yield* judgeNotification(body, request.headers, passphrase)
      const key = told.notification && dedupeKey(told.notification)
      const isRepeat = key !== undefined && seen.has(key)
      if (key !== undefined) seen.add(key)
      const forwarded =
        told.algorithm === undefined || forwardTo === ""
          ? undefined
          : yield* forward(forwardTo, request, body, forwardPassphrase ?? passphrase, told.algorithm)
      const line: Line = { at: new Date().toISOString(), ...told, isRepeat, dedupeKey: key, forwarded }
      yield* Console.log(json ? jsonLine(toJson(line)) : toText(line))
      return statusOf(line)
    })
    const url = yield* serve(host, port, receive)
    const first = Console.log(
      json ? jsonLine({ ready: true, url }) : ready(url, forwardTo, given === undefined).join("\n")
    )
    return yield* untilStopped(whileRead(Effect.andThen(first, Effect.never)))
  }, Effect.scoped)
).pipe(
  Command.withDescription("Receives notifications, prints those that are genuine, and forwards them to your server."),
  Command.withExamples([
    {
      command: "hipay-pos listen --forward-to http://127.0.0.1:3000/notify",
      description: "Those of a mock, forwarded to the till's server"
    },
    {
      command: "hipay-pos listen --passphrase-file passphrase.txt --json",
      description: "From your own account, one object per line"
    }
  ])
)

const ready = (url: string, forwardTo: string, ofMock: boolean): ReadonlyArray<string> => [
  `Notifications to ${url}${forwardTo === "" ? "" : `, forwarded to ${forwardTo}`}.`,
  `To have a mock send them here, start it with: hipay-pos mock --notify ${new URL(url).host} --notify-url ${url}`,
  "Any other service sends them here if this address is the order's pos_technical_info.notify_url, or the account's, and can be reached from there.",
  ...(ofMock
    ? ["Signatures are checked with the mock's passphrase; set HIPAY_POS_PASSPHRASE to use another one."]
    : []),
  "Ctrl-C ends it."
]

/** Refuses what a web page may have sent through a browser on this machine. */
const requestPolicy = makeRequestPolicy()

const refused: NotTaken = {
  kind: "RequestRefused",
  detail: "it was sent to another host name, or by a web page, and anybody can sign with the passphrase of a mock",
  advice:
    "Send it to localhost or to an IP address, or give a passphrase of your own with --passphrase-file or HIPAY_POS_PASSPHRASE."
}

type Forwarded =
  | { readonly status: number; readonly milliseconds: number }
  | { readonly problem: string; readonly milliseconds: number }

interface Line extends Judged {
  readonly at: string
  readonly isRepeat: boolean
  readonly dedupeKey: string | undefined
  readonly forwarded: Forwarded | undefined
}

/** As received, signed with the algorithm of its own signature. */
const forward = Effect.fnUntraced(function* (
  url: string,
  { headers }: IncomingMessage,
  body: Uint8Array,
  passphrase: string,
  algorithm: Algorithm
) {
  const began = performance.now()
  const type = headers["content-type"]
  const sent = Effect.tryPromise({
    try: async (signal) => {
      const signed = await signNotification(body, passphrase, { algorithm })
      const response = await fetch(url, {
        method: "POST",
        body: Buffer.from(body),
        headers: { ...(type === undefined ? {} : { "content-type": type }), ...signed },
        redirect: "manual",
        signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)])
      })
      BoundedBody.discard(response.body)
      return response.status
    },
    catch: problemOf
  })
  const milliseconds = () => Math.round(performance.now() - began)
  return yield* Effect.match(sent, {
    onSuccess: (status): Forwarded => ({ status, milliseconds: milliseconds() }),
    onFailure: (problem): Forwarded => ({ problem, milliseconds: milliseconds() })
  })
})

const problemOf = (error: unknown): string => {
  const { name, message, cause } = error as Error & { readonly cause?: NodeJS.ErrnoException }
  return name === "TimeoutError" ? "no answer within 10 s" : (cause?.code ?? cause?.message ?? message)
}

/** The status for the sender, which sends again what was refused. */
const statusOf = ({ algorithm, error, forwarded }: Line): number => {
  if (algorithm === undefined) return 403
  if (forwarded !== undefined) return "status" in forwarded ? forwarded.status : 502
  return error === undefined ? 204 : 400
}

const toJson = ({ at, isRepeat, dedupeKey, forwarded, ...judged }: Line) => ({
  at,
  repeat: isRepeat,
  dedupeKey,
  ...judgedJson(judged),
  forwarded
})

const toText = ({ at, algorithm, notification, error, isRepeat, forwarded }: Line): string => {
  const time = localTime(at).slice(11)
  if (algorithm === undefined)
    return `${time}  ${paint("bad", "not genuine")}  ${printable(`${error?.detail}. ${error?.advice ?? ""}`)}`
  if (notification === undefined)
    return `${time}  ${paint("odd", "unreadable")}  ${printable(String(error?.detail))}${after(forwarded)}`
  const { status, message = "", orderId } = notification
  const money = changedAmount(notification)
  return [
    time,
    `${paint("good", String(status))} ${printable(message)}`,
    ...(orderId === undefined ? [] : [printable(orderId)]),
    ...(money === undefined ? [] : [Money.toText(money)]),
    ...(isRepeat ? [paint("quiet", "repeat")] : [])
  ]
    .join("  ")
    .concat(after(forwarded))
}

/** The amount that the status is about. All amounts come each time, 0.00 if there is none yet. */
const changedAmount = ({ status, authorizedAmount, capturedAmount, refundedAmount }: Notification) => {
  if (REFUNDS.has(status)) return refundedAmount
  return capturedAmount?.minorUnits ? capturedAmount : authorizedAmount
}

/** Refunded, in whole or in part. */
const REFUNDS = new Set([125, 126])

const after = (forwarded: Forwarded | undefined): string => {
  if (forwarded === undefined) return ""
  if ("problem" in forwarded) return `  ${paint("bad", `→ ${forwarded.problem}`)}`
  const { status, milliseconds } = forwarded
  return `  ${paint(status >= 200 && status < 300 ? "good" : "bad", `→ ${status}`)} in ${milliseconds} ms`
}

/** Serves until the scope is closed; returns its URL. */
const serve = Effect.fnUntraced(function* (
  host: string,
  port: number,
  receive: (request: IncomingMessage, body: Uint8Array) => Effect.Effect<number>
): Effect.fn.Return<string, ReturnType<typeof refuse>, Scope.Scope> {
  const run = Effect.runPromiseWith(yield* Effect.context<never>())
  const server = createServer((request, response) => {
    const answer = (status: number, headers = {}) => response.writeHead(status, headers).end()
    if (request.method !== "POST") return answer(405, { allow: "POST" })
    const chunks: Array<Buffer> = []
    let length = 0
    request.on("error", () => {})
    request.on("data", (chunk: Buffer) => {
      length += chunk.length
      if (length <= BODY_LIMIT) chunks.push(chunk)
    })
    request.on("end", () => {
      if (length > BODY_LIMIT) return answer(413)
      run(receive(request, Buffer.concat(chunks))).then(answer, () => answer(500))
    })
  })
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      server.close()
      server.closeAllConnections()
    })
  )
  yield* Effect.callback<void, CommandFailed>((resume) => {
    server.once("error", ({ code, message }: NodeJS.ErrnoException) => {
      const place = `listen: ${addressText({ host, port })}`
      resume(
        Effect.fail(
          code === "EADDRINUSE"
            ? tryLater(`${place}: something else listens there; --port names another port`)
            : refuse(`${place}: ${message}`)
        )
      )
    })
    server.listen(port, host, () => resume(Effect.void))
  })
  const { port: bound } = server.address() as AddressInfo
  return `http://${addressText({ host, port: bound })}/`
})
