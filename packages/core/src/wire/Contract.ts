/**
 * What the contract's own schema says of a body: every fault in the order and words of the validator that the real
 * service evidently runs (ajv 6 behind openapi-request-validator), and the defaults it writes.
 *
 * Both work on shapes, which say what the wire schemas say. Decoding is stricter than the contract in two places, and
 * those faults have the keyword `shape`: numbers must be finite and whole ones below 2^53, and
 * `terminal_transaction_display` must be an object.
 */
export { shapeOf, UNTYPED } from "../internal/schemaShape.ts"
export * from "../plain/Contract.ts"
