/** A batch report or a settlement beside the payments of a day. */
import type { ReadProblem } from "@hipay-pos/reconcile"
import { plural } from "./plural.ts"

export const reconcile = {
  hint: "Compares the terminal’s batch report or an acquirer’s settlement with the payments of a day. The file stays in this browser.",
  file: "The file",
  choose: "Choose a CSV file",
  drop: "or drop it here, or paste its lines:",
  paste: "Lines of the file",
  compare: "Compare these lines",
  pasted: "pasted lines",
  loaded: (name: string) => `File: ${name}`,
  clear: "Take another file",
  columns: "Columns",
  format: "Format",
  formats: { settlement: "Settlement", "batch-report": "Batch report", own: "Choose the columns" },
  separator: "Separator",
  separators: { ",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar" },
  decimalComma: "Amounts with a decimal comma, such as 12,50",
  amount: "Amount",
  orderId: "Order id",
  authorization: "Authorization number",
  currency: "Currency",
  type: "Type",
  types: {
    Debit: "Types of sales, one per line",
    Credit: "Types of refunds, one per line",
    Cancel: "Types of cancellations, one per line"
  },
  status: "Status",
  paid: "Statuses that mean paid, one per line",
  absent: "not in the file",
  needsProof: "Choose the amount, and the order id or the authorization number: an amount alone proves nothing.",
  problem: {
    NotCsv: () => "The file cannot be read as CSV. Check the separator, or save it as CSV again.",
    OtherEncoding: ({ found }: Extract<ReadProblem, { readonly _tag: "OtherEncoding" }>): string =>
      found === "xlsx" ? "The file is a workbook. Save the sheet as CSV UTF-8." : "Save the file as CSV UTF-8 again.",
    OtherFields: ({ line, fields, columns }: Extract<ReadProblem, { readonly _tag: "OtherFields" }>) =>
      `Line ${line}: expected a field for each of the columns ${columns.join(", ")}, got ${fields}. Check the separator.`,
    NoLines: () => "The file has no lines below the names of its columns.",
    NoColumn: ({ names, columns }: Extract<ReadProblem, { readonly _tag: "NoColumn" }>) =>
      columns.length === 1
        ? `The file has one column, “${columns[0]}”. Check the separator.`
        : `The file has no ${names.length === 1 ? "column" : "columns"} ${names.map((name) => `“${name}”`).join(", ")}. Its columns are: ${columns.join(", ")}. Choose the columns yourself.`,
    RepeatedColumn: ({ name }: Extract<ReadProblem, { readonly _tag: "RepeatedColumn" }>) =>
      `The file has more than one column “${name}”. Give each a name of its own.`,
    NoKnownType: ({ types }: Extract<ReadProblem, { readonly _tag: "NoKnownType" }>) =>
      `No line has a known type. The types are: ${types.join(", ")}. Choose the columns yourself, and enter beside them which types are sales and which are not.`,
    NonePaid: ({ statuses }: Extract<ReadProblem, { readonly _tag: "NonePaid" }>) =>
      `No line has a status that means paid. The statuses are: ${statuses.join(", ")}. Enter those that mean paid beside the columns.`,
    NotCurrency: ({ line, text }: Extract<ReadProblem, { readonly _tag: "NotCurrency" }>) =>
      `Line ${line}: expected a currency such as EUR or 978, got “${text}”.`,
    NotAmount: ({ line, currency, text }: Extract<ReadProblem, { readonly _tag: "NotAmount" }>) =>
      `Line ${line}: expected an amount of ${currency}, got “${text}”.`,
    NegativeDebit: ({ line, type, text }: Extract<ReadProblem, { readonly _tag: "NegativeDebit" }>) =>
      `Line ${line}: expected an amount without a minus for the type “${type}”, got “${text}”. Choose the columns yourself, without a type, if a minus means money given back.`
  },
  leftOut: (n: number, types: ReadonlyArray<string>) =>
    `${plural(n, "line", "lines")} of other types left out: ${types.join(", ")}.`,
  unpaid: (n: number, statuses: ReadonlyArray<string>) =>
    `${plural(n, "line", "lines")} left out, not paid according to the status: ${statuses.join(", ")}.`,
  statusColumn: (names: string) =>
    `The column “${names}” may say which lines were not paid. Choose the columns yourself, and which of them is the status, if one is, before you record payments.`,
  typeColumn: (names: string) =>
    `The column “${names}” may say which lines are sales and which take money back. Choose the columns yourself, and which of them is the type, if one is, before you record payments.`,
  agrees: "Everything agrees.",
  kinds: {
    proved: "Unknown here, paid in the file",
    perhapsReversed: "Unknown here, perhaps reversed in the file",
    stillUnknown: "Unknown here, not in the file",
    otherAmount: "Another amount",
    contradicted: "Not paid here, paid in the file",
    onlyHere: "Only here",
    onlyThere: "Only in the file",
    cancelled: "Cancelled",
    matched: "Matched"
  },
  hints: {
    proved: "The line is the evidence. Look at each before you record it.",
    perhapsReversed:
      "Another line of the same order or authorization takes money back, or was left out, or a column of the line itself speaks against it. Look at them, then resolve the payment on its own page.",
    stillUnknown: "This proves nothing: the payment may be in tomorrow’s file.",
    otherAmount: "Look at the receipt: a tip, or a refund of a part.",
    contradicted: "The customer may have been charged for nothing. Look at the terminal’s journal, then refund.",
    onlyHere: "The payment may be in tomorrow’s file, or the terminal has not sent it.",
    onlyThere: "A payment of another day, of another till, or without an order of this server.",
    cancelled: "Paid and then cancelled here; neither is in the file, and nothing is owed.",
    matched: ""
  },
  line: "Line",
  inFile: "In the file",
  here: "Here",
  order: "Order",
  login: "Login",
  state: "State",
  record: "Record",
  recordIt: (order: string) => `Record ${order} as paid`,
  amountsDiffer: "The amounts differ: resolve it on the payment’s own page.",
  stillOpen: "Still in progress here.",
  by: "Your name",
  submit: (n: number) => `Record ${plural(n, "payment", "payments")} as paid`,
  note: "Each is recorded with your name and its line as evidence, and cannot be undone.",
  notAllowed: "Only a login with the role “resolve” can record these.",
  recorded: (n: number) => `${plural(n, "payment", "payments")} recorded as paid.`,
  notRecorded: (order: string) => `${order} was not recorded:`,
  /** The server's answer is missing. */
  perhapsRecorded: (order: string) => `It is not known whether ${order} was recorded:`
}
