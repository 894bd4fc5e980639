/**
 * The text that changesets writes into a changelog, for users of the package: the sentences of the changesets, and one line
 * about its dependencies. No commits: they are in the tags.
 */
interface Changeset {
  readonly summary: string
}

interface Dependency {
  readonly name: string
  readonly newVersion: string
}

const list = new Intl.ListFormat("en-GB")

/** A changeset as an item of a list; nothing if it has no sentence. */
const getReleaseLine = ({ summary }: Changeset): string => {
  const [first = "", ...others] = summary.split("\n").map((line) => line.trimEnd())
  if (first === "") return ""
  return [`- ${first}`, ...others.map((line) => (line === "" ? "" : `  ${line}`))].join("\n")
}

/** The packages of this workspace that are released with it and installed with it: one line, however many changes they have. */
const getDependencyReleaseLine = (_: ReadonlyArray<Changeset>, dependencies: ReadonlyArray<Dependency>): string =>
  dependencies.length === 0
    ? ""
    : `- Depends on ${list.format(dependencies.map(({ name, newVersion }) => `\`${name}\` ${newVersion}`).sort())}.`

/** The sentence of a package that is released because of what is built into it. Empty for no names. */
export const contains = (names: ReadonlyArray<string>): string =>
  names.length === 0 ? "" : `Contains the changes of ${list.format(names.map((name) => `\`${name}\``))}.`

/** The sentence of a package that is released because of what it hands on. Empty for no names. */
export const handsOn = (names: ReadonlyArray<string>): string =>
  names.length === 0
    ? ""
    : `Hands on the changes of ${list.format(names.map((name) => `\`${name}\``))}; they are in the changelog there.`

export default { getReleaseLine, getDependencyReleaseLine }
