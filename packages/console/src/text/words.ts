/** The words of a language, fetched when they are wanted. */
import type { Words } from "./en.ts"
import type { Language } from "./format.ts"

export const loadWords = async (language: Language): Promise<Words> => {
  document.documentElement.lang = language
  const { words } = language === "fr" ? await import("./fr.ts") : await import("./en.ts")
  return words
}
