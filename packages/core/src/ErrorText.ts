/** Anything that was thrown, as text to end a sentence with: other people's code may throw any class, or no error at all. */

/** An error's message, or its name if it has none; any other value as text. */
export const of = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message || String(thrown) : String(thrown)
