/** The texts of a language, fetched on demand, and how a name from the server is looked up in them. */
import type { Words } from "./en.ts"
import type { Language } from "./format.ts"

export const loadWords = async (language: Language): Promise<Words> => {
  document.documentElement.lang = language
  const { words } = language === "fr" ? await import("./fr.ts") : await import("./en.ts")
  return words
}

/** The text for a name, or the name itself where there is none: a newer server may have others. */
export const textFor = (texts: Readonly<Record<string, string>>, name: string): string =>
  (Object.hasOwn(texts, name) ? texts[name] : undefined) ?? name
