/** All that describes the API, loaded when it is first asked for. */
export { describe } from "./describe.ts"
export { page } from "./page.ts"
export { referencePage, referenceScript } from "./reference.ts"
export { style } from "./style.ts"
