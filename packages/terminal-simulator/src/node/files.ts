/** What is used of the private package `files`: the build puts its code in this module's place. */
export { AppendLog } from "@hipay-pos/files"
