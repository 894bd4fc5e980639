/**
 * A ticket as the bytes of an ESC/POS printer: reset, code page 858 (which has the euro sign), the lines, feed, cut.
 * Source: Epson's ESC/POS command reference; these four commands are common to printers of other makers.
 */
import * as Receipt from "@hipay-pos/core/Receipt"

const ESC = 0x1b
const GS = 0x1d

/** Page 19 of `ESC t` is code page 858. */
const CP858 = 19

/** The bytes; the lines must not contain control characters. */
export const escPos = (lines: ReadonlyArray<string>): Uint8Array =>
  Uint8Array.of(
    ...[ESC, 0x40],
    ...[ESC, 0x74, CP858],
    ...Receipt.toCp858(lines.map((line) => `${line}\n`).join("")),
    ...[ESC, 0x64, 4],
    ...[GS, 0x56, 66, 0]
  )
