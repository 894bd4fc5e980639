/**
 * Names the origin of a published package: puts the repository into its manifest, and makes the links of its README work on
 * npm. This happens only when it is published, so that a fork publishes its own address.
 */
import { posix } from "node:path"

export interface Place {
  /** `https://HOST/OWNER/NAME`. */
  readonly repository: string
  /** The package's folder in it. */
  readonly directory: string
}

/** Fields of a manifest that name the package's origin. */
export const placeFields = ({ repository, directory }: Place) => ({
  repository: { type: "git", url: `git+${repository}.git`, directory },
  homepage: `${repository}/tree/main/${directory}#readme`,
  bugs: { url: `${repository}/issues` }
})

/** Reads a setting that names a repository; refuses anything else with the reason. */
export const readRepository = (setting: string | undefined): string => {
  const text = setting?.trim().replace(/\/+$/, "") ?? ""
  if (text === "") {
    throw new Error(
      'there is no repository to name: set RELEASE_REPOSITORY, or "repository" in release.json, to https://HOST/OWNER/NAME'
    )
  }
  if (!/^https:\/\/[^/\s]+\/[^/\s]+\/[^/\s]+$/.test(text)) {
    throw new Error(`the repository must be https://HOST/OWNER/NAME, got ${text}`)
  }
  return text.replace(/\.git$/, "")
}

/** Matches targets of links and pictures, with the text around each. */
const LINKS = /(!?)(\[(?:[^\][]|\[[^\]]*\])*\]\()([^)\s]+)(\))/g

const isOutside = (target: string): boolean => /^([a-z][a-z0-9+.-]*:|#|\/\/)/i.test(target)

/**
 * The text with links that lead out of the package made absolute. `isPacked` says whether a path below the package's folder
 * is in its tarball.
 */
export const absoluteLinks = (
  markdown: string,
  { repository, directory }: Place,
  isPacked: (path: string) => boolean
): string =>
  markdown.replace(LINKS, (whole, picture: string, before: string, target: string, after: string) => {
    if (isOutside(target)) return whole
    const [path = "", fragment] = target.split("#")
    const local = posix.normalize(path)
    if (!local.startsWith("..") && isPacked(local)) return whole
    const kind = picture === "!" ? "raw" : "blob"
    const absolute = `${repository}/${kind}/main/${posix.join(directory, path)}`
    return `${picture}${before}${absolute}${fragment === undefined ? "" : `#${fragment}`}${after}`
  })

/** Targets of a text's links that are neither absolute nor within the page. */
export const relativeLinks = (markdown: string): ReadonlyArray<string> =>
  [...markdown.matchAll(LINKS)].map(([, , , target = ""]) => target).filter((target) => !isOutside(target))
