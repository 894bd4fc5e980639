/** The control API's routes for an app of your own, on any runtime. */
export { type ControlRoutesOptions, makeControlRoutes, type Refuse } from "./controlRoutes.ts"
