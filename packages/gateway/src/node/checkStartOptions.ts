/** Refuses options that a gateway would ignore or misread: a program without types, or a variable, may give any. */
import * as Finding from "@hipay-pos/core/Finding"
import { dialects, validations } from "@hipay-pos/server"
import { StartFailed } from "@hipay-pos/server/node"
import type { StartGatewayOptions } from "./StartGatewayOptions.ts"

/** The name of every option. */
const names = {
  terminals: true,
  relay: true,
  store: true,
  instance: true,
  lease: true,
  spool: true,
  requireStore: true,
  onReload: true,
  alarms: true,
  watchTerminals: true,
  allowCredit: true,
  allowCancel: true,
  host: true,
  port: true,
  credentials: true,
  logins: true,
  validation: true,
  dialect: true,
  allowedHosts: true,
  bodyLimit: true,
  behindTls: true,
  locale: true,
  timeZone: true,
  dayStarts: true,
  answerTimeout: true,
  connectTimeout: true,
  queueTimeout: true,
  requestTimeout: true,
  drainDelay: true,
  maxConnections: true,
  listener: true,
  telemetry: true,
  pages: true,
  version: true
} as const satisfies Record<keyof StartGatewayOptions, true>

/** The values of options that have only a few. A text such as `"false"` would count as yes, and `"Strict"` as faithful. */
const values = {
  allowCredit: [true, false],
  allowCancel: [true, false],
  requireStore: [true, false],
  behindTls: [true, false],
  validation: validations,
  dialect: dialects
} as const satisfies Partial<Record<keyof StartGatewayOptions, ReadonlyArray<unknown>>>

/** As for the client's deadline: a smaller number was meant as seconds, and would make every payment unknown. */
const LEAST_NUMBER = 1_000

/** Throws {@link StartFailed} for an option that does not exist, or has a value that is not allowed. */
export const checkStartOptions = (options: StartGatewayOptions): void => {
  const unknown = Object.entries(options).find(([name, value]) => value !== undefined && !Object.hasOwn(names, name))
  if (unknown !== undefined) {
    const expected = Object.keys(names).join(", ")
    throw new StartFailed({ problem: `${unknown[0]}: no such option; expected one of ${expected}` })
  }
  for (const [name, allowed] of Object.entries(values)) {
    const value: unknown = options[name as keyof typeof values]
    if (value === undefined || (allowed as ReadonlyArray<unknown>).includes(value)) continue
    const expected = allowed.map((each) => JSON.stringify(each)).join(" or ")
    throw new StartFailed({ problem: `${name}: expected ${expected}, got ${Finding.describe(value, name)}` })
  }
  const { store, answerTimeout } = options
  if (typeof store !== "string" || store === "") {
    const expected = 'the path of a file, such as "attempts.db", or the URL of a database'
    throw new StartFailed({ problem: `store: expected ${expected}, got ${Finding.describe(store, "store")}` })
  }
  if (typeof answerTimeout === "number" && answerTimeout > 0 && answerTimeout < LEAST_NUMBER) {
    const why = `a number is milliseconds, and ${answerTimeout} are too few for any terminal`
    throw new StartFailed({ problem: `answerTimeout: expected a length of time such as "180s": ${why}` })
  }
}
