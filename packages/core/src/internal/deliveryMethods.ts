/** The contract's ways of delivery. */
export const deliveryMethods = [
  "EXPRESS24H",
  "EXPRESS48H",
  "STORE",
  "STORE24H",
  "CARRIER",
  "CARRIER24H",
  "RELAYPOINT",
  "RELAYPOINT24H"
] as const
