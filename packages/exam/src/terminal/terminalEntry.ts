/** The examined terminal as an entry of a gateway's terminals file, and the file with the entry in it. Pure. */
import { object } from "@hipay-pos/core/JsonObject"
import { Profile } from "@hipay-pos/terminal-simulator"
import { COLLECTION, type ExaminationResult, type Habits } from "./Examination.ts"

type Json = Readonly<Record<string, unknown>>

/** From the newest on: what a request says, what the file says, and the step that tries it. */
export const versions = [
  ["0320", "3.2", "red key"],
  ["0310", "3.1", "version 0310"],
  ["0300", "3.0", "version 0300"]
] as const

/** The newest version that the terminal takes; `undefined` where a newer one was left out, or none is taken. */
const newestOf = ({ observations, leftOut }: ExaminationResult): string | undefined => {
  const first = versions.find(([sent, , step]) => observations.versions.includes(sent) || leftOut.includes(step))
  return first !== undefined && observations.versions.includes(first[0]) ? first[1] : undefined
}

/** What the file says of this terminal; what the codec assumes anyhow, and what was left out, is not in it. */
export const toEntry = (result: ExaminationResult): Json => {
  const { host, port, habits, observations } = result
  const version = newestOf(result)
  const { ticketEncoding, privateDataLength } = observations
  const isDoubtful = ticketEncoding === "cp850"
  return {
    host,
    port,
    ...(version === undefined ? {} : { version }),
    ...(habits.wantsLineEnd === true ? { requestTerminator: "CRLF" } : {}),
    ...(observations.ticket === false ? { ticket: "none" } : {}),
    ...(habits.dislikes?.includes("CH") ? { reference: false } : {}),
    ...(habits.dislikes?.includes("BA") ? { answerAtEnd: false } : {}),
    ...(habits.dislikes?.includes("BB") ? { authorization: "never" } : {}),
    ...(isDoubtful ? { ticketEncoding } : {}),
    ...(privateDataLength !== undefined && privateDataLength < 32 ? { orderIdLength: privateDataLength } : {}),
    profile: {
      name: nameOf(result) ?? "examined",
      duplicata: observations.duplicata === true,
      ...(habits.privateData === undefined ? {} : { ownPrivateData: true })
    }
  }
}

/** The settings that the examination has an answer for, whether or not its entry names them. */
const examinedIn = (result: ExaminationResult): ReadonlyArray<string> => {
  const { observations, leftOut } = result
  const { ticket, ticketEncoding, privateDataLength } = observations
  const known: ReadonlyArray<readonly [setting: string, isKnown: boolean]> = [
    ["version", newestOf(result) !== undefined],
    ["requestTerminator", result.habits.wantsLineEnd !== undefined],
    ["ticket", ticket !== undefined],
    // A ticket in ASCII reads the same in each encoding.
    ["ticketEncoding", ticketEncoding !== undefined && ticketEncoding !== "ascii"],
    ["reference", !leftOut.includes("field CH")],
    ["answerAtEnd", !leftOut.includes("field BA")],
    ["authorization", !leftOut.includes("field BB")],
    ["orderIdLength", privateDataLength !== undefined]
  ]
  return known.flatMap(([setting, isKnown]) => (isKnown ? [setting] : []))
}

/** The profile of the simulator that has these habits, where one has; remote collection counts where it was examined. */
export const nameOf = ({ habits, leftOut }: Pick<ExaminationResult, "habits" | "leftOut">): string | undefined => {
  const seen = (actions: Habits["actions"]) =>
    leftOut.includes(COLLECTION) ? actions?.filter((action) => action !== "B") : actions
  const wanted = sorted({ ...habits, actions: seen(habits.actions) })
  return Profile.all.find(
    ({ name: _, label: __, evidence: ___, ...own }) => sorted({ ...own, actions: seen(own.actions) }) === wanted
  )?.name
}

const sorted = (value: object): string => JSON.stringify(Object.entries(value).sort())

/**
 * The file with the examined terminal: the entry of the same address has the settings that were examined, and keeps its
 * name and what was not. Throws where the file holds something else.
 */
export const merge = (file: unknown, result: ExaminationResult): Json => {
  const entry = toEntry(result)
  const examined = examinedIn(result)
  return place(file, entry, (old) => {
    const kept = Object.entries(old).filter(([setting]) => !examined.includes(setting))
    return { ...Object.fromEntries(kept), ...entry, profile: mergeProfile(old.profile, result, entry.profile as Json) }
  })
}

/** What was not examined of a profile is what the file says; `ownRegister` never is. */
const mergeProfile = (old: unknown, { observations }: ExaminationResult, found: Json): Json => {
  const { ownRegister, duplicata, ownPrivateData } = (old ?? {}) as Json
  const isKept = observations.repeatsPrivateData !== true && ownPrivateData !== undefined
  return {
    ...found,
    ...(isKept ? { ownPrivateData: found.ownPrivateData ?? ownPrivateData } : {}),
    ...(observations.duplicata === undefined && duplicata !== undefined ? { duplicata } : {}),
    ...(ownRegister === undefined ? {} : { ownRegister })
  }
}

/** The file with a terminal at an address, before anything is known of it. Throws where it holds something else. */
export const withAddress = (file: unknown, address: { readonly host: string; readonly port: number }): Json =>
  place(file, { ...address }, (old) => old)

const place = (file: unknown, entry: Json, update: (old: Json) => Json): Json => {
  if (file === undefined) return { terminals: [entry] }
  const { terminals } = object(file)
  if (!Array.isArray(terminals)) throw new Error('expected an object such as { "terminals": [{ ... }] }')
  const isSame = (each: unknown) => {
    const { host, port = 8888 } = object(each)
    return typeof host === "string" && host.toLowerCase() === entry.host && port === entry.port
  }
  const merged = terminals.map((each: unknown) => (isSame(each) ? update(each as Json) : each))
  return { ...(file as Json), terminals: terminals.some(isSame) ? merged : [...terminals, entry] }
}
