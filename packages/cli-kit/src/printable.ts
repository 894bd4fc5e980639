/** Texts of others on a terminal: what could move its cursor, or change its title or its clipboard, is shown as a dot. */

/** In one line. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, ".")

/** In as many lines as it has. */
export const printableLines = (text: string): string => text.replace(/\r\n?/g, "\n").replace(/(?!\n)\p{Cc}/gu, ".")
