/** What is used of the private package `files`: the build puts its code in this module's place. */
export { FileLock, flushFolder } from "@hipay-pos/files"
