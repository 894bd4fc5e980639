/** A check of the doctor and its result. */
import { paint, printable, type Tone } from "@hipay-pos/cli-kit"
import type { SharedCheck } from "@hipay-pos/gateway/postgres"

export interface Check {
  readonly name:
    | "journal"
    | "server"
    | "encryption"
    | "readiness"
    | "upstream"
    | "credentials"
    | "relay-login"
    | "clock"
    | "terminal"
    | "identification"
    | "firewall"
    | SharedCheck["name"]
  readonly verdict: "ok" | "warning" | "failed" | "skipped" | "hint"
  /** One sentence. */
  readonly detail: string
  /** What to do about it. */
  readonly next?: string
}

/** Whether nothing has to be fixed. */
export const isHealthy = (checks: ReadonlyArray<Check>): boolean => checks.every(({ verdict }) => verdict !== "failed")

/** A check for people, on one line or two. */
export const toText = ({ name, verdict, detail, next }: Check): string => {
  const line = `${paint(tones[verdict], verdict.padEnd(8))} ${name.padEnd(15)} ${printable(detail)}`
  return next === undefined ? line : `${line}\n${" ".repeat(25)}${paint("quiet", `→ ${printable(next)}`)}`
}

const tones: Readonly<Record<Check["verdict"], Tone>> = {
  ok: "good",
  warning: "odd",
  failed: "bad",
  skipped: "quiet",
  hint: "quiet"
}
