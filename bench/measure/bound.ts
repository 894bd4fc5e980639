import { budgets } from "../budgets.ts"

/** A budget in words. */
export const bound = (name: string): string => {
  const { unit = "", least, most } = budgets[name] ?? {}
  if (least !== undefined) return `at least ${least} ${unit}`.trimEnd()
  return most === undefined ? "" : `at most ${most} ${unit}`.trimEnd()
}
