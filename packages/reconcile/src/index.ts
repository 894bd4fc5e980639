/** A batch report or a settlement beside a day's payments. Private: bundled into the command line and the console. */

export { evidenceOf, isResolvable, knownOf, lineText, otherLineText, toResolveRequest } from "./evidence.ts"
export {
  columnsOf,
  formats,
  type Line,
  type Lines,
  looksLikeAmount,
  looksLikeStatus,
  looksLikeType,
  Mapping,
  type OtherLine,
  type ReadProblem,
  read
} from "./Line.ts"
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
