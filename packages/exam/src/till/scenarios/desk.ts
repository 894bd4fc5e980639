import type { Scenario } from "../Scenario.ts"
export const desk: ReadonlyArray<Scenario> = []
