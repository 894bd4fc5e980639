/**
 * Which rows of a long list to render: the visible ones, and some beyond. All rows have the same height, in pixels.
 */

export interface Viewport {
  /** Scroll position. */
  readonly scrollTop: number
  readonly height: number
  readonly rowHeight: number
}

/** Rows `from` (included) to `to` (excluded). */
export interface Window {
  readonly from: number
  readonly to: number
}

/** Rows rendered beyond each edge, so that fast scrolling shows no gaps. */
const BEYOND = 12

/** The rows to render of `total`, in whole batches, so that small scrolls render nothing. */
export const windowOf = (total: number, { scrollTop, height, rowHeight }: Viewport): Window => {
  const first = firstVisible({ scrollTop, height, rowHeight })
  const visible = Math.ceil(height / rowHeight) + 1
  const step = BEYOND / 2
  const start = Math.min(first, Math.max(0, total - visible))
  const from = Math.max(0, Math.floor((start - BEYOND) / step) * step)
  return { from, to: Math.min(total, Math.ceil((start + visible + BEYOND) / step) * step) }
}

/** The row at the top edge. */
export const firstVisible = ({ scrollTop, rowHeight }: Viewport): number =>
  Math.floor(Math.max(0, scrollTop) / rowHeight)

/**
 * The scroll position after rows were inserted or removed above that keeps the visible rows in place. At the very top
 * new rows are shown.
 */
export const keptInPlace = (before: number, after: number, { scrollTop, rowHeight }: Viewport): number =>
  scrollTop <= 0 || after === -1 ? scrollTop : scrollTop + (after - before) * rowHeight

/** Whether the end is near enough to fetch the next page. */
export const nearEnd = (total: number, { scrollTop, height, rowHeight }: Viewport): boolean =>
  scrollTop + height > (total - BEYOND * 2) * rowHeight
