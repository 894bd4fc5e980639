/** Normalizes a text for searches: lower case, no accents. */
export const plainText = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
