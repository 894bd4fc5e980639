/** What requests and responses have in common: what a terminal is asked to do, fields of no property, and what cannot be sent. */
export { type Action, EncodeError, Extra } from "./internal/Message.ts"
