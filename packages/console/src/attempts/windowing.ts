/**
 * Which rows of a long list to render: the visible ones, and some beyond. All rows have the same height; the title before the
 * first row of a day has its own. Heights and positions are pixels.
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

/** The positions of titles, as indexes of the rows after them, in order, and their height. */
export interface Titles {
  readonly before: ReadonlyArray<number>
  readonly height: number
}

const noTitles: Titles = { before: [], height: 0 }

/** Rows rendered beyond each edge, so that fast scrolling shows no gaps. */
const BEYOND = 6

/** The number of titles above a row, without its own. */
const titlesAbove = ({ before }: Titles, row: number): number => {
  const index = before.findIndex((each) => each >= row)
  return index === -1 ? before.length : index
}

/** The top of a row, or of the title before it. */
export const topOf = (row: number, { rowHeight }: Pick<Viewport, "rowHeight">, titles: Titles): number =>
  row * rowHeight + titlesAbove(titles, row) * titles.height

/** The rows to render of `total`, in whole batches, so that small scrolls render nothing. */
export const windowOf = (total: number, viewport: Viewport, titles = noTitles): Window => {
  const first = firstVisible(viewport, titles)
  const visible = Math.ceil(viewport.height / viewport.rowHeight) + 1
  const step = BEYOND / 2
  const start = Math.min(first, Math.max(0, total - visible))
  const from = Math.max(0, Math.floor((start - BEYOND) / step) * step)
  return { from, to: Math.min(total, Math.ceil((start + visible + BEYOND) / step) * step) }
}

/** The row at the top edge. */
export const firstVisible = ({ scrollTop, rowHeight }: Viewport, titles = noTitles): number => {
  const at = Math.max(0, scrollTop)
  let row = Math.floor(at / rowHeight)
  while (row > 0 && topOf(row, { rowHeight }, titles) > at) row--
  return row
}

/**
 * The scroll position that keeps the visible rows in place after rows were inserted or removed above. At the very top, new rows
 * are shown.
 */
export const keptInPlace = (
  before: number,
  after: number,
  { scrollTop, rowHeight }: Viewport,
  titles: readonly [before: Titles, after: Titles] = [noTitles, noTitles]
): number =>
  scrollTop <= 0 || after === -1
    ? scrollTop
    : scrollTop + topOf(after, { rowHeight }, titles[1]) - topOf(before, { rowHeight }, titles[0])

/** Whether the end is near enough to fetch the next page. */
export const nearEnd = (total: number, { scrollTop, height, rowHeight }: Viewport): boolean =>
  scrollTop + height > (total - BEYOND * 4) * rowHeight
