/**
 * Which rows of a long list to draw: those that can be seen, and some beyond. All rows are equally high, in pixels.
 */

export interface Viewport {
  /** How far the list is scrolled. */
  readonly scrollTop: number
  readonly height: number
  readonly rowHeight: number
}

/** Rows `from` (included) to `to` (excluded). */
export interface Window {
  readonly from: number
  readonly to: number
}

/** Rows drawn beyond each edge, so that a fast flick shows no gaps. */
const BEYOND = 12

/** The rows to draw of `total`. Steps by whole batches, so that small scrolls draw nothing anew. */
export const windowOf = (total: number, { scrollTop, height, rowHeight }: Viewport): Window => {
  const first = firstVisible({ scrollTop, height, rowHeight })
  const visible = Math.ceil(height / rowHeight) + 1
  const step = BEYOND / 2
  const start = Math.min(first, Math.max(0, total - visible))
  const from = Math.max(0, Math.floor((start - BEYOND) / step) * step)
  return { from, to: Math.min(total, Math.ceil((start + visible + BEYOND) / step) * step) }
}

/** The row at the upper edge. */
export const firstVisible = ({ scrollTop, rowHeight }: Viewport): number =>
  Math.floor(Math.max(0, scrollTop) / rowHeight)

/**
 * Where to scroll after rows were put in or taken out above, so that what is read stays where it is. At the very top
 * new rows are what the reader wants to see.
 */
export const keptInPlace = (before: number, after: number, { scrollTop, rowHeight }: Viewport): number =>
  scrollTop <= 0 || after === -1 ? scrollTop : scrollTop + (after - before) * rowHeight

/** Whether the end is near enough to fetch the next page. */
export const nearEnd = (total: number, { scrollTop, height, rowHeight }: Viewport): boolean =>
  scrollTop + height > (total - BEYOND * 2) * rowHeight
