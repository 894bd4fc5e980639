/** What was typed or read, as an error may repeat it: card numbers are masked, and so is the login in a URL. */
import * as CardNumber from "@hipay-pos/core/CardNumber"

/** Masks an error's text. */
export const withoutSecrets = (text: string): string => CardNumber.maskWritten(text.replace(/\/\/[^\s"]*@/g, "//***@"))
