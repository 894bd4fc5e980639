/**
 * What every part of the screen knows: its words, its language, how it writes amounts, the till's state, and what can be
 * done. Given down by a context.
 */
import type { CurrencyCode } from "@hipay-pos/core/Currency"
import * as Money from "@hipay-pos/core/Money"
import * as TypedAmount from "@hipay-pos/core/TypedAmount"
import * as Result from "effect/Result"
import { createContext, useContext } from "hono/jsx/dom"
import type { Action, TillState } from "../api.ts"
import type { Catalogue, Name } from "../catalogue/Catalogue.ts"
import type { Language } from "./preferences.ts"
import type { Words } from "./words/en.ts"

/** What the screen shows and does. */
export interface Screen {
  readonly words: Words
  readonly language: Language
  readonly state: TillState
  readonly catalogue: Catalogue
  /** Milliseconds to add to this machine's clock to get the back end's. */
  readonly skew: number
  readonly act: (action: Action) => Promise<TillState | undefined>
  /** What was refused last, in words. */
  readonly problem?: string | undefined
  /** Says why something cannot be done. */
  readonly refuse: (problem: keyof Words["problems"]) => void
}

export const ScreenContext = createContext<Screen | undefined>(undefined)

/** The screen. Only inside of it. */
export const useScreen = (): Screen => {
  const screen = useContext(ScreenContext)
  if (screen === undefined) throw new Error("there is no screen around this part")
  return screen
}

/** How people of a language write. */
export const localeOf = (language: Language): string => (language === "fr" ? "fr-FR" : "en-GB")

/** Writes amounts of a currency. */
export const useMoney = () => {
  const { language, state } = useScreen()
  const currency = state.currency as CurrencyCode
  return {
    /** Minor units as text, such as `12,50 €`. */
    show: (minorUnits: number) =>
      Result.match(Money.make(minorUnits, currency), {
        onFailure: () => "",
        onSuccess: (money) => Money.format(money, localeOf(language))
      }),
    /** Minor units as a person would type them: `12,50`. */
    typed: (minorUnits: number) =>
      Result.match(Money.make(minorUnits, currency), {
        onFailure: () => "",
        onSuccess: (money) => Money.toDecimalString(money).replace(".", language === "fr" ? "," : ".")
      }),
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
  const { catalogue, language } = useScreen()
  const nameOf = (name: Name) => (typeof name === "string" ? name : name[language])
  return {
    nameOf,
    lineName: (line: { readonly reference: string; readonly name: string }) => {
      const product = catalogue.products.find(({ reference }) => reference === line.reference)
      return product === undefined ? line.name : nameOf(product.name)
    }
  }
}
