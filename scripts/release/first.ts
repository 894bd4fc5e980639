/**
 * The first release. Its versions are those of the manifests, and its changelogs have one line: the changesets written so
 * far describe changes to versions that were never published. Paragraphs that begin with "Until the first release" are
 * removed from the pages.
 */

/** How such a paragraph begins, in English and in French. */
const BEGINNING = "Until the first release|Jusqu’à la première version publiée"

export const firstChangelog = (name: string, version: string): string =>
  `# ${name}\n\n## ${version}\n\nFirst release.\n`

/** A page without the paragraphs that hold only until the first release. */
export const withoutBeforeFirst = (markdown: string): string =>
  markdown.replace(new RegExp(`^(?:${BEGINNING}).*(?:\\n.+)*(?:\\n+|$)`, "gm"), "")

/** Whether a page still has such a paragraph, or says otherwise that nothing is published. */
export const isBeforeFirst = (markdown: string): boolean =>
  new RegExp(`${BEGINNING}|not published yet|pas encore publié`, "i").test(markdown)
