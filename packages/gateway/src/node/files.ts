/** What the gateway uses of the private package `files`: the build inlines its code here. */
export { FileLock, flushFolder } from "@hipay-pos/files"
