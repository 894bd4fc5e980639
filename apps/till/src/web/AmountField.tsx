/** A field for an amount with an on-screen keypad, shown by default on touch screens and elsewhere on request. */
import type { RefObject } from "hono/jsx/dom"
import { useState } from "hono/jsx/dom"
import { Calculator } from "lucide"
import { Icon } from "./Icon.tsx"
import { inputValue } from "./input.ts"
import { Keypad } from "./Keypad.tsx"
import { useMoney, useScreen } from "./Screen.ts"

interface AmountFieldProps {
  readonly label: string
  readonly name: string
  readonly text: string
  readonly setText: (text: string) => void
  readonly field?: RefObject<HTMLInputElement | null>
  /** Whether the keypad is shown at first. */
  readonly open?: boolean
}

/** Whether the screen is a touch screen. */
const isTouched = (): boolean => matchMedia("(pointer: coarse)").matches

export const AmountField = ({ label, name, text, setText, field, open = isTouched() }: AmountFieldProps) => {
  const { words } = useScreen()
  const { read, typed } = useMoney()
  const [isOpen, setOpen] = useState(open)
  return (
    <div class="amount-field">
      <div class="with-button">
        <label>
          {label}
          <input
            {...(field === undefined ? {} : { ref: field })}
            type="text"
            // The system's keyboard must not cover the till's keypad.
            inputmode={isOpen && isTouched() ? "none" : "decimal"}
            autocomplete="off"
            name={name}
            value={text}
            onInput={(event: Event) => setText(inputValue(event))}
          />
        </label>
        <button
          type="button"
          class="icon-button"
          aria-label={isOpen ? words.hideKeypad : words.showKeypad}
          aria-expanded={`${isOpen}`}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon of={Calculator} />
        </button>
      </div>
      {isOpen ? (
        <Keypad value={read(text)} set={(minorUnits) => setText(minorUnits === 0 ? "" : typed(minorUnits))} />
      ) : null}
    </div>
  )
}
