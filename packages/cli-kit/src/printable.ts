/**
 * Makes foreign text safe for a terminal: characters that could move its cursor, or change its title or clipboard, become
 * dots. So do those that reorder a line, such as the one that writes `00.21` as `12.00`, and those that are not visible.
 */

/** Control characters, other line ends, and invisible characters except those that join letters. */
const unsafe = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** As one line. */
export const printable = (text: string): string => text.replace(unsafe, ".")

/** Keeps the line breaks. */
export const printableLines = (text: string): string =>
  text.replace(/\r\n?/g, "\n").split("\n").map(printable).join("\n")
