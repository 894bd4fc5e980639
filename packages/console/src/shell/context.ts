/** The context of all views: texts, language, session and server. Provided once, by the app. */

import type { Role, Session } from "@hipay-pos/core/wire/Session"
import { createContext, useContext } from "hono/jsx/dom"
import type { Server } from "../server/Server.ts"
import type { Words } from "../text/en.ts"
import * as format from "../text/format.ts"
import { serverNow } from "./serverClock.ts"

export interface AppContext {
  readonly words: Words
  readonly language: format.Language
  readonly session: Session
  readonly server: Server
  /** Switches to another space of the mock; "" is the default space. */
  readonly chooseSpace: (space: string) => void
}

const Context = createContext<AppContext | undefined>(undefined)

export const AppContextProvider = Context.Provider

/** The context of the app. */
export const useAppContext = (): AppContext => {
  const context = useContext(Context)
  if (context === undefined) throw new Error("a view was rendered outside the app")
  return context
}

/** Formats in the reader's language. */
export const useFormat = () => {
  const { language } = useAppContext()
  return {
    amount: (minorUnits: number, currency: string) => format.amount(minorUnits, currency, language),
    /** With a minus sign if the money goes back to the customer. */
    signedAmount: (transactionType: string, minorUnits: number, currency: string) =>
      `${transactionType === "Debit" ? "" : "−\u00A0"}${format.amount(minorUnits, currency, language)}`,
    plainAmount: (minorUnits: number, currency: string) => format.plainAmount(minorUnits, currency, language),
    duration: (milliseconds: number) => format.duration(milliseconds, language),
    clock: (at: string | number) => format.clock(at, language),
    /** Like `clock`, with the day if it is not the server's today. */
    moment: (at: string | number) => format.moment(at, language, serverNow()),
    preciseClock: (at: string | number) => format.preciseClock(at, language),
    minute: (at: string | number) => format.minute(at, language),
    day: (at: string | number) => format.day(at, language),
    longDay: (key: string) => format.longDay(key, language),
    count: (number: number) => format.count(number, language)
  }
}

/** Whether the login has a role. */
export const useHasRole = (role: Role): boolean => useAppContext().session.roles.includes(role)

/** Whether the server is a mock, and the login may control it. */
export const useCanControl = (): boolean => {
  const { mode, roles } = useAppContext().session
  return mode === "simulated" && roles.includes("control")
}
