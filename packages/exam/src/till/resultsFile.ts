/** The file of results, from which an interrupted examination resumes. */
import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { isLoopback } from "@hipay-pos/core/Host"
import * as JsonText from "@hipay-pos/core/JsonText"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { checkReplaceable, replaceFile } from "../replaceFile.ts"
import { PLACE } from "./drive.ts"
import { type Evidence, noTerminalFields } from "./Evidence.ts"
import { ExamBroken } from "./ExamBroken.ts"
import { outcomes } from "./Outcome.ts"
import { type Need, needs } from "./Scenario.ts"

/** The stored result of one scenario. */
export interface ScenarioRecord {
  readonly name: string
  /** Identifies what was played; absent in files of earlier versions. */
  readonly script?: string | undefined
  readonly evidence?: Evidence | undefined
  readonly missing?: Need | undefined
  readonly milliseconds: number
}

/** The stored results, and how to replace them. */
export interface Results {
  readonly path: string
  readonly done: ReadonlyArray<ScenarioRecord>
  /** Replaces the stored results. Rejects with a {@link ResultsNotKept}. */
  readonly keep: (records: Iterable<ScenarioRecord>) => Promise<void>
}

/** The file cannot be written any more. */
export class ResultsNotKept extends ExamBroken {}

const VERSION = 1

/**
 * Opens the file of a till, or creates it; `drivenBy` says how the till is driven. Rejects with one sentence if it holds
 * something else, or cannot be written.
 */
export const openResults = async (path: string, drivenBy: string): Promise<Results> => {
  // Hashed, because a command or an address may hold a password.
  const till = createHash("sha256").update(tillIn(drivenBy)).digest("hex")
  const { till: owner = till, results: done } = await read(path)
  if (owner !== till) {
    throw new Error(`${path} belongs to a till that is driven in another way; give another file, or delete this one`)
  }
  const cannotWrite = (error: NodeJS.ErrnoException) => {
    const cause = error.code ?? error.message
    throw new ResultsNotKept({ en: `cannot write ${path}: ${cause}`, fr: `impossible d’écrire ${path} : ${cause}` })
  }
  await checkReplaceable(path).catch(cannotWrite)
  return {
    path,
    done,
    keep: async (records) => {
      const text = JSON.stringify({ hipayPosExam: VERSION, till, results: [...records] })
      await replaceFile(path, text, 0o600).catch(cannotWrite)
    }
  }
}

/** How a till is driven, without placeholders and without the ports of this machine, which may change. */
const tillIn = (drivenBy: string): string =>
  drivenBy
    .replace(FILLED, "")
    .replace(PORT, (address: string, beforePort: string, host: string) => (isLoopback(host) ? beforePort : address))
    .replace(/\s+/g, " ")
    .trim()

/** A placeholder, quoted or not, with the option, the parameter or the `/` before it. */
const FILLED = new RegExp(`(?:\\s--?[\\w-]+[=\\s]\\s*|[?&][\\w.-]+=|/)?(["']?)${PLACE.source}\\1`, "g")

/** A URL up to its port: the part before the port, and its host. */
const PORT = /(https?:\/\/(?:[^\s/?#"'@]*@)?(\[[\da-f:.]+\]|[\w.-]+)):\d+/gi

const Words = Schema.Struct({ en: Schema.String, fr: Schema.String })

const Said = Schema.Struct({
  outcome: Schema.optionalKey(Schema.Literals(outcomes)),
  exitCode: Schema.optionalKey(Schema.Int),
  unfinished: Schema.optionalKey(Schema.Literal(true)),
  killed: Schema.optionalKey(Schema.Literal(true)),
  dropped: Schema.optionalKey(Schema.Literal(true)),
  notPossible: Schema.optionalKey(Schema.Literal(true))
})

const Exchange = Schema.Struct({
  id: Schema.Int,
  at: Schema.Finite,
  method: Schema.String,
  path: Schema.String,
  body: Schema.String,
  order: Schema.optionalKey(
    Schema.Struct({
      orderId: Schema.String,
      amount: Schema.Finite,
      currency: Schema.String,
      transactionType: Schema.String,
      terminal: Schema.String,
      protocol: Schema.optionalKey(Schema.String),
      noTerminalBy: Schema.optionalKey(Schema.Literals(noTerminalFields))
    })
  ),
  sale: Schema.Int,
  answer: Schema.optionalKey(
    Schema.Struct({
      status: Schema.Int,
      body: Schema.String,
      headers: Schema.Record(Schema.String, Schema.String)
    })
  ),
  told: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        orderId: Schema.String,
        transactionType: Schema.String,
        outcome: Schema.Literals(outcomes),
        paid: Schema.optionalKey(Schema.Finite),
        attempt: Schema.optionalKey(Schema.String)
      })
    )
  ),
  ended: Schema.Literals(["open", "delivered", "cut", "hung-up"]),
  endedAt: Schema.optionalKey(Schema.Finite),
  treatment: Schema.optionalKey(Words)
})

const Charge = Schema.Struct({
  operation: Schema.Literals(["debit", "credit", "cancel"]),
  amount: Schema.Int,
  currency: Schema.String,
  orderId: Schema.optionalKey(Schema.String),
  authorizationNumber: Schema.optionalKey(Schema.String),
  terminal: Schema.String
})

const Drive = Schema.Struct({
  sale: Schema.Int,
  orderId: Schema.String,
  amount: Schema.Int,
  currency: Schema.String,
  action: Schema.Literals(["pay", "refund", "cancel"]),
  startedAt: Schema.Finite,
  endedAt: Schema.Finite,
  said: Said
})

const EvidenceJson = Schema.Struct({
  exchanges: Schema.Array(Exchange),
  charges: Schema.Array(Charge),
  drives: Schema.Array(Drive),
  notified: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        kind: Schema.String,
        at: Schema.optionalKey(Schema.Finite),
        status: Schema.optionalKey(Schema.Int)
      })
    )
  ),
  answers: Schema.Record(Schema.String, Schema.Boolean),
  headless: Schema.Boolean
})

const decodeFile = Schema.decodeUnknownResult(
  Schema.Struct({
    hipayPosExam: Schema.Literal(VERSION),
    /** Absent in files of earlier versions, which did not distinguish tills. */
    till: Schema.optionalKey(Schema.String),
    results: Schema.Array(
      Schema.Struct({
        name: Schema.String,
        script: Schema.optionalKey(Schema.String),
        evidence: Schema.optionalKey(EvidenceJson),
        missing: Schema.optionalKey(Schema.Literals(needs)),
        milliseconds: Schema.Finite
      })
    )
  })
)

interface Kept {
  /** The SHA-256 of how the till is driven. */
  readonly till?: string
  readonly results: ReadonlyArray<ScenarioRecord>
}

/** The content of the file; empty if there is none yet. */
const read = async (path: string): Promise<Kept> => {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { results: [] }
    throw new Error(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code}`)
  }
  return Result.match(Result.flatMap(Result.mapError(JsonText.read(bytes), String), decodeFile), {
    onSuccess: (kept): Kept => kept,
    onFailure: () => {
      throw new Error(`${path} is not a file of results of an examination`)
    }
  })
}
