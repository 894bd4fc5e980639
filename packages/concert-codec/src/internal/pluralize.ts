/** A number with its noun, for people: `1 byte`, `7 bytes`. */
export const pluralize = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`
