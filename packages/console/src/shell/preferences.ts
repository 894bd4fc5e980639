/**
 * Language and appearance, kept in the browser's storage. By default the browser's own apply.
 */
import type { Language } from "../text/format.ts"

export type Theme = "system" | "light" | "dark"

export const languages: ReadonlyArray<Language> = ["en", "fr"]
export const themes: ReadonlyArray<Theme> = ["system", "light", "dark"]

const LANGUAGE = "hipay-pos.language"
const THEME = "hipay-pos.theme"

/** The chosen language, or the first supported one of the browser's, or English. */
export const language = (): Language =>
  languages.find((each) => each === read(LANGUAGE)) ?? preferred(navigator.languages)

/** The first supported language of some language tags. */
export const preferred = (tags: ReadonlyArray<string>): Language =>
  tags.map((tag) => languages.find((each) => tag.toLowerCase().split("-")[0] === each)).find((each) => each) ?? "en"

export const chooseLanguage = (chosen: Language): void => write(LANGUAGE, chosen)

export const theme = (): Theme => themes.find((each) => each === read(THEME)) ?? "system"

export const chooseTheme = (chosen: Theme): void => {
  write(THEME, chosen)
  applyTheme()
}

/** Applies the chosen appearance. */
export const applyTheme = (): void => {
  document.documentElement.setAttribute("data-theme", theme())
}

// Browsers may forbid storage: the choice then lasts until the page is closed.
const kept = new Map<string, string>()

const read = (key: string): string | null => {
  try {
    return localStorage.getItem(key)
  } catch {
    return kept.get(key) ?? null
  }
}

const write = (key: string, value: string): void => {
  try {
    localStorage.setItem(key, value)
  } catch {
    kept.set(key, value)
  }
}
