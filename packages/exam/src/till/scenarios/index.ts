/** Every scenario, in the order of the examination. */
import type { Scenario } from "../Scenario.ts"
import { desk } from "./desk.ts"
import { disturbances } from "./disturbances.ts"
import { payments } from "./payments.ts"
import { unknown } from "./unknown.ts"

export const scenarios: ReadonlyArray<Scenario> = [...payments, ...unknown, ...disturbances, ...desk]
