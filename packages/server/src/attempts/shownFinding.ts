/**
 * A finding for display. Earlier versions kept the unknown values of a service's answer themselves, texts in quotation marks:
 * they may be a customer's name or a secret, so only their kind is shown.
 */
import * as Finding from "@hipay-pos/core/Finding"

export const shownFinding = (finding: Finding.Finding): Finding.Finding => {
  const { code, severity, path, expected, actual } = finding
  if (!code.startsWith("upstream-")) return finding
  const shown = code === "upstream-code-unknown" ? actual.replace(/^"([\w.:-]{1,80})"$/, "$1") : withoutNumbers(actual)
  return Finding.make(severity, code, path, expected, withoutTexts(shown))
}

const withoutTexts = (sample: string): string =>
  sample.replace(/"((?:[^"\\]|\\.)*)"/g, (_, text: string) => `a text of ${text.length} characters`)

/** Hides numbers with as many digits as a postal code, date or phone number, but not the length of a text. */
const withoutNumbers = (sample: string): string => sample.replace(/(?<!a text of )(?<![\w.])-?\d[\d.]{4,}/g, "a number")
