/**
 * What every part of the screen uses: its texts, language, format of amounts, the till's state and the actions. Provided by a
 * context.
 */
import { type Currency, Money, TypedAmount } from "@hipay-pos/core/plain"
import * as Result from "effect/Result"
import { createContext, useContext } from "hono/jsx/dom"
import type { Action, SaleView, TillState } from "../api.ts"
import type { Catalogue, Name } from "../catalogue/Catalogue.ts"
import { freeAmount } from "../catalogue/products.ts"
import type { Language } from "./preferences.ts"
import type { Words } from "./words/en.ts"

/** What was just done, and how to undo it. */
export interface ToastText {
  readonly text: string
  readonly undo?: () => void
}

/** A language, with its texts. */
export interface Spoken {
  readonly language: Language
  readonly words: Words
}

/** What the screen shows and does. */
export interface Screen extends Spoken {
  readonly state: TillState
  readonly catalogue: Catalogue
  /** Whether the back end is reachable: if not, the state may be out of date. */
  readonly connected: boolean
  /** Milliseconds to add to this machine's clock to get the back end's. */
  readonly skew: number
  readonly act: (action: Action) => Promise<TillState | undefined>
  /** The message of the last refusal. */
  readonly problem?: string | undefined
  /** Shows what was just done, with a way to undo it. */
  readonly tell: (toast: ToastText) => void
  /** Shows why something cannot be done. */
  readonly refuse: (problem: keyof Words["problems"]) => void
}

export const ScreenContext = createContext<Screen | undefined>(undefined)

/** The screen's context. */
export const useScreen = (): Screen => {
  const screen = useContext(ScreenContext)
  if (screen === undefined) throw new Error("there is no screen around this part")
  return screen
}

/** A language's formats. */
export const localeOf = (language: Language): string => (language === "fr" ? "fr-FR" : "en-GB")

/** Minor units as a person would type them: `12,50`. */
export const asTyped = (minorUnits: number, currency: string, language: Language): string =>
  Result.match(Money.make(minorUnits, currency as Currency.CurrencyCode), {
    onFailure: () => "",
    onSuccess: (money) => Money.toDecimalString(money).replace(".", language === "fr" ? "," : ".")
  })

/** Writes amounts of a currency. */
export const useMoney = () => {
  const { language, state } = useScreen()
  const currency = state.currency as Currency.CurrencyCode
  return {
    /** Minor units as text, such as `12,50 €`. */
    show: (minorUnits: number) =>
      Result.match(Money.make(minorUnits, currency), {
        onFailure: () => "",
        onSuccess: (money) => Money.format(money, localeOf(language))
      }),
    typed: (minorUnits: number) => asTyped(minorUnits, currency, language),
    /** Minor units of what was typed, above zero; `undefined` for anything else. */
    read: (text: string): number | undefined => {
      const money = TypedAmount.parse(text, currency, { decimalMark: language === "fr" ? "," : "." })
      const either = Result.isSuccess(money) ? money : TypedAmount.parse(text, currency)
      return Result.isSuccess(either) && either.success.minorUnits > 0 ? either.success.minorUnits : undefined
    }
  }
}

/** The name of a product in the screen's language, or the one on the line. */
export const useNames = () => {
  const { catalogue, language, state } = useScreen()
  const nameOf = (name: Name) => (typeof name === "string" ? name : name[language])
  return {
    nameOf,
    /** The name of a terminal, even one that the till no longer has. */
    terminalName: (name: string) => nameOf(state.terminalNames[name] ?? name),
    lineName: (line: { readonly reference: string; readonly name: string }) => {
      if (line.reference === freeAmount.reference && Object.values<string>(freeAmount.name).includes(line.name)) {
        return nameOf(freeAmount.name)
      }
      const product = catalogue.products.find(({ reference }) => reference === line.reference)
      return product === undefined ? line.name : nameOf(product.name)
    }
  }
}

/** The number of a ticket as people say and print it. */
export const ticketText = (ticket: number): string => String(ticket).padStart(6, "0")

/** A tax rate, given in percent, as people of a language write it. */
export const rateText = (rate: number, language: Language): string =>
  new Intl.NumberFormat(localeOf(language), { style: "percent", maximumFractionDigits: 2 }).format(rate / 100)

/** The reference to the sale in an action that moves money. */
export const seenOf = ({ id, revision }: SaleView) => ({ sale: id, revision })

/** Times by the shop's clock. */
export const useTimes = () => {
  const { language, state } = useScreen()
  const { timeZone } = state.details
  const written = (at: number, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(localeOf(language), { timeZone, ...options }).format(at)
  return {
    /** Such as `14:05`. */
    clock: (at: number) => written(at, { hour: "2-digit", minute: "2-digit" }),
    /** Day and time. */
    moment: (at: number) => written(at, { dateStyle: "short", timeStyle: "medium" }),
    /** Such as `29 November`. */
    date: (at: number) => written(at, { day: "numeric", month: "short" }),
    /** A day of the shop, given as YYYY-MM-DD. */
    day: (day: string) =>
      new Intl.DateTimeFormat(localeOf(language), { dateStyle: "full", timeZone: "UTC" }).format(
        Date.parse(`${day}T00:00:00Z`)
      )
  }
}
