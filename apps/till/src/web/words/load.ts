/** The texts of one language: each is a separate file, and a screen loads only the one that it shows. */
import type { Language } from "../preferences.ts"
import type { Words } from "./en.ts"

export const loadWords = async (language: Language): Promise<Words> =>
  language === "fr" ? (await import("./fr.ts")).fr : (await import("./en.ts")).en
