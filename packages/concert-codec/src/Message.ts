/** What requests and responses have in common: the action, fields without a property of their own, and what cannot be sent. */
export { type Action, EncodeError, Extra } from "./internal/Message.ts"
