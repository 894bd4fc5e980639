/**
 * Card numbers in texts: where they stand, and the text without them.
 *
 * A card number has 13 to 19 digits of any script, in groups or not, with spaces, dashes, points, line breaks, markup or
 * characters of no width between them. Other digits may stand beside it and are kept, except for three or four that may be
 * its CVV. First six and last four digits stay, the others become `#`, or the sign that is asked for: lengths stay the same.
 * {@link maskWritten} is for what people and programs write, where the check digit decides, {@link maskAddress} for the
 * addresses among that, where the brand does, too; {@link maskPrinted} for what terminals write, where the length does. The
 * reasons are in docs/card-data.md.
 */
import { cover, type Digits, type Group, isBreak, isWide, readDigits, type Sign } from "./internal/Digits.ts"

/** The fewest digits of a card number. */
export const SHORTEST = 13
/** The most digits of a card number. */
export const LONGEST = 19

const FIRST = 6
const LAST = 4

/** What a person or a program wrote: masks what begins like a payment card's number and has the right check digit. */
export const maskWritten = (text: string, sign: Sign = "#"): string => mask(text, writtenIn, sign)

/** What a terminal wrote where card numbers stand: masks what has the length or the groups of one, check digit or not. */
export const maskPrinted = (text: string, sign: Sign = "#"): string =>
  onlyDigits.test(text)
    ? text.slice(0, FIRST) + sign.repeat(text.length - FIRST - LAST) + text.slice(-LAST)
    : mask(text, printedIn, sign)

/** The start of a text, masked before it is cut: what the cut leaves of a card number could no longer be recognized. */
export const maskedStart = (text: string, length: number, mask: (text: string) => string = maskWritten): string =>
  mask(text.slice(0, length + WIDEST)).slice(0, length)

/** More characters than a card number takes, even with markup between its groups. */
const WIDEST = 1_024

/** What most fields are that hold a number at all. */
const onlyDigits = /^[0-9]{13,}$/

/**
 * An address that a program wrote and that is called: masks what has the beginning, the length and the check digit of a
 * known brand. Another number that merely passes the check stays, because an address with a mask is another address.
 */
export const maskAddress = (text: string): string =>
  mask(text, (digits) => writtenIn(digits).filter(({ from, to }) => brands.test(digits.text(from, to))), "#")

/** Whether {@link maskAddress} masked something in an address, which has one `#` at most. */
export const isMaskedAddress = (url: string): boolean => url.indexOf("#") !== url.lastIndexOf("#")

/**
 * A reference that may be an order's id: masks what has the length and the beginning of a card number, check digit or not.
 * Times in milliseconds, which ids are often made of, begin with 1.
 */
export const maskReference = (text: string): string =>
  mask(text, (digits) => printedIn(digits).filter(({ from, to }) => beginning.test(digits.text(from, to))), "#")

/** What cards of all brands that terminals take begin with. */
const beginning = /^[2-6]/

/**
 * Whether a form's or a document's field is one for a card number, by its own name or by one around it, and not by letters
 * within a word: `payment_method[pan]`, `order_pan1` and `ns:card_number`, not `company_siret`.
 */
export const isField = (name: string): boolean => cardField.test(name)

const cardField = /(?:^|\P{L})(?:(?:card)?pan|card[\W_]*number)(?:\P{L}|$)/iu

/** Whether digits end with the check digit of ISO/IEC 7812 (Luhn). */
export const passesLuhn = (digits: string): boolean => {
  let sum = 0
  for (let i = 1; i <= digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - i) - 48
    const doubled = i % 2 === 0 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/**
 * Whether one text between quotes has enough digits for a card number, by the bytes of JSON in UTF-8: false for most of it, at
 * the cost of one look at each byte. What is escaped or has an exponent could hide one. `isOther` may know, by the place of
 * the last one, that thirteen digits are another number.
 */
export const mayBeInJson = (json: Uint8Array, isOther?: (json: Uint8Array, last: number) => boolean): boolean => {
  let digits = 0
  let inText = false
  for (let i = 0; i < json.length; i++) {
    const kind = kinds[json[i] as number]
    if (kind === OTHER) continue
    if (kind === QUOTE) {
      digits = 0
      inText = !inText
    } else if (kind === DIGIT) {
      if (++digits >= SHORTEST && !(digits === SHORTEST && isOther?.(json, i))) return true
      if (!inText && isExponent(json[i + 1])) return true
    } else if (json[++i] === 0x75) return true
  }
  return false
}

/** What a byte of JSON may be. */
const OTHER = 0
const QUOTE = 1
const DIGIT = 2
const ESCAPE = 3

/** A byte of another script's letter counts as a digit, which it may be, as does the sign that an HTML entity has. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x22) return QUOTE
  if (byte === 0x5c) return ESCAPE
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x23 || byte >= 0xd9 ? DIGIT : OTHER
})

const isExponent = (byte: number | undefined): boolean => byte === 0x65 || byte === 0x45

/** A digit of another script counts as one, as does an HTML entity that could be one. */
const hasEnoughDigits = (text: string): boolean => {
  let digits = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 48 ? code <= 57 || (code >= 0x660 && isForeignDigit(text, i)) : code === 38 && text[i + 1] === "#") {
      if (++digits >= SHORTEST) return true
    }
  }
  return false
}

const isForeignDigit = (text: string, at: number): boolean =>
  foreignDigit.test(String.fromCodePoint(text.codePointAt(at) ?? 0))

const foreignDigit = /\p{Nd}/u

/** Where a number stands in a stretch: its digits, to exclusive, and its first and last group. */
interface Found extends Group {
  readonly first: number
  readonly last: number
}

/** More than any text needs: what is left of one number may make another with its neighbours. */
const PASSES = 4

const mask = (text: string, find: (digits: Digits) => ReadonlyArray<Found>, sign: Sign): string => {
  let masked = text
  for (let pass = 0; pass < PASSES && hasEnoughDigits(masked); pass++) {
    const places = readDigits(masked, SHORTEST).flatMap((digits) => {
      const numbers = find(digits)
      return numbers.length > 0 ? digits.places(coveredIn(digits, numbers)) : []
    })
    if (places.length === 0) break
    // What stands inside a tag may stand between two digits of another number.
    places.sort((one, other) => one.at - other.at)
    masked = cover(masked, places, sign).replace(labelledCode, (code) =>
      code.replace(/\d{3,4}$/, (it) => sign.repeat(it.length))
    )
  }
  return masked
}

/** A security code that is called one. */
const labelledCode =
  /\b(?:cvv|cvc|cvn|csc|cid|cryptogramme|security code|code de s[eé]curit[eé])2?\b[^\d#\n]{0,12}\d{3,4}(?!\d)/gi

/** The digits that are masked. */
const coveredIn = (digits: Digits, numbers: ReadonlyArray<Found>): ReadonlySet<number> => {
  const covered = new Set<number>()
  const add = (from: number, to: number) => {
    for (let at = from; at < to; at++) covered.add(at)
  }
  const ends = endsOf(digits, numbers)
  for (const number of numbers) {
    const { from, to } = number
    add(from + FIRST, to - LAST)
    const text = digits.text(from, to)
    if (!passesLuhn(text)) continue
    const isSure = brands.test(text)
    for (const code of codesBeside(digits, number)) {
      // It may be a part of another number.
      if (isSure || (ends[code.from] ?? 0) < code.to) add(code.from, code.to)
    }
  }
  return covered
}

/** For each digit, where the longest number ends that begins there or before: to look at all numbers for each one would be quadratic. */
const endsOf = (digits: Digits, numbers: ReadonlyArray<Found>): ReadonlyArray<number> => {
  const ends = new Array<number>(digits.length).fill(0)
  for (const { from, to } of numbers) ends[from] = Math.max(ends[from] ?? 0, to)
  for (let at = 1; at < ends.length; at++) ends[at] = Math.max(ends[at] ?? 0, ends[at - 1] ?? 0)
  return ends
}

/** Groups of three or four digits right before and behind a number: a security code looks like that. */
const codesBeside = (digits: Digits, { from, to, first, last }: Found): ReadonlyArray<Group> => {
  const { groups, joints } = digits
  const codes: Array<Group> = []
  const add = (code: Group | undefined) => {
    const size = code === undefined ? 0 : code.to - code.from
    if (code !== undefined && (size === 3 || size === 4) && !digits.touchesLetter(code)) codes.push(code)
  }
  const end = groups[last]?.to ?? to
  if (end > to) add({ from: to, to: end })
  // A date or an amount goes on without a space.
  else if (isNear(joints[last + 1]) && !tight.test(joints[last + 2] ?? "")) add(groups[last + 1])
  if (groups[first]?.from === from && isNear(joints[first]) && !tight.test(joints[first - 1] ?? "")) {
    add(groups[first - 1])
  }
  return codes
}

const isNear = (joint = "\n"): boolean => joint.length <= 3 && !/[\r\n]/.test(joint)

const tight = /^[.,:/-]$/

/** The most groups of any size that a number is written in; a date with a time of day has more. */
const FEW = 4

/** Windows over the groups of a stretch, and inside groups, whose check digit is right. */
const writtenIn = (digits: Digits): Array<Found> => {
  const { groups, joints } = digits
  const found: Array<Found> = []
  for (let first = 0; first < groups.length; first++) {
    const from = groups[first]?.from ?? 0
    const size = sizeOf(digits, first)
    /** Whether all groups so far are of the same size, with the same between them. */
    let isEven = true
    for (let last = first; last < groups.length; last++) {
      const to = groups[last]?.to ?? 0
      if (to - from > LONGEST) break
      const isAsWide = last < first + 2 || joints[last] === joints[first + 1]
      const isLast: boolean = isEven && isAsWide && sizeOf(digits, last) <= size
      isEven = isLast && sizeOf(digits, last) === size
      if (to - from < SHORTEST) continue
      const number = digits.text(from, to)
      if (!beginning.test(number) || !passesLuhn(number)) continue
      const window = { from, to, first, last }
      if ((isLast && size < 4) || isOneNumber(digits, window, number)) found.push(window)
    }
    addGlued(digits, first, found)
  }
  return found
}

/** Whether groups whose check digit happens to be right are written as those of one number are. */
const isOneNumber = (digits: Digits, window: Found, number: string): boolean => {
  const { first, last } = window
  if (first === last) return true
  const joints = digits.joints.slice(first + 1, last + 1)
  const sizes = digits.groups.slice(first, last + 1).map(({ from, to }) => to - from)
  const isApart = joints.some((joint) => isBreak(joint) || isWide(joint))
  if (!isApart && isAsOnCards(sizes)) return true
  if (isBesideMask(digits, first) || isBesideMask(digits, last) || isBusinessNumber(digits, window)) return false
  // What stands on two lines or in columns is rarely one number.
  if (isApart) {
    const isKnown = (number.length > 16 ? lengths : brands).test(number)
    return isAsOnCards(sizes) || (isKnown && isAsOnCards(joined(sizes, joints)) && isAlone(digits, window))
  }
  return last - first < FEW && lengths.test(number) && !isCents(digits, first) && !isCents(digits, last)
}

const sizeOf = ({ groups }: Digits, index: number): number => {
  const group = groups[index]
  return group === undefined ? 0 : group.to - group.from
}

/** Fours with a shorter rest, 4-6-5 and 4-6-4; or all digits in one group. */
const isAsOnCards = (sizes: ReadonlyArray<number>): boolean =>
  sizes.length === 1 || /^(?:4,4,4,(?:[1-3]|4(?:,[1-3])?)|4,6,[45])$/.test(sizes.join())

/** The sizes of groups once those are joined that a line break parts. */
const joined = (sizes: ReadonlyArray<number>, joints: ReadonlyArray<string>): ReadonlyArray<number> => {
  const whole: Array<number> = []
  for (const [index, size] of sizes.entries()) {
    if (index > 0 && isBreak(joints[index - 1] ?? "")) whole.push((whole.pop() ?? 0) + size)
    else whole.push(size)
  }
  return whole
}

/** Whether groups over several lines are a number of their own: no date or amount goes on beside them, and over three lines or more no other digits either. */
const isAlone = (digits: Digits, { first, last }: Found): boolean => {
  const { joints } = digits
  const breaks = joints.slice(first + 1, last + 1).filter(isBreak).length
  const ends = (group: number, joint = "") =>
    !goesOn(digits, group, joint) && (breaks < 2 || joint === "" || isBreak(joint))
  return ends(first, joints[first]) && ends(last, joints[last + 1])
}

/** Whether a group is a part of a date, a time of day or an amount, by its size and the sign beside it, where a card's number may have its sequence number. */
const goesOn = (digits: Digits, index: number, joint: string): boolean => {
  const { from, to } = digits.groups[index] ?? { from: 0, to: 0 }
  return /^[.,]$/.test(joint) || (tight.test(joint) && /^(?:\d{1,2}|(?:19|20)\d\d)$/.test(digits.text(from, to)))
}

/** Whether a group is the beginning or the end of a number that is masked already, as in `4970 10## #### 4422`. */
const isBesideMask = (digits: Digits, index: number): boolean => {
  const group = digits.groups[index]
  if (group === undefined) return false
  const [before, behind] = digits.around(group, 11)
  const size = group.to - group.from
  return (size <= 4 && maskBefore.test(before)) || (size <= 8 && maskBehind.test(behind))
}

const maskBefore = /([#*Xx•])\1{3}(?:[ -]\1)?[ -]?$/
const maskBehind = /^(?:[ -]?\d{1,2})?[ -]?([#*Xx•])\1(?:\1\1|[ -]\1{4})/

/** Whether a group is what stands behind the decimal mark of an amount. */
const isCents = (digits: Digits, index: number): boolean =>
  sizeOf(digits, index) === 2 &&
  /^[.,]$/.test(digits.joints[index] ?? "") &&
  digits.joints[index - 1] !== digits.joints[index]

/** Whether one of the groups is a French SIRET's, which is written 3-3-3-5 and has the same check digit. */
const isBusinessNumber = (digits: Digits, { first, last }: Found): boolean => {
  for (let from = Math.max(0, first - 3); from <= last; from++) {
    if ([3, 3, 3, 5].every((size, each) => sizeOf(digits, from + each) === size)) return true
  }
  return false
}

/** Adds numbers that other digits stand beside without a separator: these have to be of a known brand as well. */
const addGlued = (digits: Digits, index: number, found: Array<Found>): void => {
  const group = digits.groups[index]
  if (group === undefined) return
  const size = group.to - group.from
  for (let from = group.from; from + SHORTEST < group.to; from++) {
    for (let to = from + 14; to <= Math.min(from + 16, group.to); to++) {
      if (to - from < size && isOfBrand(digits.text(from, to))) found.push({ from, to, first: index, last: index })
    }
  }
  const isGrouped = size >= 4 && sizeOf(digits, index + 1) === 4 && sizeOf(digits, index + 2) === 4
  if (isGrouped && sizeOf(digits, index + 3) >= 4) {
    const from = group.to - 4
    if (isOfBrand(digits.text(from, from + 16))) found.push({ from, to: from + 16, first: index, last: index + 3 })
  }
}

/** What is as long as a card number, or in the groups of one; else windows as in what people write. */
const printedIn = (digits: Digits): ReadonlyArray<Found> => {
  const { groups } = digits
  const found = groups.length === 1 ? [] : writtenIn(digits)
  for (let first = 0; first < groups.length; first++) {
    const { from, to } = groups[first] ?? { from: 0, to: 0 }
    if (to - from >= SHORTEST && !isIdentifier(digits, from, to)) found.push({ from, to, first, last: first })
    const last = endOfGroups(digits, first) ?? endOfEven(digits, first) ?? endOfHalves(digits, first)
    if (last === undefined) continue
    const number = { from, to: groups[last]?.to ?? to, first, last }
    if (isPrinted(digits, number)) found.push(number)
    // Inside a row of small groups there is nothing more to find.
    if (to - from < 4) first = last
  }
  return found
}

/** Whether groups as on cards are masked even where the check digit is wrong: not in columns, and over lines only with a card's beginning. */
const isPrinted = (digits: Digits, { from, to, first, last }: Found): boolean => {
  if (isBesideMask(digits, first) || isBesideMask(digits, last)) return false
  const joints = digits.joints.slice(first + 1, last + 1)
  return !joints.some(isWide) && (!joints.some(isBreak) || beginning.test(digits.text(from, to)))
}

/** The most digits of an application identifier behind its letter, as tickets have to show it (A0000000421010). */
const LONGEST_IDENTIFIER = 15

/** No card number begins with six zeros, and behind them there is no room for one. */
const isIdentifier = (digits: Digits, from: number, to: number): boolean =>
  to - from <= LONGEST_IDENTIFIER && digits.before(from) === "A" && digits.text(from, from + 6) === "000000"

/** The last group of a number that begins in a group and goes on in 4-4-4 and more, or in 4-6-5 and 4-6-4. */
const endOfGroups = (digits: Digits, first: number): number | undefined => {
  const [size, second, third, fourth] = [0, 1, 2, 3].map((each) => sizeOf(digits, first + each))
  // Other digits may stand right before the number.
  if (size === undefined || size < 4) return undefined
  if (second === 4 && third === 4 && fourth !== 0) return first + 3
  return size === 4 && second === 6 && (third === 4 || third === 5) ? first + 2 : undefined
}

/** The second half of sixteen digits that a line break parts in the middle, and that begin as a brand's. */
const endOfHalves = (digits: Digits, first: number): number | undefined => {
  const isHalved =
    sizeOf(digits, first) === 8 && sizeOf(digits, first + 1) === 8 && isBreak(digits.joints[first + 1] ?? "")
  const from = digits.groups[first]?.from ?? 0
  return isHalved && brands.test(digits.text(from, from + 16)) ? first + 1 : undefined
}

/** The last of enough digits that stand one by one, in pairs or in threes, with the same between them. */
const endOfEven = (digits: Digits, first: number): number | undefined => {
  const { groups, joints } = digits
  const size = sizeOf(digits, first)
  const from = groups[first]?.from ?? 0
  if (size > 3 || digits.text(from, from + 1) === "0") return undefined
  let last = first
  while (sizeOf(digits, last + 1) === size && joints[last + 1] === joints[first + 1]) last++
  const rest = sizeOf(digits, last + 1)
  if (rest > 0 && rest < size && joints[last + 1] === joints[first + 1]) last++
  return (groups[last]?.to ?? 0) - from >= SHORTEST ? last : undefined
}

/** The lengths that cards of all brands have, by what their numbers begin with. */
const lengths =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|2\d{15,18}|3[47]\d{13}|3[05689]\d{12,17}|5[1-5]\d{14}|(?:5[06-9]|6\d)\d{11,17})$/

const isOfBrand = (digits: string): boolean => brands.test(digits) && passesLuhn(digits)

/** Beginnings and lengths of the brands that terminals take. */
const brands =
  /^(?:(?:4\d{3}|5[0-8]\d\d|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)|35(?:2[89]|[3-8]\d)|6\d{3})\d{12}|3[47]\d{13}|3(?:0[0-59]|[689]\d)\d{11})$/
