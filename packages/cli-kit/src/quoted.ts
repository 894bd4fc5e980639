/** A text as one word of a command that is typed: as it is, or in quotes that the shell takes away again. */
export const quoted = (text: string): string => {
  if (/^[\w@%+=:,./][\w@%+=:,./-]*$/.test(text)) return text
  return process.platform === "win32" ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`
}
