/**
 * The field that was read last. If its length was too low, what follows may be the rest of its value: as long as that is no
 * whole header, parts of a card number are masked in it.
 */
import * as Mask from "../Mask.ts"
import * as Tag from "../Tag.ts"
import type { Field } from "./Field.ts"
import { isDigit, isDigitTag, shownText } from "./header.ts"

/** The last nested field. Masking it changes its own value and that of the field around it. */
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
  /** Its value with a header after it, if more of it is masked now. */
  private value: string | undefined

  /** Remembers the field just read; undefined if nothing of it needs masking. */
  set(field: { readonly tag: string; value: string } | undefined): void {
    this.field = field
    this.value = undefined
  }

  /** Called if no whole header follows. */
  mask(): void {
    if (this.field === undefined || this.value !== undefined) return
    const { tag, value } = this.field
    // No card number begins with a zero, so an amount padded with zeros is none; it has to stay, because it decides.
    if (tag === "CB" && value.startsWith("0")) return
    this.value = value
    this.field.value = Mask.cut(Mask.field(tag, value))
  }

  /** Called if a header with this tag follows. */
  beforeHeader(tag: string): void {
    if (isDigit(tag.charCodeAt(0)) && this.mayGoOnWith(tag)) this.mask()
    else if (this.value !== undefined) this.unmask(this.value)
  }

  private unmask(value: string): void {
    if (this.field !== undefined) this.field.value = value
    this.value = undefined
  }

  /** Whether a tag that begins with a digit may continue the value, as even one digit may continue base64. */
  private mayGoOnWith(tag: string): boolean {
    return isDigitTag(tag) || (this.field !== undefined && Tag.get(this.field.tag)?.format === "base64")
  }
}
