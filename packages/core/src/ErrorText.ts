/** What was thrown, as the end of a sentence: errors of other people's code, whose classes are not known. */

/** An error's message, its name where it has none; any other value as text. */
export const of = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message || String(thrown) : String(thrown)
