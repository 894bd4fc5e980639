/** Runs the effects of a journal. A module of its own, to be loaded on demand. */
export { runPromise } from "effect/Effect"
