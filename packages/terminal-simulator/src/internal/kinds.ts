/** Refuses what is of another kind: a program without types may give only a name, which would be ignored. */
import * as Finding from "@hipay-pos/core/Finding"
import { isObject, object } from "@hipay-pos/core/JsonObject"
import type { Behaviour, Cardholder } from "../cardholder/Cardholder.ts"
import type { TestCard } from "../cardholder/TestCard.ts"
import { catalogue, type Fault } from "../faults/Fault.ts"
import type { Profile } from "../profiles/Profile.ts"

/** Throws a `RangeError`. */
export const checkFault = (fault: Fault): void =>
  refuse(Object.hasOwn(catalogue, String(object(fault).name)), 'a fault such as Fault.of("answer-lost")', fault)

/** Throws a `RangeError`. */
export const checkCardholder = (cardholder: Cardholder): void => {
  refuse("_tag" in object(cardholder), "a cardholder such as Cardholder.auto()", cardholder)
  if (cardholder._tag === "Auto") checkCard(cardholder.card)
  if (cardholder._tag === "Scripted") for (const step of [...cardholder.steps, cardholder.thereafter]) checkStep(step)
}

/** Throws a `RangeError`. */
export const checkStep = (step: Behaviour): void => {
  refuse("_tag" in object(step), "a step such as Cardholder.pays()", step)
  if ("card" in step) checkCard(step.card)
}

/** Throws a `RangeError`. */
export const checkCard = (card: TestCard): void =>
  refuse(isObject(card), 'a card such as TestCard.get("refused")', card)

/** Throws a `RangeError`. */
export const checkProfile = (profile: Profile): void =>
  refuse(isObject(profile), "a profile such as Profile.payxpert", profile)

const refuse = (holds: boolean, expected: string, given: unknown): void => {
  if (!holds) throw new RangeError(`expected ${expected}, got ${Finding.describe(given, "")}`)
}
