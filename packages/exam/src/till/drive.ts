/**
 * The till's payment entry, run by the examination: a command, or an HTTP request.
 *
 * A till reports its outcome by a last line `{"outcome":"…"}`, or by the exit codes of the command line (0, 11, 10, 3, 4).
 * An exit code of 0 alone says nothing: programs end with it by default. It counts as "approved" once the till has used
 * another of these codes, see {@link readExitCodes}. The outcome `not-possible` says that the till cannot do the requested action.
 * Any other outcome ends the examination: without its claims, a till would be judged as one that claims nothing.
 */
import { spawn } from "node:child_process"
import { defined } from "@hipay-pos/core/Defined"
import { object } from "@hipay-pos/core/JsonObject"
import type { Words } from "../Language.ts"
import type { Action, Said } from "./Evidence.ts"
import { ExamBroken } from "./ExamBroken.ts"
import { exitCodes, isOutcome, type Outcome, outcomes } from "./Outcome.ts"

/** The payment that the till is to make. */
export interface Task {
  readonly action: Action
  /** As typed, such as `12.34`. */
  readonly amount: string
  readonly currency: string
  readonly orderId: string
}

/** A till that can be driven. */
export interface Driver {
  /** Resolves when the till has finished, at the latest after its deadline; aborting `kill` ends it at once. */
  readonly drive: (task: Task, kill: AbortSignal) => Promise<Said>
  /** How it ended last, in the words of the system: explains a till that sent nothing. */
  readonly lastEnd?: () => Words | undefined
  readonly can: {
    readonly process: boolean
    readonly action: boolean
    readonly currency: boolean
    /** The driver passes the order id, so that the till knows a repeated sale. */
    readonly orderId: boolean
  }
}

/** The examination server's URL and login, for the till. */
export interface Access {
  readonly url: string
  readonly username: string
  readonly password: string
}

/** The program could not be run at all. */
export class DriverFailed extends ExamBroken {}

const places = ["action", "amount", "currency", "orderId"] as const satisfies ReadonlyArray<keyof Task>

/** The placeholder of a field in a command or a URL. */
export const PLACE = new RegExp(`\\{(${places.join("|")})\\}`, "g")

/** A placeholder that is misspelt, such as `{order_id}`, and the right one: the till would get it as it stands. */
export const misspeltPlace = (template: string): readonly [got: string, expected: string] | undefined => {
  const bare = (name: string) => name.replaceAll(/[-_]/g, "").toLowerCase()
  for (const [got, name = ""] of template.matchAll(/(?<!\$)\{([\w-]+)\}/g)) {
    const expected = places.find((each) => bare(each) === bare(name))
    if (expected !== undefined && expected !== name) return [got, `{${expected}}`]
  }
  return undefined
}

const fill = (template: string, task: Task): string => template.replaceAll(PLACE, (_, name: keyof Task) => task[name])

/** A till that is run as a shell command. */
export const commandDriver = (command: string, access: Access, deadline: number): Driver => {
  let lastEnd: Words | undefined
  const drive: Driver["drive"] = (task, kill) =>
    new Promise((resolve, reject) => {
      const isPosix = process.platform !== "win32"
      const child = spawn(fill(command, task), {
        shell: true,
        detached: isPosix,
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          HIPAY_POS_EXAM_URL: access.url,
          HIPAY_POS_EXAM_USERNAME: access.username,
          HIPAY_POS_EXAM_PASSWORD: access.password
        }
      })
      let out = ""
      let errors = ""
      let ending: Said | undefined
      const end = (said: Said) => {
        ending ??= said
        // Kills the shell and its children, on systems with process groups.
        if (isPosix && child.pid !== undefined) {
          try {
            process.kill(-child.pid, "SIGKILL")
          } catch {
            // Already ended.
          }
        } else child.kill("SIGKILL")
      }
      const timer = setTimeout(() => end({ unfinished: true }), deadline)
      kill.addEventListener("abort", () => end({ killed: true }))
      child.stdout.on("data", (chunk: Buffer) => {
        out = (out + chunk.toString("utf8")).slice(-MAX_KEPT_OUTPUT)
      })
      child.stderr.on("data", (chunk: Buffer) => {
        errors = (errors + chunk.toString("utf8")).slice(-MAX_KEPT_OUTPUT)
      })
      child.once("error", (error) => reject(new DriverFailed(cannotRun(command, error.message))))
      child.once("close", (code, signal) => {
        clearTimeout(timer)
        if (ending !== undefined) return resolve(ending)
        if (code === 126 || code === 127) {
          return reject(new DriverFailed(cannotRun(command, errors.trim().split("\n").at(-1) || `exit code ${code}`)))
        }
        lastEnd = exitOf(code, signal, errors)
        const outcome = lastOutcome(out)
        if (!isClaim(outcome)) return reject(new DriverFailed(strangeOutcome(command, outcome)))
        if (outcome !== "not-possible") return resolve(defined({ exitCode: code ?? undefined, outcome }))
        if (isOptional(task)) return resolve({ notPossible: true })
        reject(new DriverFailed(cannotPay(command, task)))
      })
    })
  return {
    can: {
      process: true,
      action: command.includes("{action}"),
      currency: command.includes("{currency}"),
      orderId: command.includes("{orderId}")
    },
    drive,
    lastEnd: () => lastEnd
  }
}

/** The exit code or the signal, and the line of the errors that says most: of a stack trace, not the last one. */
const exitOf = (code: number | null, signal: NodeJS.Signals | null, errors: string): Words => {
  const lines = errors.split("\n").filter((line) => line.trim() !== "")
  const line = (lines.find((each) => /error|exception|panic/i.test(each)) ?? lines.at(-1))?.trim().slice(0, 300)
  const cause = line === undefined ? "" : `, ${line}`
  return code === null
    ? { en: `signal ${signal}${cause}`, fr: `signal ${signal}${cause}` }
    : { en: `exit code ${code}${cause}`, fr: `code de sortie ${code}${cause}` }
}

/** How many characters at the end of a command's output are kept. */
const MAX_KEPT_OUTPUT = 100_000

/** Whether a till may lack this ability. */
const isOptional = ({ action, currency }: Task): boolean => action !== "pay" || currency !== "EUR"

const cannotRun = (command: string, cause: string): Words => ({
  en: `cannot run ${command}: ${cause}`,
  fr: `impossible d’exécuter ${command} : ${cause}`
})

const strangeOutcome = (till: string, outcome: unknown): Words => {
  const got = JSON.stringify(outcome).slice(0, 100)
  const expected = [...outcomes, "not-possible"].join(", ")
  return {
    en: `${till} ended with the outcome ${got}: expected ${expected}, or no outcome from a till that is to be judged by its requests alone`,
    fr: `${till} se termine par le résultat ${got} : attendu ${expected}, ou aucun résultat pour une caisse à juger sur ses seules requêtes`
  }
}

const cannotPay = (till: string, { amount, currency }: Task): Words => ({
  en: `${till} says that it cannot pay ${amount} ${currency}`,
  fr: `${till} dit ne pas pouvoir payer ${amount.replace(".", ",")} ${currency}`
})

/** A till that is driven over HTTP: by POST with JSON, or by filling the template's placeholders. */
export const httpDriver = (url: string, access: Access, deadline: number): Driver => {
  let lastEnd: Words | undefined
  return {
    can: { process: false, action: true, currency: true, orderId: true },
    drive: async (task, kill) => {
      const filled = Object.fromEntries(Object.entries(task).map(([name, value]) => [name, encodeURIComponent(value)]))
      const timeout = AbortSignal.timeout(deadline)
      try {
        const response = await fetch(fill(url, filled as unknown as Task), {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ ...task, server: access }),
          // The body has the examination's password, and the answer is judged.
          redirect: "manual",
          signal: AbortSignal.any([kill, timeout])
        })
        const { status } = response
        lastEnd = { en: `HTTP ${status}`, fr: `HTTP ${status}` }
        if (response.headers.has("location") && status >= 300 && status < 400)
          throw new DriverFailed(redirects(url, status))
        const text = await response.text()
        const isMissing = status === 404 || status === 501
        const outcome = isMissing ? "not-possible" : lastOutcome(text)
        if (!isClaim(outcome)) throw new DriverFailed(strangeOutcome(url, outcome))
        if (outcome !== "not-possible") return defined({ outcome })
        if (isOptional(task)) return { notPossible: true }
        const answered: Words = { en: `${url} answered ${status}`, fr: `${url} a répondu ${status}` }
        throw new DriverFailed(isMissing ? answered : cannotPay(url, task))
      } catch (error) {
        if (kill.aborted) return { killed: true }
        if (timeout.aborted) return { unfinished: true }
        if (error instanceof DriverFailed) throw error
        if (lastEnd !== undefined) return { dropped: true }
        const cause = causeOf(error)
        throw new DriverFailed({ en: `cannot reach ${url}: ${cause}`, fr: `impossible de joindre ${url} : ${cause}` })
      }
    },
    lastEnd: () => lastEnd
  }
}

const redirects = (url: string, status: number): Words => ({
  en: `${url} answered ${status}, which is not followed: give the address of the entry itself`,
  fr: `${url} a répondu ${status}, et cette redirection n’est pas suivie : indiquez l’adresse de l’entrée elle-même`
})

const causeOf = (error: unknown): string => {
  const { cause, message } = error as { readonly cause?: { readonly code?: string }; readonly message: string }
  return cause?.code ?? message
}

/**
 * The outcome as it was reported: on the last line, else by the whole text, else on the last line that has a known one. An
 * unknown one on an earlier line may belong to a log.
 */
const lastOutcome = (text: string): unknown => {
  // Also removes a byte order mark, which some systems write first.
  const trimmed = text.trim()
  const lines = trimmed.split("\n").reverse()
  const isKnown = (outcome: unknown) => outcome !== undefined && isClaim(outcome)
  return outcomeIn(lines[0] ?? "") ?? outcomeIn(trimmed) ?? lines.map(outcomeIn).find(isKnown)
}

const outcomeIn = (text: string): unknown => {
  try {
    return object(JSON.parse(text)).outcome ?? undefined
  } catch {
    return undefined
  }
}

const isClaim = (outcome: unknown): outcome is Outcome | "not-possible" | undefined =>
  outcome === undefined || outcome === "not-possible" || isOutcome(outcome)

/** Interprets exit codes as outcomes if the till uses at least one other than 0. */
export const readExitCodes = (all: ReadonlyArray<Said>): ((said: Said) => Said) => {
  const speaks = all.some(
    ({ outcome, exitCode = 0 }) => outcome === undefined && exitCode !== 0 && exitCode in exitCodes
  )
  return (said) => {
    const { outcome, exitCode } = said
    const read = outcome === undefined && exitCode !== undefined ? exitCodes[exitCode] : undefined
    return read === undefined || (exitCode === 0 && !speaks) ? said : { ...said, outcome: read }
  }
}
