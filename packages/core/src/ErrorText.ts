/** The text of anything thrown, to end a sentence with: third-party code may throw any class, or something that is not an error. */

/** An error's message, or its name if it has none; any other value as text. */
export const of = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message || String(thrown) : String(thrown)
