/**
 * Text as the wire takes it: printable ASCII, U+0020 to U+007E.
 *
 * Encoders refuse anything else; use this first to send an approximate text rather than none.
 */
import * as Tag from "./Tag.ts"

/** Letters without their accents, ligatures as two letters; what ASCII cannot say at all is left out. */
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
