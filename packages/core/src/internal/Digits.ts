/**
 * The digits of a text, in groups, with the text between the groups.
 *
 * A stretch continues while only separators come between digits: spaces, dashes, points and line breaks, of any script.
 * Tags are skipped: those that end a line or a cell separate groups, as they do on paper; other tags, and zero-width
 * characters, do not even end a group. Digits may be of any script, or HTML entities; those inside a tag form stretches of
 * their own.
 */
import { luhnDoubled } from "./cardDigits.ts"
import { characterOf, Markup, nameOf, numericEntity, separatorOf } from "./Markup.ts"

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
  /** The text before each group; empty before the first. */
  readonly joints: Array<string> = []
  private readonly source: string
  private readonly all: Array<Place> = []
  /** Their values, in ASCII. */
  private values = ""
  /** For each digit, two Luhn sums of the digits before it: one doubles the digits at odd positions, the other the rest. */
  private readonly sums: readonly [odd: Array<number>, even: Array<number>] = [[0], [0]]

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
    const [doubled, other] = index % 2 === 0 ? [this.sums[1], this.sums[0]] : this.sums
    doubled.push((doubled[index] ?? 0) + luhnDoubled(value))
    other.push((other[index] ?? 0) + value)
  }

  /** Whether digits pass the Luhn check, in constant time. */
  passLuhn(from: number, to: number): boolean {
    const sums = this.sums[to % 2 === 0 ? 1 : 0]
    return ((sums[to] ?? 0) - (sums[from] ?? 0)) % 10 === 0
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

  /** The text right before and after a group. */
  around({ from, to }: Group, count: number): readonly [before: string, behind: string] {
    const [at, end] = [this.all[from]?.at ?? 0, this.all[to - 1]?.end ?? 0]
    return [this.source.slice(Math.max(0, at - count), at), this.source.slice(end, end + count)]
  }

  /** The positions of the digits marked with 1, in order. */
  places(wanted: Uint8Array): ReadonlyArray<Place> {
    return this.all.filter((_, index) => wanted[index] === 1)
  }
}

/** What replaces a digit. */
export type Sign = "#" | "*"

/** Masks the digits at `places`, which are in order. */
export const cover = (text: string, places: ReadonlyArray<Place>, sign: Sign): string => {
  let covered = ""
  let from = 0
  for (let i = 0; i < places.length; ) {
    const { at = 0, end = 0 } = places[i] ?? {}
    let last = end
    // Adjacent digits are masked at once.
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

/** The stretches of a text with at least so many digits. */
export const readDigits = (text: string, least: number): ReadonlyArray<Digits> => {
  const stretches: Array<Digits> = []
  const markup = new Markup(text)
  const read = (from: number, to: number) => {
    let current: Digits | undefined
    const finish = () => {
      if (current !== undefined && current.length >= least) stretches.push(current)
    }
    /** Where the last digit or tag ended. */
    let end = from
    /** The text between the last digit and the last tag, with separators in place of tags. */
    let gap = ""
    for (let at = from; at < to; ) {
      const code = text.charCodeAt(at)
      const behind = code === LESS ? markup.endAt(at) : undefined
      if (behind !== undefined && behind <= to && text[behind - 1] === ">") {
        if (gap.length <= LONGEST_GAP) gap += text.slice(end, at) + separatorOf(nameOf(text.slice(at, at + 16)) ?? "")
        read(at + 1, behind - 1)
        at = behind
        end = behind
        continue
      }
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
      const joint = current === undefined ? undefined : readGap(gap, text, end, at)
      if (current === undefined || joint === undefined) {
        finish()
        current = new Digits(text)
      }
      end = at + width
      gap = ""
      current.add(value, { at, end }, joint ?? "")
      at = end
    }
    finish()
  }
  read(0, text.length)
  return stretches
}

const AMPERSAND = 38
const LESS = 60

const decimal = /\p{Nd}/u

/** Unicode has decimal digits in rows of ten from zero; rows may be adjacent. */
const digitOf = (point: number): number => {
  let first = point
  while (decimal.test(String.fromCodePoint(first - 1))) first--
  return (point - first) % 10
}

/** The digit that an entity stands for, or -1, and the entity's length: it is skipped as a whole, because its own number is not text. */
const entityAt = (text: string, at: number): [number, number] => {
  const [entity] = numericEntity.exec(text.slice(at, at + 16)) ?? []
  const character = entity === undefined ? undefined : characterOf(entity)
  if (entity === undefined || character === undefined) return [-1, 1]
  const value = character.charCodeAt(0) - 48
  return [value >= 0 && value <= 9 ? value : -1, entity.length]
}

/** The most characters between two digits, tags aside. */
const LONGEST_GAP = 200

/** The most characters of separators between two groups, line breaks and the spaces around them aside. */
const WIDEST = 3

/** The separator between two digits: undefined if it ends the stretch, empty if it does not even end a group. */
const readGap = (before: string, text: string, from: number, to: number): string | undefined => {
  if (from === to && before === "") return ""
  if (before.length + to - from > LONGEST_GAP) return undefined
  const gap = before + text.slice(from, to)
  if (plainGap.test(gap)) return gap
  // The common case: words between numbers.
  if (word.test(gap)) return undefined
  const joint = gap.replace(nothing, "").replace(numericEntities, (entity) => characterOf(entity) ?? entity)
  if (joint === "") return ""
  return separators.test(joint) && (blanks.test(joint) || !isWide(joint)) ? joint : undefined
}

/** Whether a line ends between two groups. */
export const isBreak = (joint: string): boolean => /[\r\n]/.test(joint)

/** Whether two groups are in separate columns. */
export const isWide = (joint: string): boolean => withoutBreaks(joint).length > WIDEST

const withoutBreaks = (joint: string): string => joint.replace(lineBreak, "")

const word = /^[a-zA-Z"'()=#*%+<]/

/** The common case. */
const plainGap = /^[ .,:/-]$/

/** Invisible characters and printer commands; text of two bytes a character has a NUL in each. */
const nothing =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes of terminals may be anything.
  /[\x1b-\x1d][!-/:-~]|&(?:nbsp|#160|#x[aA]0|ensp|emsp|thinsp|zwnj|zwj|shy);|[\p{Default_Ignorable_Code_Point}\0-\x08\x0b\x0c\x0e-\x1f\x7f]/gu

const numericEntities = new RegExp(numericEntity.source.slice(1), "gi")

/** Spaces, dashes and points of any script; the upper bytes of UTF-8 that was read byte by byte. */
const separators = /^[\p{Z}\p{Pd}\p{Pc}\s.,:;/\\|·•∙‧⋅−\x80-\xbf\xc2\xe2]+$/u

const blanks = /^[\p{Z}\s]+$/u

const lineBreak = /[^\S\r\n]*\r?\n[^\S\r\n]*/g
