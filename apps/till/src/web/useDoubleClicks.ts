/**
 * Drops the second click of a double click, the second tap of two, and an Enter that is pressed twice or held, if something
 * else is there by then: the first one may have opened another view, and the second would sell an article, pay, or close the
 * view that says what change to give. On the same control every click counts, and so does every Enter.
 */
import { useWhileShown } from "./effects.ts"

/**
 * How soon, in milliseconds, and how near, in pixels, a tap follows another to belong to it: not all browsers count taps. An
 * Enter belongs to the one before it if it follows that soon, or if the key is held.
 */
const [SOON, NEAR] = [500, 24]

interface Press {
  readonly control: EventTarget | null
  readonly at: number
}

interface Click extends Press {
  readonly x: number
  readonly y: number
}

/** The label, button or link that was hit: a label stands for its field. */
const controlOf = ({ target }: Event): EventTarget | null =>
  target instanceof Element ? (target.closest("label") ?? target.closest("button, a") ?? target) : target

/** What an Enter presses: in a field, the button of its form. */
const pressedBy = ({ target }: KeyboardEvent): EventTarget | null =>
  target instanceof HTMLInputElement ? (target.form?.querySelector("[type=submit]") ?? target) : target

/** Whether a click belongs to the one before it. */
const isSecondClick = ({ detail, pointerType }: PointerEvent, { at, x, y }: Click, before: Click): boolean =>
  Math.hypot(x - before.x, y - before.y) < NEAR &&
  (detail > 1 || (pointerType === "touch" && Math.abs(at - before.at) < SOON))

/** Listens for as long as the screen is shown. */
export const useDoubleClicks = (): void => {
  useWhileShown(() => {
    let click: Click | undefined
    let enter: Press | undefined
    const stop = (event: Event) => {
      event.preventDefault()
      event.stopPropagation()
    }
    const clicked = (event: PointerEvent) => {
      // A key's click, or a program's.
      if (event.detail === 0) return
      const next = { control: controlOf(event), at: Date.now(), x: event.clientX, y: event.clientY }
      click = click !== undefined && isSecondClick(event, next, click) ? { ...next, control: click.control } : next
      if (click.control !== next.control) stop(event)
    }
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "Enter") {
        enter = undefined
        return
      }
      const next = { control: pressedBy(event), at: Date.now() }
      const isSecond = enter !== undefined && (event.repeat || Math.abs(next.at - enter.at) < SOON)
      enter = isSecond ? { ...next, control: enter?.control ?? null } : next
      if (enter.control !== next.control) stop(event)
    }
    addEventListener("click", clicked, { capture: true })
    addEventListener("keydown", pressed, { capture: true })
    return () => {
      removeEventListener("click", clicked, { capture: true })
      removeEventListener("keydown", pressed, { capture: true })
    }
  }, [])
}
