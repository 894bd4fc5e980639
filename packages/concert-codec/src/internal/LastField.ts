/**
 * The field that was read last. It may have been announced too short, and what stands behind it may be the rest of its value:
 * while that is no whole header, parts of a card number are masked in it.
 */
import * as Mask from "../Mask.ts"
import * as Tag from "../Tag.ts"
import { isDigit, isDigitTag } from "./header.ts"

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
