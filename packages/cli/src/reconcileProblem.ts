/** What is wrong with a file that `hipay-pos reconcile` reads, for the person who may give it another mapping. */
import type { ReadProblem } from "@hipay-pos/reconcile"

/** A problem in words, to follow the file's name. */
export const problemText = (problem: ReadProblem): string => {
  switch (problem._tag) {
    case "NotCsv":
      return `cannot be read as CSV: ${problem.detail}`
    case "OtherEncoding":
      return encodingText[problem.found]
    case "OtherFields": {
      const { line, fields, columns, separator } = problem
      return `line ${line}: expected a field for each of the columns ${listOf(columns)}, got ${fields}. Is the separator ${JSON.stringify(separator)}? A mapping may name another "separator", and lines to "skip" before the names of the columns`
    }
    case "NoLines":
      return "has no lines below the names of its columns"
    case "NoColumn": {
      const { names, columns, separator } = problem
      const lacks = `has no ${names.length === 1 ? "column" : "columns"} ${listOf(names)}`
      return columns.length === 1
        ? `${lacks}; it has one column, ${listOf(columns)}. Is the separator ${JSON.stringify(separator)}? A mapping (--mapping FILE) may name another "separator"`
        : `${lacks}; its columns are ${listOf(columns)}. A mapping (--mapping FILE) says what the columns of a file are called`
    }
    case "RepeatedColumn":
      return `has more than one column ${JSON.stringify(problem.name)}; give each a name of its own`
    case "NoKnownType":
      return `has no line of a type that the mapping names (${listOf(problem.expected)}); its types are ${listOf(problem.types)}. Name them in "types" of a mapping`
    case "NonePaid":
      return `has no line whose status the mapping calls paid (${listOf(problem.expected)}); its statuses are ${listOf(problem.statuses)}. Name those that mean paid in "paid" of the mapping`
    case "NotCurrency":
      return `line ${problem.line}: expected a currency such as EUR or 978, got ${JSON.stringify(problem.text)}`
    case "NotAmount":
      return `line ${problem.line}: expected an amount of ${problem.currency}, got ${JSON.stringify(problem.text)}`
    case "NegativeDebit":
      return `line ${problem.line}: expected an amount without a minus for the type ${JSON.stringify(problem.type)}, got ${JSON.stringify(problem.text)}. Give reversals a type of their own, or give "type": null and no "types" in the mapping where a minus means money given back`
  }
}

const encodingText = {
  xlsx: "is a workbook: save the sheet as CSV UTF-8",
  "utf-16": "is UTF-16: save it as CSV UTF-8",
  unknown: 'is not UTF-8: save it as CSV UTF-8, or use a mapping with "encoding": "latin1"'
} as const

/** Names in quotes. */
export const listOf = (names: ReadonlyArray<string>): string => names.map((each) => JSON.stringify(each)).join(", ")
