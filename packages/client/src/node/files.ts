/** What is used of the private package `files`: the build bundles its code here. */
export { FileLock, flushFolder, Sqlite } from "@hipay-pos/files"
