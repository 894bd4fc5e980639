/**
 * What a person chose for this screen, kept in the browser: language, appearance, name, terminal. By default the
 * browser's own.
 */
export type Language = "en" | "fr"
export type Theme = "auto" | "light" | "dark"

const read = (key: string): string | null => {
  try {
    return localStorage.getItem(`till.${key}`)
  } catch {
    // Browsers may forbid storage; then nothing is remembered.
    return null
  }
}

/** Remembers a choice. */
export const remember = (key: "language" | "theme" | "name" | "terminal", value: string): void => {
  try {
    localStorage.setItem(`till.${key}`, value)
  } catch {
    // As above.
  }
}

export const languageChosen = (): Language => {
  const chosen = read("language") ?? navigator.language.slice(0, 2)
  return chosen === "fr" ? "fr" : "en"
}

export const themeChosen = (): Theme => {
  const chosen = read("theme")
  return chosen === "light" || chosen === "dark" ? chosen : "auto"
}

export const nameChosen = (): string => read("name") ?? ""

/** The terminal that was used last at this screen, if the till still has it. */
export const terminalChosen = (terminals: ReadonlyArray<string>): string => {
  const last = read("terminal")
  return last !== null && terminals.includes(last) ? last : (terminals[0] ?? "")
}
