/** Which modules `pnpm mutation` plants faults in, by the name of its first argument. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { root } from "../release/members.ts"

/** The modules to mutate by default, and the folder of the tests. */
export const targets: Readonly<Record<string, { readonly folder: string; readonly modules: ReadonlyArray<string> }>> = {
  core: {
    folder: "packages/core",
    modules: [
      ...["plain/Money", "plain/TypedAmount", "plain/CurrencyCode", "plain/Currency", "plain/Payment", "plain/Basket"],
      ...["Order", "OrderRules", "plain/OrderRules"],
      ...["internal/AmountRules", "internal/JsonAmounts", "internal/OrderAmounts"],
      ...["internal/TerminalRules", "internal/TextRules"]
    ]
  },
  codec: {
    folder: "packages/concert-codec",
    modules: [
      ...["Tlv", "MessageParser", "ActionStatus", "Response", "Ticket", "internal/done", "internal/notDone"],
      ...["session/ExchangeResult", "session/Outcome", "session/Recovery", "session/evidenceOf"]
    ]
  },
  client: {
    folder: "packages/client",
    modules: [
      "interpretResponse",
      "interpretConflict",
      "ErrorCode",
      "AttemptJournal",
      "withJournal",
      "resolveAttempt",
      "tellServer",
      "askServer",
      "PaymentClient"
    ]
  },
  server: {
    folder: "packages/server",
    modules: [
      ...["attempts/Attempt", "attempts/Attempts", "attempts/Repeat", "attempts/Endings", "attempts/endOver"],
      ...["attempts/notificationProof", "attempts/Guards", "attempts/owedWrites", "attempts/dayTotals"]
    ]
  },
  reconcile: { folder: "packages/reconcile", modules: ["reconcile", "Line", "evidence"] }
}

export interface Target {
  readonly folder: string
  /** Paths of the sources, relative to the checkout. */
  readonly files: ReadonlyArray<string>
}

/** The modules to mutate for a command line. Throws for a name or a module that does not exist. */
export const readTarget = ([name = "", ...modules]: ReadonlyArray<string>): Target => {
  const target = targets[name]
  if (target === undefined) {
    throw new Error(`expected one of ${Object.keys(targets).join(", ")}, got ${name || "nothing"}`)
  }
  const { folder } = target
  const files = (modules.length === 0 ? target.modules : modules).map((module) => `${folder}/src/${module}.ts`)
  const missing = files.filter((file) => !existsSync(join(root, file)))
  if (missing.length > 0) throw new Error(`there is no ${missing.join(", ")}`)
  return { folder, files }
}
