/**
 * Masks text that an error may repeat, typed or read: card numbers, and logins, in a URL or alone. A very long text is
 * cut after a whole word: half a login could not be recognised.
 */
import * as CardNumber from "@hipay-pos/core/CardNumber"

/**
 * A login follows `//`: there is an `@` before the path, or a colon that is not before the port of a host such as
 * 127.0.0.1. Our own sentences use `//USER@HOST` to say what is expected.
 */
const inUrl = /\/\/(?!USER@HOST)(?:[^/?#]*@|(?!(?:localhost|(?=[^/?#:]*\.)[^/?#:]*):\d{1,5}[/?#])[^/?#:[]+:)/

/** `username:password`, unless it is the start of a URL. */
const alone = /(?:^|[=(,])(?=[^=(,:/]+:(?!\/\/))/

/** A time before an `@` is not a login. */
const time = /^(?:\d{4}-\d\d-\d\dT)?\d{1,2}:\d\d(?::\d\d)?$/

/** The address of a shared store may name a user without a password, which a sentence that shows a command to run needs. */
const userOfStore = /^[\w=('-]*postgres(?:ql)?:\/\/[\w.%~-]+@[^@]*$/i

/** Passwords may have an `@`, or characters that end the host of a URL: hides everything before the last `@`. */
const maskInUrl = (word: string): string => {
  const end = word.lastIndexOf("@")
  const start = end < 0 ? -1 : word.search(inUrl)
  return start < 0 || start > end || userOfStore.test(word) ? word : `${word.slice(0, start)}//***${word.slice(end)}`
}

const maskAlone = (word: string): string => {
  const end = word.lastIndexOf("@")
  const { index, 0: before } = alone.exec(word.slice(0, Math.max(end, 0))) ?? { index: -1, 0: "" }
  const start = index + before.length
  return index < 0 || time.test(word.slice(start, end)) ? word : `${word.slice(0, start)}***${word.slice(end)}`
}

/** In characters. */
const MAX_LENGTH = 64 * 1024

const bounded = (text: string): string => {
  if (text.length <= MAX_LENGTH) return text
  const head = CardNumber.maskedStart(text, MAX_LENGTH)
  return `${head.slice(0, head.search(/\s\S*$/) + 1)}…`
}

/** Masks an error's text. */
export const withoutSecrets = (text: string): string =>
  CardNumber.maskWritten(
    bounded(text)
      .replace(/[^\s"]+/g, maskInUrl)
      .replace(/[^\s"']+/g, maskAlone)
  )
