/**
 * A store that several gateways share, in PostgreSQL. For this workspace only; a gateway loads it only if it is configured.
 */
export * as Address from "./Address.ts"
export { checkShared, type SharedCheck } from "./checkShared.ts"
export * as Database from "./Database.ts"
export { forgetCustomers } from "./forgetCustomers.ts"
export { compareStore, type Import, importStore } from "./importStore.ts"
export { migrate, SCHEMA } from "./migrate.ts"
export { openShared } from "./openShared.ts"
export * as PostgresStore from "./PostgresStore.ts"
export { pruneShared } from "./pruneShared.ts"
export { makeSharedAlarms } from "./sharedAlarms.ts"
