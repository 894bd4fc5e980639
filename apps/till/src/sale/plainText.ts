/** A text as it is compared in searches: in lower case, without accents. */
export const plainText = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
