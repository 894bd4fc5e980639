/** What every view needs: words, language, the session and the server. Given once, by the shell. */
import { createContext, useContext } from "hono/jsx/dom"
import type { Role, Session } from "../server/model.ts"
import type { Server } from "../server/Server.ts"
import type { Words } from "../text/en.ts"
import * as format from "../text/format.ts"

export interface Desk {
  readonly words: Words
  readonly language: format.Language
  readonly session: Session
  readonly server: Server
  /** Looks at another space of the mock; "" is the one that everybody starts in. */
  readonly chooseSpace: (space: string) => void
}

const DeskContext = createContext<Desk | undefined>(undefined)

export const DeskProvider = DeskContext.Provider

/** The desk that the reader sits at. */
export const useDesk = (): Desk => {
  const desk = useContext(DeskContext)
  if (desk === undefined) throw new Error("a view was drawn outside the shell")
  return desk
}

/** Formats in the reader's language. */
export const useFormat = () => {
  const { language } = useDesk()
  return {
    amount: (minorUnits: number, currency: string) => format.amount(minorUnits, currency, language),
    duration: (milliseconds: number) => format.duration(milliseconds, language),
    clock: (at: string | number) => format.clock(at, language),
    preciseClock: (at: string | number) => format.preciseClock(at, language),
    day: (at: string | number) => format.day(at, language),
    count: (number: number) => format.count(number, language)
  }
}

/** Whether the login may do something. */
export const useMay = (role: Role): boolean => useDesk().session.roles.includes(role)

/** Whether there is a mock to steer, and the login may. */
export const useSteers = (): boolean => {
  const { mode, roles } = useDesk().session
  return mode === "simulated" && roles.includes("control")
}
