/** What is used of the private package `files`: the build puts its code in this module's place. */
export { FileLock, flushFolder, Sqlite } from "@hipay-pos/files"
