/**
 * Compares a batch report or a settlement with a day's payments. Private: bundled into the command line and the
 * console.
 */

export { looksLikeAmount, looksLikeStatus, looksLikeType } from "./columnNames.ts"
export { evidenceOf, isResolvable, knownOf, lineText, otherLineText, toResolveRequest } from "./evidence.ts"
export { columnsOf, type Line, type Lines, type OtherLine, type ReadProblem, read } from "./Line.ts"
export { formats, Mapping } from "./Mapping.ts"
export {
  type Cancelled,
  type Known,
  type Lookup,
  type Pair,
  type PerhapsReversed,
  type Reconciliation,
  reconcile,
  reconcileDay
} from "./reconcile.ts"
