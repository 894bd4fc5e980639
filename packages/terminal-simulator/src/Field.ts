/** Raw Concert fields as this terminal reads and writes them: two-letter tag and value, one character per byte. */

/** A raw field. */
export interface Field {
  readonly tag: string
  readonly value: string
}

/** The first value of a tag, or `undefined`. */
export const fieldValue = (fields: ReadonlyArray<Field>, tag: string): string | undefined => {
  for (const field of fields) if (field.tag === tag) return field.value
  return undefined
}

/** Fields as text: tag, three digits of length, value. A length over 999 keeps its last three digits. */
export const toText = (fields: ReadonlyArray<Field>): string => {
  let text = ""
  for (const { tag, value } of fields) text += tag + String(value.length).padStart(3, "0") + value
  return text
}

/** Text as bytes, one a character. */
export const toBytes = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index)
  return bytes
}

/** Bytes as text, one character each. */
export const fromBytes = (bytes: Uint8Array): string => {
  let text = ""
  for (let start = 0; start < bytes.length; start += 4096) {
    text += String.fromCharCode(...bytes.subarray(start, start + 4096))
  }
  return text
}
