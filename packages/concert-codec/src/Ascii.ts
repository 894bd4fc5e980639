/**
 * Text as the wire allows it: printable ASCII, U+0020 to U+007E.
 *
 * Encoders refuse anything else; convert text here first to send an approximation rather than nothing.
 */
import * as Tag from "./Tag.ts"

/** Removes accents, splits ligatures into two letters, and drops what ASCII cannot express. */
export const fromText = (text: string): string =>
  Tag.isPrintable(text)
    ? text
    : text
        .replace(/[œŒæÆßøØłŁđĐ]/g, (letter) => ligatures[letter] ?? "")
        .normalize("NFKD")
        .replace(/[^ -~]/g, "")

const ligatures: Readonly<Record<string, string>> = {
  œ: "oe",
  Œ: "OE",
  æ: "ae",
  Æ: "AE",
  ß: "ss",
  ø: "o",
  Ø: "O",
  ł: "l",
  Ł: "L",
  đ: "d",
  Đ: "D"
}
