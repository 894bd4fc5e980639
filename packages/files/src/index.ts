/** Files that survive crashes. Private: bundled into the packages that use it. */
export * as AppendLog from "./AppendLog.ts"
export * as FileLock from "./FileLock.ts"
export { flushFolder } from "./flushFolder.ts"
export * as Sqlite from "./Sqlite.ts"
