/** The plain hash of a text's UTF-8, in lower-case hexadecimal, as notifications are signed. */
export const digest = async (algorithm: string, text: string): Promise<string> => {
  const bytes = await crypto.subtle.digest(algorithm, new TextEncoder().encode(text))
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("")
}
