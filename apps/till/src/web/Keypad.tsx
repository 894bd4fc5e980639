/**
 * The on-screen keypad: digits enter from the right, as on a payment terminal, so that 1 2 5 0 is 12.50.
 *
 * The value before the first key is a suggestion, and the first digit replaces it.
 */
import { useRef } from "hono/jsx/dom"
import { Delete } from "lucide"
import { Icon } from "./Icon.tsx"
import { useScreen } from "./Screen.ts"

/** A larger amount is a key held down by mistake. Minor units. */
const MAX_AMOUNT = 99_999_999

const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "00", "0"] as const

interface KeypadProps {
  /** Minor units, or `undefined` if the field does not hold a valid amount. */
  readonly value: number | undefined
  readonly set: (minorUnits: number) => void
}

export const Keypad = ({ value = 0, set }: KeypadProps) => {
  const { words } = useScreen()
  const own = useRef<number | undefined>(undefined)
  const give = (next: number) => {
    if (next > MAX_AMOUNT) return
    own.current = next
    set(next)
  }
  const press = (digits: string) => give((own.current === value ? value : 0) * 10 ** digits.length + Number(digits))
  return (
    <fieldset class="keypad" aria-label={words.keypad}>
      {keys.map((key) => (
        <button key={key} type="button" onClick={() => press(key)}>
          {key}
        </button>
      ))}
      <button type="button" aria-label={words.backspace} onClick={() => give(Math.floor(value / 10))}>
        <Icon of={Delete} />
      </button>
    </fieldset>
  )
}
