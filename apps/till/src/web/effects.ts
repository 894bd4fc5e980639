/**
 * Two kinds of effects, by what they may do.
 *
 * hono/jsx/dom runs a `useEffect` twice when two updates meet in one frame, and cleans up after one run only: a timer or
 * a listener set there may outlive its view. Its layout effects run once, at once, when elements may not be on the page
 * yet. So what must be undone goes into the one, and what needs the page, and may happen twice, into the other.
 */
import { useEffect, useLayoutEffect } from "hono/jsx/dom"

/** What an effect may return: how it is undone. */
type Effect = Parameters<typeof useEffect>[0]

/** Timers, listeners, requests: runs exactly once for its dependencies, and is cleaned up after. */
export const useWhileShown = (effect: Effect, deps: ReadonlyArray<unknown>): void => useLayoutEffect(effect, deps)

/** Focus, dialogs: runs once the elements are on the page, perhaps twice. */
export const useOnceOnPage = (effect: Effect, deps: ReadonlyArray<unknown>): void => useEffect(effect, deps)
