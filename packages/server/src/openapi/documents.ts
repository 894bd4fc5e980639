/** The API's description, loaded on first request. */
export { describe } from "./describe.ts"
export { page } from "./page.ts"
export { referencePage, referenceScript } from "./reference.ts"
export { style } from "./style.ts"
