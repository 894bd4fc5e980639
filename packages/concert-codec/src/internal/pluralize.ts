/** A number with its noun, for people: `1 byte`, `7 bytes`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`
