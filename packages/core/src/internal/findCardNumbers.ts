/**
 * Finds card numbers among the digits of a text: by the check digit in what people and programs write, by length or grouping
 * in what terminals write.
 */
import { beginning, brands, LONGEST, lengths, SHORTEST } from "./cardDigits.ts"
import { type Digits, type Group, isBreak, isWide } from "./Digits.ts"

/** A number's place in a stretch: its digits, `to` exclusive, and its first and last group. */
export interface Found extends Group {
  readonly first: number
  readonly last: number
}

/** The most groups of any size that a number is written in; a date with a time of day has more. */
const FEW = 4

/** Runs of groups, and digits inside groups, that have the right check digit. */
export const writtenIn = (digits: Digits): Array<Found> => {
  const { groups, joints } = digits
  const found: Array<Found> = []
  for (let first = 0; first < groups.length; first++) {
    const from = groups[first]?.from ?? 0
    const size = sizeOf(digits, first)
    /** Whether all groups so far have the same size and the same separator. */
    let isEven = true
    for (let last = first; last < groups.length; last++) {
      const to = groups[last]?.to ?? 0
      if (to - from > LONGEST) break
      const isAsWide = last < first + 2 || joints[last] === joints[first + 1]
      const isLast: boolean = isEven && isAsWide && sizeOf(digits, last) <= size
      isEven = isLast && sizeOf(digits, last) === size
      if (to - from < SHORTEST || !digits.passLuhn(from, to)) continue
      const number = digits.text(from, to)
      if (!beginning.test(number)) continue
      const window = { from, to, first, last }
      if ((isLast && size < 4) || isOneNumber(digits, window, number)) found.push(window)
    }
    addGlued(digits, first, found)
  }
  return found
}

/** Whether groups with the right check digit are written like one number, or have it by chance. */
const isOneNumber = (digits: Digits, window: Found, number: string): boolean => {
  const { first, last } = window
  if (first === last) return true
  const joints = digits.joints.slice(first + 1, last + 1)
  const sizes = digits.groups.slice(first, last + 1).map(({ from, to }) => to - from)
  const isApart = joints.some((joint) => isBreak(joint) || isWide(joint))
  if (!isApart && isAsOnCards(sizes)) return true
  if (isBesideMask(digits, first) || isBesideMask(digits, last) || isBusinessNumber(digits, window)) return false
  // Groups on two lines or in columns are rarely one number.
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

/** Groups of four with a shorter rest, 4-6-5 or 4-6-4; or all digits in one group. */
const isAsOnCards = (sizes: ReadonlyArray<number>): boolean =>
  sizes.length === 1 || /^(?:4,4,4,(?:[1-3]|4(?:,[1-3])?)|4,6,[45])$/.test(sizes.join())

/** The sizes of groups after joining those that a line break separates. */
const joined = (sizes: ReadonlyArray<number>, joints: ReadonlyArray<string>): ReadonlyArray<number> => {
  const whole: Array<number> = []
  for (const [index, size] of sizes.entries()) {
    if (index > 0 && isBreak(joints[index - 1] ?? "")) whole.push((whole.pop() ?? 0) + size)
    else whole.push(size)
  }
  return whole
}

/** Whether groups over several lines are a separate number: no date or amount adjoins them, and over three lines or more no other digits do. */
const isAlone = (digits: Digits, { first, last }: Found): boolean => {
  const { joints } = digits
  const breaks = joints.slice(first + 1, last + 1).filter(isBreak).length
  const ends = (group: number, joint = "") =>
    !goesOn(digits, group, joint) && (breaks < 2 || joint === "" || isBreak(joint))
  return ends(first, joints[first]) && ends(last, joints[last + 1])
}

/**
 * Whether a number's first or last group belongs to a date, time of day or amount, by its size and the sign beside it. The
 * last group of a card number may be its sequence number.
 */
const goesOn = (digits: Digits, index: number, joint: string): boolean => {
  const { from, to } = digits.groups[index] ?? { from: 0, to: 0 }
  return /^[.,]$/.test(joint) || (tight.test(joint) && /^(?:\d{1,2}|(?:19|20)\d\d)$/.test(digits.text(from, to)))
}

/** Whether a group is the start or the end of a number that is already masked, as in `4970 10## #### 4422`. */
const isBesideMask = (digits: Digits, index: number): boolean => {
  const group = digits.groups[index]
  if (group === undefined) return false
  const [before, behind] = digits.around(group, 11)
  const size = group.to - group.from
  return (size <= 4 && maskBefore.test(before)) || (size <= 8 && maskBehind.test(behind))
}

const maskBefore = /([#*Xx•])\1{3}(?:[ -]\1)?[ -]?$/
const maskBehind = /^(?:[ -]?\d{1,2})?[ -]?([#*Xx•])\1(?:\1\1|[ -]\1{4})/

/** Whether a group is the decimals of an amount. */
const isCents = (digits: Digits, index: number): boolean =>
  sizeOf(digits, index) === 2 &&
  /^[.,]$/.test(digits.joints[index] ?? "") &&
  digits.joints[index - 1] !== digits.joints[index]

/** Whether a group belongs to a French SIRET, which is written 3-3-3-5 and has the same check digit. */
const isBusinessNumber = (digits: Digits, { first, last }: Found): boolean => {
  for (let from = Math.max(0, first - 3); from <= last; from++) {
    if ([3, 3, 3, 5].every((size, each) => sizeOf(digits, from + each) === size)) return true
  }
  return false
}

/** Adds numbers that directly adjoin other digits; these must match a known brand as well. */
const addGlued = (digits: Digits, index: number, found: Array<Found>): void => {
  const group = digits.groups[index]
  if (group === undefined) return
  const size = group.to - group.from
  for (let from = group.from; from + SHORTEST < group.to; from++) {
    for (let to = from + 14; to <= Math.min(from + 16, group.to); to++) {
      if (to - from < size && isOfBrand(digits, from, to)) found.push({ from, to, first: index, last: index })
    }
  }
  const isGrouped = size >= 4 && sizeOf(digits, index + 1) === 4 && sizeOf(digits, index + 2) === 4
  if (isGrouped && sizeOf(digits, index + 3) >= 4) {
    const from = group.to - 4
    if (isOfBrand(digits, from, from + 16)) found.push({ from, to: from + 16, first: index, last: index + 3 })
  }
}

const isOfBrand = (digits: Digits, from: number, to: number): boolean =>
  digits.passLuhn(from, to) && brands.test(digits.text(from, to))

/** Digits with the length or the grouping of a card number, and what {@link writtenIn} finds among several groups. */
export const printedIn = (digits: Digits): ReadonlyArray<Found> => {
  const { groups } = digits
  const found = groups.length === 1 ? [] : writtenIn(digits)
  for (let first = 0; first < groups.length; first++) {
    const { from, to } = groups[first] ?? { from: 0, to: 0 }
    if (to - from >= SHORTEST && !isIdentifier(digits, from, to)) found.push({ from, to, first, last: first })
    const last = endOfGroups(digits, first) ?? endOfEven(digits, first) ?? endOfHalves(digits, first)
    if (last === undefined) continue
    const number = { from, to: groups[last]?.to ?? to, first, last }
    if (isPrinted(digits, number)) found.push(number)
    // A run of small groups is one number at most.
    if (to - from < 4) first = last
  }
  return found
}

/** Whether groups as on cards are masked despite a wrong check digit: not in columns, and over lines only with a card's first digit. */
const isPrinted = (digits: Digits, { from, to, first, last }: Found): boolean => {
  if (isBesideMask(digits, first) || isBesideMask(digits, last)) return false
  const joints = digits.joints.slice(first + 1, last + 1)
  return !joints.some(isWide) && (!joints.some(isBreak) || beginning.test(digits.text(from, to)))
}

/** The most digits after the letter of an application identifier, which tickets have to show (A0000000421010). */
const LONGEST_IDENTIFIER = 15

/** No card number begins with six zeros, and the digits after them are too few for one. */
const isIdentifier = (digits: Digits, from: number, to: number): boolean =>
  to - from <= LONGEST_IDENTIFIER && digits.before(from) === "A" && digits.text(from, from + 6) === "000000"

/** The last group of a number in 4-4-4 and more, 4-6-5 or 4-6-4, which may begin inside its first group. */
const endOfGroups = (digits: Digits, first: number): number | undefined => {
  const [size, second, third, fourth] = [0, 1, 2, 3].map((each) => sizeOf(digits, first + each))
  // Other digits may directly precede the number.
  if (size === undefined || size < 4) return undefined
  if (second === 4 && third === 4 && fourth !== 0) return first + 3
  return size === 4 && second === 6 && (third === 4 || third === 5) ? first + 2 : undefined
}

/** The second half of sixteen digits that a line break splits in the middle and that begin like a brand's. */
const endOfHalves = (digits: Digits, first: number): number | undefined => {
  const isHalved =
    sizeOf(digits, first) === 8 && sizeOf(digits, first + 1) === 8 && isBreak(digits.joints[first + 1] ?? "")
  const from = digits.groups[first]?.from ?? 0
  return isHalved && brands.test(digits.text(from, from + 16)) ? first + 1 : undefined
}

/** The last group of enough digits that are written one by one, in pairs or in threes, with the same separator. */
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

/** A sign of dates, times of day and amounts, with no space beside it. */
export const tight = /^[.,:/-]$/
