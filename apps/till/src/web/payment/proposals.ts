/** The notes that a customer is likely to give for an amount, in minor units: the next full 5, 10, 20, 50 and 100, three at most. */
export const proposals = (amount: number, exponent: number): ReadonlyArray<number> => {
  const notes = [5, 10, 20, 50, 100].map((note) => note * 10 ** exponent)
  const next = notes.map((note) => Math.ceil(amount / note) * note).filter((proposal) => proposal > amount)
  return [...new Set(next)].sort((a, b) => a - b).slice(0, 3)
}
