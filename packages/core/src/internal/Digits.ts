/**
 * The digits of a text, in groups, with what stands between the groups.
 *
 * A stretch goes on as long as nothing but separators stands between digits: spaces, dashes, points and line breaks, of
 * any script. Markup and characters of no width do not even end a group. Digits may be of any script, or HTML entities.
 */

/** From one digit of a stretch to another, exclusive. */
export interface Group {
  readonly from: number
  readonly to: number
}

/** Where a digit stands in the text. */
export interface Place {
  readonly at: number
  readonly end: number
}

/** Digits that may belong together. */
export class Digits {
  readonly groups: Array<{ readonly from: number; to: number }> = []
  /** What stands before each group; empty before the first. */
  readonly joints: Array<string> = []
  private readonly source: string
  private readonly all: Array<Place> = []
  /** Their values, in ASCII. */
  private values = ""

  constructor(source: string) {
    this.source = source
  }

  get length(): number {
    return this.all.length
  }

  /** Adds a digit; a joint before it begins a group. */
  add(value: number, place: Place, joint: string): void {
    const index = this.all.length
    if (joint !== "" || index === 0) {
      this.groups.push({ from: index, to: index })
      this.joints.push(joint)
    }
    const group = this.groups[this.groups.length - 1]
    if (group !== undefined) group.to = index + 1
    this.values += value
    this.all.push(place)
  }

  /** Digits in ASCII. */
  text(from: number, to: number): string {
    return this.values.slice(from, to)
  }

  /** The character before a digit. */
  before(index: number): string {
    return this.source.charAt((this.all[index]?.at ?? 0) - 1)
  }

  /** Whether a letter stands right before or behind a group, as in `A0000` or `250g`. */
  touchesLetter({ from, to }: Group): boolean {
    return /\p{L}/u.test(this.before(from) + this.source.charAt(this.all[to - 1]?.end ?? 0))
  }

  /** Where some of them stand, in their order. */
  places(wanted: ReadonlySet<number>): ReadonlyArray<Place> {
    return this.all.filter((_, index) => wanted.has(index))
  }
}

/** What stands where a digit was. */
export type Sign = "#" | "*"

/** The text with digits covered, which are given in their order. */
export const cover = (text: string, places: ReadonlyArray<Place>, sign: Sign): string => {
  let covered = ""
  let from = 0
  for (let i = 0; i < places.length; ) {
    const { at = 0, end = 0 } = places[i] ?? {}
    let last = end
    // Digits that stand side by side are covered at once.
    for (i++; text[at] !== "&" && places[i]?.at === last && text[last] !== "&"; i++) last = places[i]?.end ?? last
    covered +=
      text.slice(from, at) + (text[at] === "&" ? coverEntity(text.slice(at, end), sign) : sign.repeat(last - at))
    from = last
  }
  return covered + text.slice(from)
}

/** The same length, still an entity. */
const coverEntity = (digit: string, sign: Sign): string => {
  const code = sign.charCodeAt(0).toString(/x/i.test(digit) ? 16 : 10)
  return digit.replace(/[0-9a-f]+(?=;)/i, (number) => code.padStart(number.length, "0"))
}

/** The stretches of a text that have so many digits, in order. */
export const readDigits = (text: string, least: number): ReadonlyArray<Digits> => {
  const stretches: Array<Digits> = []
  let current: Digits | undefined
  /** Where the last digit of the stretch ended. */
  let end = 0
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    let value = -1
    let width = 1
    if (code < 128) {
      if (code >= 48 && code <= 57) value = code - 48
      else if (code === AMPERSAND) [value, width] = entityAt(text, at)
    } else {
      const point = text.codePointAt(at) ?? 0
      width = point > 0xffff ? 2 : 1
      if (point >= 0x660 && decimal.test(String.fromCodePoint(point))) value = digitOf(point)
    }
    if (value < 0) {
      at += width
      continue
    }
    const joint = current === undefined ? undefined : readGap(text, end, at)
    if (current === undefined || joint === undefined) {
      if (current !== undefined && current.length >= least) stretches.push(current)
      current = new Digits(text)
    }
    end = at + width
    current.add(value, { at, end }, joint ?? "")
    at = end
  }
  if (current !== undefined && current.length >= least) stretches.push(current)
  return stretches
}

const AMPERSAND = 38

const decimal = /\p{Nd}/u

/** Decimal digits stand in rows that begin with zero; where rows stand side by side, each has ten. */
const digitOf = (point: number): number => {
  let first = point
  while (decimal.test(String.fromCodePoint(first - 1))) first--
  return (point - first) % 10
}

/** The digit that an entity stands for, or -1, and its length. */
const entityAt = (text: string, at: number): [number, number] => {
  const found = /^&#(?:0*(4[89]|5[0-7])|[xX]0*(3[0-9]));/.exec(text.slice(at, at + 16))
  if (found === null) return [-1, 1]
  const [{ length }, decimalCode, hexCode] = found
  return [decimalCode === undefined ? Number(hexCode) - 30 : Number(decimalCode) - 48, length]
}

/** The most characters of separators between two groups, line breaks and the spaces around them aside. */
const WIDEST = 3

/** What stands between two digits: undefined where it parts them, empty where it does not even part groups. */
const readGap = (text: string, from: number, to: number): string | undefined => {
  if (from === to) return ""
  // Longer than any markup and padding.
  if (to - from > 200) return undefined
  const gap = text.slice(from, to)
  if (plainGap.test(gap)) return gap
  // Most of what parts numbers is words, and markup has to end.
  if (word.test(gap) || (gap.startsWith("<") && !gap.includes(">"))) return undefined
  const joint = gap.replace(nothing, "")
  if (joint === "") return ""
  return separators.test(joint) && joint.replace(lineBreak, "").length <= WIDEST ? joint : undefined
}

const word = /^[a-zA-Z"'()=#*%+]/

/** What most gaps are. */
const plainGap = /^[ .,:/-]$/

/** Markup, its spaces and characters that do not show; a text of two bytes a character has NUL in each. */
const nothing =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes of terminals may be anything.
  /<[^<>]{0,60}>|&(?:nbsp|#160|#x[aA]0|ensp|emsp|thinsp|zwnj|zwj|shy);|[\p{Default_Ignorable_Code_Point}\0-\x08\x0b\x0c\x0e-\x1f\x7f]/gu

/** Spaces, dashes and points of any script; the upper bytes of UTF-8 that was read byte by byte. */
const separators = /^[\p{Z}\p{Pd}\p{Pc}\s.,:;/\\|·•∙‧⋅−\x80-\xbf\xc2\xe2]+$/u

const lineBreak = /[^\S\r\n]*\r?\n[^\S\r\n]*/g
