import { ofBytes, type TerminalEvidence } from "@hipay-pos/core/TerminalEvidence"
import { assert, it } from "vitest"
import { evidenceLines } from "../src/evidence.ts"

it("shows an amount of a later server in a currency that this version does not know", () => {
  const amount = { currency: "XTS", minorUnits: 1250 } as unknown as NonNullable<TerminalEvidence["amount"]>
  assert.include(evidenceLines({ ...ofBytes("CB"), amount }).join("\n"), "1250 minor units of XTS")
})
