/**
 * Makes foreign text safe for a terminal: characters that could move its cursor, or change its title or clipboard,
 * become dots.
 */

/** As one line. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, ".")

/** Keeps the line breaks. */
export const printableLines = (text: string): string => text.replace(/\r\n?/g, "\n").replace(/(?!\n)\p{Cc}/gu, ".")
