/** What requests and responses share: actions, fields without their own property, and the error of what cannot be sent. */
export { type Action, EncodeError, Extra } from "./internal/Message.ts"
