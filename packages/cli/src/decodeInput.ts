/** What `decode` is given: a message as it stands, the hex of one, or a line of a log with one in it. */

/** A message, and where the text that was given differs from it. */
export interface GivenMessage {
  readonly message: string
  /** What was taken for it, where it is not the text as it was given. */
  readonly taken?: "hex" | "log line"
}

/** `43 5A 30`, `43:5A:30`, `0x43 0x5a`, or `435a30`, as Wireshark and hex dumps write bytes. */
const hex = /^\s*(?:0x)?[0-9a-f]{2}(?:[\s:,-]*(?:0x)?[0-9a-f]{2})*\s*$/i

/** A message begins with its protocol version, in a log line behind a time and other words. */
const inLine = /^[\t\x20-\x7e]*?\b(CZ004\d{4}.*)$/s

/** Finds the message. Bytes before it that are not text are kept, because they were sent. */
export const readMessage = (text: string): GivenMessage => {
  if (/^CZ/.test(text)) return { message: text }
  if (hex.test(text)) {
    const digits = text.replace(/0x/gi, "").replace(/[^0-9a-f]/gi, "")
    const message = Buffer.from(digits, "hex").toString("latin1")
    if (/^[A-Z]{2}/.test(message)) return { message, taken: "hex" }
  }
  const [, message] = inLine.exec(text) ?? []
  return message === undefined
    ? { message: text }
    : { message: message.replace(/["'\]})]*\s*$/, ""), taken: "log line" }
}

/** The bytes around one that is wrong, with a mark beneath it. Digits are hidden: they may be of a card number that shows elsewhere. */
export const underline = (message: string, offset: number): string => {
  const from = Math.max(0, offset - 5)
  const around = message
    .slice(from, offset + 4)
    .replace(/[^\x20-\x7e]/g, ".")
    .replace(/\d/g, "#")
  return `  ${around}\n  ${" ".repeat(offset - from)}^ byte ${offset}`
}
