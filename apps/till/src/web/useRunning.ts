/** Whether a button's action is running: until it is done, the button starts nothing more. */
import { useRef, useState } from "hono/jsx/dom"

export interface Running {
  readonly running: boolean
  /** Runs something, unless something is already running. */
  readonly run: (what: () => Promise<unknown>) => Promise<void>
}

/** One thing at a time. */
export const useRunning = (): Running => {
  const [running, setRunning] = useState(false)
  // A second click may come before the button is rendered as disabled.
  const isStarted = useRef(false)
  const run = async (what: () => Promise<unknown>) => {
    if (isStarted.current) return
    isStarted.current = true
    setRunning(true)
    try {
      await what()
    } finally {
      isStarted.current = false
      setRunning(false)
    }
  }
  return { running, run }
}
