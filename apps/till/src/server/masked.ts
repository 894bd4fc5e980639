/**
 * Masks card numbers in what people typed, before it is stored, and when older files are read, which were written without
 * masking. The client masks what servers and terminals say.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"
import type { Closing } from "../sale/Closing.ts"
import type { Fact } from "../sale/SaleEvent.ts"

export const maskedFact = (fact: Fact): Fact => {
  switch (fact._tag) {
    case "LineAdded":
      return { ...fact, line: maskedLine(fact.line) }
    case "Opened":
      return { ...fact, lines: fact.lines.map(maskedLine) }
    case "CardResolved": {
      const { by, evidence } = fact.resolution
      const words = { by: CardNumber.maskWritten(by), evidence: CardNumber.maskWritten(evidence) }
      return { ...fact, resolution: { ...fact.resolution, ...words } }
    }
    default:
      return fact
  }
}

const maskedLine = <L extends { readonly name: string }>(line: L): L => ({
  ...line,
  name: CardNumber.maskWritten(line.name)
})

export const maskedClosing = (closing: Closing): Closing => ({
  ...closing,
  by: CardNumber.maskWritten(closing.by),
  ...(closing.note === undefined ? {} : { note: CardNumber.maskWritten(closing.note) })
})
