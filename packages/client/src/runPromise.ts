/** What runs the effects of a journal that is made of them. */
export { runPromise } from "effect/Effect"
