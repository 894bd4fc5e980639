/** Text with one character per byte, as the codec deals in, and the bytes of the line. */

/** The bytes of a text; characters are U+0000 to U+00FF. */
export const toBytes = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index)
  return bytes
}

/** The text of bytes. */
export const fromBytes = (bytes: Uint8Array): string => {
  let text = ""
  for (let start = 0; start < bytes.length; start += SLICE) {
    text += String.fromCharCode(...bytes.subarray(start, start + SLICE))
  }
  return text
}

/** Arguments of one call: far below what engines take. */
const SLICE = 4096
