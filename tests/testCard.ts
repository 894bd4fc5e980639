/** The test cards, by name. */
import { TestCard } from "@hipay-pos/terminal-simulator"
import { assert } from "vitest"

export const testCard = (name: string): TestCard.TestCard =>
  TestCard.get(name) ?? assert.fail(`there is no test card ${name}`)
