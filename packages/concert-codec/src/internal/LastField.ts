/**
 * The field that was read last. It may have been announced too short, and what stands behind it may be the rest of its value:
 * while that is no whole header, parts of a card number are masked in it.
 */
import * as Mask from "../Mask.ts"
import * as Tag from "../Tag.ts"
import type { Field } from "./Field.ts"
import { isDigit, isDigitTag, shownText } from "./header.ts"

/** The last of the fields in a field: what is shown of it changes the text of both. */
export class InnerField {
  readonly tag: string
  private readonly field: { value: string }
  private readonly outer: { readonly fields: ReadonlyArray<Field>; value: string }

  constructor(
    field: { readonly tag: string; value: string },
    outer: { readonly fields: ReadonlyArray<Field>; value: string }
  ) {
    this.tag = field.tag
    this.field = field
    this.outer = outer
  }

  get value(): string {
    return this.field.value
  }

  set value(shown: string) {
    const { field, outer } = this
    field.value = shown
    outer.value = shownText(outer.fields).padEnd(outer.value.length)
  }
}

export class LastField {
  private field: { readonly tag: string; value: string } | undefined
  /** As it is shown with a header behind it, where more of it is masked now. */
  private value: string | undefined

  /** A field was read; undefined where nothing of it is to be masked. */
  set(field: { readonly tag: string; value: string } | undefined): void {
    this.field = field
    this.value = undefined
  }

  /** What stands behind it is no whole header. */
  mask(): void {
    if (this.field === undefined || this.value !== undefined) return
    const { tag, value } = this.field
    // No card number begins with a zero: an amount that is filled up with them is none, and decides.
    if (tag === "CB" && value.startsWith("0")) return
    this.value = value
    this.field.value = Mask.parts(Mask.field(tag, value))
  }

  /** A header stands behind it, with this tag. */
  beforeHeader(tag: string): void {
    if (isDigit(tag.charCodeAt(0)) && this.mayGoOnWith(tag)) this.mask()
    else if (this.value !== undefined) this.unmask(this.value)
  }

  private unmask(value: string): void {
    if (this.field !== undefined) this.field.value = value
    this.value = undefined
  }

  /** Whether what looks like a tag that begins with a digit may be more of the value, as one digit may be of base64. */
  private mayGoOnWith(tag: string): boolean {
    return isDigitTag(tag) || (this.field !== undefined && Tag.get(this.field.tag)?.format === "base64")
  }
}
