/** The texts of a language, loaded on demand, and the lookup of names from the server. */
import type { Words } from "./en.ts"
import type { Language } from "./format.ts"

export const loadWords = async (language: Language): Promise<Words> => {
  document.documentElement.lang = language
  const { words } = language === "fr" ? await import("./fr.ts") : await import("./en.ts")
  return words
}

/** The text for a name, or the name itself if there is none: a newer server may have others. */
export const textFor = (texts: Readonly<Record<string, string>>, name: string): string =>
  (Object.hasOwn(texts, name) ? texts[name] : undefined) ?? name
