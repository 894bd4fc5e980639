/**
 * A finding as it is shown. What earlier versions kept of a service's answer that was not known was the value itself, texts in
 * quotation marks: it may be a customer's name or a secret, and only what it is is shown of it.
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

/** Numbers with as many digits as a postal code, a date or a telephone number; not how long a text is. */
const withoutNumbers = (sample: string): string => sample.replace(/(?<!a text of )(?<![\w.])-?\d[\d.]{4,}/g, "a number")
