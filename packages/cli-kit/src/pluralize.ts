/** A number with its noun: `1 attempt`, `7 attempts`. */
export const pluralize = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`
