/** A batch report or a settlement beside a day's payments. Private: bundled into the command line and the console. */

export { evidenceOf, isResolvable, knownOf, lineText, toResolveRequest } from "./evidence.ts"
export {
  columnsOf,
  formats,
  type Line,
  type Lines,
  looksLikeStatus,
  Mapping,
  type ReadProblem,
  read
} from "./Line.ts"
export { type Cancelled, type Known, type Pair, type Reconciliation, reconcile } from "./reconcile.ts"
