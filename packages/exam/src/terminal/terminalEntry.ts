/** The examined terminal as an entry of a gateway's terminals file, and the file with the entry in it. Pure. */
import { object } from "@hipay-pos/core/JsonObject"
import { Profile } from "@hipay-pos/terminal-simulator"
import { COLLECTION, type ExaminationResult, type Habits } from "./Examination.ts"

type Json = Readonly<Record<string, unknown>>

/** Newest first: the version in a request, the version in the file, and the step that tries it. */
export const versions = [
  ["0320", "3.2", "red key"],
  ["0310", "3.1", "version 0310"],
  ["0300", "3.0", "version 0300"]
] as const

/** The newest version that the terminal takes; `undefined` if a newer one was left out, or it takes none. */
const newestOf = ({ observations, leftOut }: ExaminationResult): string | undefined => {
  const first = versions.find(([sent, , step]) => observations.versions.includes(sent) || leftOut.includes(step))
  return first !== undefined && observations.versions.includes(first[0]) ? first[1] : undefined
}

/** The entry of this terminal, without the codec's defaults and without settings whose step was left out. */
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

/** The simulator profile with this behaviour, if there is one; remote collection counts only if it was examined. */
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
 * The file with the examined terminal: the entry of the same address gets the examined settings, and keeps its
 * name and its other settings. Throws if the file is not a terminals file.
 */
export const merge = (file: unknown, result: ExaminationResult): Json => {
  const entry = toEntry(result)
  const examined = examinedIn(result)
  return place(file, entry, (old) => {
    const kept = Object.entries(old).filter(([setting]) => !examined.includes(setting))
    return { ...Object.fromEntries(kept), ...entry, profile: mergeProfile(old.profile, result, entry.profile as Json) }
  })
}

/** Fields of a profile that were not examined keep the file's values; `ownRegister` is never examined. */
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

/** The file with a terminal at an address, before anything is known about it. Throws if it is not a terminals file. */
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
