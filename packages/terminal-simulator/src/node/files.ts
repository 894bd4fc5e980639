/** The part of the private package `files` that is used; the build inlines its code here. */
export { AppendLog } from "@hipay-pos/files"
