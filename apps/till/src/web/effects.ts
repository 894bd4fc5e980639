/**
 * Two kinds of effects.
 *
 * hono/jsx/dom runs a `useEffect` twice when two updates fall into one frame, and cleans up after only one run: a timer or
 * listener set there may outlive its view. Its layout effects run once, immediately, when elements may not be on the page yet.
 * So use the first kind for what needs cleaning up, and the second for what needs the page and may happen twice.
 */
import { useEffect, useLayoutEffect } from "hono/jsx/dom"

/** What an effect may return: its cleanup. */
type Effect = Parameters<typeof useEffect>[0]

/** For timers, listeners and requests: runs exactly once for its dependencies, and is cleaned up. */
export const useWhileShown = (effect: Effect, deps: ReadonlyArray<unknown>): void => useLayoutEffect(effect, deps)

/** For focus and dialogs: runs once the elements are on the page, perhaps twice. */
export const useOnceOnPage = (effect: Effect, deps: ReadonlyArray<unknown>): void => useEffect(effect, deps)
