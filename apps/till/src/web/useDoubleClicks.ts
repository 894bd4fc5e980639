/**
 * Drops the second click of a double click, or of a double tap, if something else is there by then: the first one may have
 * opened another view, and the finger would sell an article or pay. On the same control every click counts, and keys are not
 * affected.
 */
import { useWhileShown } from "./effects.ts"

/** How soon, in milliseconds, and how near, in pixels, a tap follows another to belong to it: not all browsers count taps. */
const [SOON, NEAR] = [500, 24]

interface Click {
  readonly control: EventTarget | null
  readonly at: number
  readonly x: number
  readonly y: number
}

/** The label, button or link that was hit: a label stands for its field. */
const controlOf = ({ target }: Event): EventTarget | null =>
  target instanceof Element ? (target.closest("label") ?? target.closest("button, a") ?? target) : target

/** Whether a click belongs to the one before it. */
const isSecond = ({ detail, pointerType }: PointerEvent, { at, x, y }: Click, before: Click): boolean =>
  Math.hypot(x - before.x, y - before.y) < NEAR &&
  (detail > 1 || (pointerType === "touch" && Math.abs(at - before.at) < SOON))

/** Listens for as long as the screen is shown. */
export const useDoubleClicks = (): void => {
  useWhileShown(() => {
    let last: Click | undefined
    const clicked = (event: PointerEvent) => {
      // A key's click, or a program's.
      if (event.detail === 0) return
      const click = { control: controlOf(event), at: Date.now(), x: event.clientX, y: event.clientY }
      last = last !== undefined && isSecond(event, click, last) ? { ...click, control: last.control } : click
      if (last.control === click.control) return
      event.preventDefault()
      event.stopPropagation()
    }
    addEventListener("click", clicked, { capture: true })
    return () => removeEventListener("click", clicked, { capture: true })
  }, [])
}
