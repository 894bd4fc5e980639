/**
 * Checks a body against the contract's own schema: every fault in the order and wording of the validator that the real
 * service evidently runs (ajv 6 behind openapi-request-validator), and the defaults it fills in.
 *
 * Both work on shapes, which mirror the wire schemas. Decoding is stricter than the contract in two places, and those faults
 * have the keyword `shape`: numbers must be finite, and whole ones below 2^53; `terminal_transaction_display` must be an
 * object.
 */
export { shapeOf, UNTYPED } from "../internal/schemaShape.ts"
export * from "../plain/Contract.ts"
