/** What was typed or read, as an error may repeat it: card numbers are masked, and so are logins, in a URL or alone. */
import * as CardNumber from "@hipay-pos/core/CardNumber"

/** `//USER@HOST` is how our own sentences say what is expected. */
const inUrl = /\/\/(?!USER@HOST)[^\s"]*@/g

/** `username:password@`, where it does not begin with the scheme of a URL. */
const alone = /(^|[\s"'=(,])[^\s"'=(,:/]+:(?!\/\/)[^\s"']*@/g

/** Masks an error's text. */
export const withoutSecrets = (text: string): string =>
  CardNumber.maskWritten(text.replace(inUrl, "//***@").replace(alone, "$1***@"))
