/** A value as one line of JSON, safe for a terminal: escapes characters that JSON allows unescaped and a terminal may obey. */
export const jsonLine = (value: unknown): string =>
  JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, at) => escaped(character.charCodeAt(at))).join("")
  )

const escaped = (unit: number): string => `\\u${unit.toString(16).padStart(4, "0")}`
