/** A text field under its label. */
import { inputValue } from "./input.ts"

interface TextFieldProps {
  readonly label: string
  readonly text: string
  readonly setText: (text: string) => void
  /** CSS class of the label. */
  readonly class?: string
  readonly name?: string
  readonly inputmode?: "decimal" | "numeric"
  readonly autocomplete?: "name" | "off"
  readonly maxlength?: number
  readonly required?: boolean
  readonly autofocus?: boolean
}

export const TextField = ({ label, text, setText, class: className, ...input }: TextFieldProps) => (
  <label class={className}>
    {label}
    <input type="text" {...input} value={text} onInput={(event: Event) => setText(inputValue(event))} />
  </label>
)
