/**
 * Notifications as XML: the elements below `<notification>` are named like the form's fields, and nested like their
 * brackets. A body with a document type is refused, and only XML's five predefined entities are resolved.
 */
import { parseXml as parse, XmlCdata, XmlDocumentType, XmlElement, XmlText } from "@rgrove/parse-xml"
import { fromFields, maskField, type Notification } from "./Change.ts"
import type { Branch } from "./Form.ts"
import { NotificationError } from "./NotificationError.ts"

/** Elements below this depth are not read; a form's brackets go as deep. */
const MAX_DEPTH = 8

/** Reads a verified body that is XML; throws {@link NotificationError}. */
export const parseXml = (body: string): Notification => fromFields(fieldsIn(rootOf(body), "", MAX_DEPTH))

const rootOf = (body: string): XmlElement => {
  const document = documentOf(body)
  if (document.children.some((node) => node instanceof XmlDocumentType)) throw unreadable("has a document type")
  const { root } = document
  if (root?.name !== "notification") throw unreadable(`is <${root?.name.slice(0, 40)}>, not <notification>`)
  return root
}

const documentOf = (body: string) => {
  try {
    return parse(body.trimStart(), { preserveDocumentType: true })
  } catch {
    // The parser's message repeats the body.
    throw unreadable("is not well-formed")
  }
}

/** If an element occurs twice, the last counts. */
const fieldsIn = (element: XmlElement, key: string, depth: number): Branch => {
  const fields: Record<string, string | Branch> = Object.create(null)
  for (const child of element.children) {
    if (!(child instanceof XmlElement)) continue
    const inner = key === "" ? child.name : `${key}[${child.name}]`
    const isBranch = depth > 0 && child.children.some((node) => node instanceof XmlElement)
    fields[child.name] = isBranch ? fieldsIn(child, inner, depth - 1) : maskField(inner, textIn(child))
  }
  return fields
}

const textIn = ({ children }: XmlElement): string =>
  children
    .map((node) => (node instanceof XmlText || node instanceof XmlCdata ? node.text : ""))
    .join("")
    .trim()

const unreadable = (what: string) => new NotificationError({ kind: "Unreadable", detail: `the XML ${what}` })
