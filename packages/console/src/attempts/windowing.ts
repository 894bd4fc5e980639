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
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight)
  const visible = Math.ceil(height / rowHeight) + 1
  const step = BEYOND / 2
  const start = Math.min(first, Math.max(0, total - visible))
  const from = Math.max(0, Math.floor((start - BEYOND) / step) * step)
  return { from, to: Math.min(total, Math.ceil((start + visible + BEYOND) / step) * step) }
}

/** How far to scroll so that a row is wholly visible; unchanged when it is. */
export const scrollTo = (index: number, { scrollTop, height, rowHeight }: Viewport): number => {
  const top = index * rowHeight
  if (top < scrollTop) return top
  return top + rowHeight > scrollTop + height ? top + rowHeight - height : scrollTop
}

/** Whether the end is near enough to fetch the next page. */
export const nearEnd = (total: number, { scrollTop, height, rowHeight }: Viewport): boolean =>
  scrollTop + height > (total - BEYOND * 2) * rowHeight
