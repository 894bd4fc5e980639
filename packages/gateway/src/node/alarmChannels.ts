/** Delivers alarms: to a signed webhook, or to a program's standard input. */
import { spawn } from "node:child_process"
import { createHmac } from "node:crypto"
import * as BoundedBody from "@hipay-pos/core/BoundedBody"
import type { AlarmMessage } from "../alarms/AlarmMessage.ts"

/** One way to reach a person. */
export interface Channel {
  readonly name: "webhook" | "command"
  /** Rejects with the reason if the alarm was not taken. */
  readonly deliver: (message: AlarmMessage) => Promise<void>
}

/** How long a delivery may take, in milliseconds. */
export const DEADLINE = 10_000

/**
 * A POST of JSON. `X-Hipay-Pos-Signature` is `t=SECONDS,v1=HEX`: the HMAC-SHA-256, with the shared secret, of the seconds
 * since 1970, a dot and the body. Redirects are not followed; any 2xx means that it was taken.
 */
export const webhook = (url: string, secret: string, now: () => number = Date.now): Channel => ({
  name: "webhook",
  deliver: async (message) => {
    const body = JSON.stringify(message)
    const seconds = Math.floor(now() / 1_000)
    const signature = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")
    const response = await fetchOrSay(url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", "x-hipay-pos-signature": `t=${seconds},v1=${signature}` },
      redirect: "manual",
      signal: AbortSignal.timeout(DEADLINE)
    })
    BoundedBody.discard(response.body)
    if (response.status < 200 || response.status > 299) throw new Error(`it answered ${response.status}`)
  }
})

const fetchOrSay = (url: string, init: RequestInit): Promise<Response> =>
  fetch(url, init).catch((error: Error & { readonly cause?: { readonly code?: unknown } }) => {
    throw new Error(
      error.name === "TimeoutError"
        ? `it did not answer within ${DEADLINE / 1_000} s`
        : `it cannot be reached (${error.cause?.code ?? error.message})`
    )
  })

/** Variables with secrets that a gateway reads; the headers are a trace collector's, with its key. */
const SECRET = /^(?:HIPAY_POS_(?:\w+_)?(?:PASSWORD|PASSPHRASE|SECRET)|PGPASSWORD|OTEL_EXPORTER_OTLP_(?:\w+_)?HEADERS)$/i

/** Options of a program. */
interface CommandOptions {
  /** In milliseconds. */
  readonly deadline?: number
  readonly env?: NodeJS.ProcessEnv
}

/** A program, started without a shell, without arguments and without the gateway's secrets; 0 means that it took the alarm. */
export const command = (program: string, { deadline = DEADLINE, env = process.env }: CommandOptions = {}): Channel => ({
  name: "command",
  deliver: (message) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, [], {
        stdio: ["pipe", "ignore", "ignore"],
        shell: false,
        env: Object.fromEntries(Object.entries(env).filter(([name]) => !SECRET.test(name))),
        timeout: deadline,
        killSignal: "SIGKILL"
      })
      child.once("error", (error: NodeJS.ErrnoException) => reject(new Error(`it does not start (${error.code})`)))
      child.once("close", (code, signal) => {
        if (code === 0) return resolve()
        const reason = child.killed ? `it did not end within ${deadline / 1_000} s` : `it was ended by ${signal}`
        reject(new Error(signal === null ? `it ended with ${code}` : reason))
      })
      // A program that does not read its input may have ended well all the same.
      child.stdin?.on("error", () => {})
      child.stdin?.end(`${JSON.stringify(message)}\n`)
    })
})
