/** A count and its noun. */
export const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

/** En français, zéro est singulier. */
export const accord = (n: number, un: string, plusieurs: string): string => `${n} ${n < 2 ? un : plusieurs}`
