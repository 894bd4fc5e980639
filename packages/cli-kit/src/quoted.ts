/** A text as one word of a shell command: unchanged, or in quotes. */
export const quoted = (text: string): string => {
  if (/^[\w@%+=:,./][\w@%+=:,./-]*$/.test(text)) return text
  return process.platform === "win32" ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`
}
