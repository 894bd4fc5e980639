/**
 * The first release. Its versions are those of the manifests, and its changelogs have one line: the changesets until then
 * compare with versions that nobody has. Paragraphs of the pages that begin with "Until the first release" go.
 */

/** How such a paragraph begins, in English and in French. */
const BEGINNING = "Until the first release|Jusqu’à la première version publiée"

export const firstChangelog = (name: string, version: string): string =>
  `# ${name}\n\n## ${version}\n\nFirst release.\n`

/** A page without its paragraphs of what holds until the first release. */
export const withoutBeforeFirst = (markdown: string): string =>
  markdown.replace(new RegExp(`^(?:${BEGINNING}).*(?:\\n.+)*(?:\\n+|$)`, "gm"), "")

/** Whether a page still says what holds until the first release. */
export const isBeforeFirst = (markdown: string): boolean => new RegExp(BEGINNING, "i").test(markdown)
