/** The examined terminal as an entry of a gateway's terminals file, and the file with the entry in it. Pure. */
import { Profile } from "@hipay-pos/terminal-simulator"
import type { ExaminationResult } from "./Examination.ts"

type Json = Readonly<Record<string, unknown>>

const versions: Readonly<Record<string, string>> = { "0320": "3.2", "0310": "3.1", "0300": "3.0" }

/** What the file says of this terminal; what the codec assumes anyhow is left out. */
export const toEntry = ({ host, port, habits, observations }: ExaminationResult): Json => {
  const [newest = "0320"] = observations.versions
  const { ticketEncoding, privateDataLength } = observations
  const isDoubtful = ticketEncoding === "cp850"
  return {
    host,
    port,
    version: versions[newest] ?? "3.2",
    ...(habits.wantsLineEnd ? { requestTerminator: "CRLF" } : {}),
    ...(observations.ticket ? {} : { ticket: "none" }),
    ...(habits.dislikes.includes("CH") ? { reference: false } : {}),
    ...(habits.dislikes.includes("BA") ? { answerAtEnd: false } : {}),
    ...(habits.dislikes.includes("BB") ? { authorization: "never" } : {}),
    ...(isDoubtful ? { ticketEncoding } : {}),
    ...(privateDataLength !== undefined && privateDataLength < 32 ? { orderIdLength: privateDataLength } : {}),
    profile: {
      name: nameOf(habits) ?? "examined",
      duplicata: observations.duplicata === true,
      ...(habits.privateData === undefined ? {} : { ownPrivateData: true })
    }
  }
}

/** The profile of the simulator that has these habits, where one has. */
export const nameOf = (habits: ExaminationResult["habits"]): string | undefined =>
  Profile.all.find(({ name: _, label: __, evidence: ___, ...own }) => sorted(own) === sorted(habits))?.name

const sorted = (value: object): string => JSON.stringify(Object.entries(value).sort())

/**
 * The file with the entry: the terminal of the same address has the examined settings, and keeps its name and what was
 * not examined. Fails with a sentence where the file holds something else.
 */
export const merge = (file: unknown, entry: Json): Json => {
  if (file === undefined) return { terminals: [entry] }
  const { terminals } = (typeof file === "object" && file !== null ? file : {}) as { readonly terminals?: unknown }
  if (!Array.isArray(terminals)) throw new Error('expected an object such as { "terminals": [{ ... }] }')
  const isSame = (each: unknown) => {
    const { host, port = 8888 } = (each ?? {}) as { readonly host?: unknown; readonly port?: unknown }
    return typeof host === "string" && host.toLowerCase() === entry.host && port === entry.port
  }
  const merged = terminals.map((each: unknown) => (isSame(each) ? { ...(each as Json), ...entry } : each))
  return { ...(file as Json), terminals: terminals.some(isSame) ? merged : [...terminals, entry] }
}
