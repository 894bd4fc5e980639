/**
 * How far a release reaches. A library that hands on another's values bumps as far as that one did: whoever installs both
 * has one version of what decides paid, declined or unknown. What is bundled reaches the bundle by a patch: a bin is
 * released again whenever anything in it is.
 */

export type Bump = "patch" | "minor" | "major"

export interface Member {
  readonly name: string
  /** Libraries of this workspace that it is installed with. */
  readonly dependencies: ReadonlyArray<string>
  /** Members that are built into what it publishes. */
  readonly bundled: ReadonlyArray<string>
}

export interface Reached {
  readonly bump: Bump
  /** The members through which the release reaches it. */
  readonly through: ReadonlyArray<string>
}

const order: ReadonlyArray<Bump> = ["patch", "minor", "major"]
const isFurther = (bump: Bump, than: Bump | undefined): boolean =>
  than === undefined || order.indexOf(bump) > order.indexOf(than)

/** The members that have to be released as well, or further than planned. */
export const reach = (
  planned: ReadonlyMap<string, Bump>,
  members: ReadonlyArray<Member>
): ReadonlyMap<string, Reached> => {
  const bumps = new Map(planned)
  const reached = new Map<string, Reached>()
  const visit = (name: string, from: string, bump: Bump): boolean => {
    const through = reached.get(name)?.through ?? []
    if (!isFurther(bump, bumps.get(name))) return false
    bumps.set(name, bump)
    reached.set(name, { bump, through: [...new Set([...through, from])] })
    return true
  }
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false
    for (const { name, dependencies, bundled } of members) {
      for (const from of dependencies) {
        const bump = bumps.get(from)
        if (bump !== undefined && visit(name, from, bump)) isGrowing = true
      }
      for (const from of bundled) if (bumps.has(from) && visit(name, from, "patch")) isGrowing = true
    }
  }
  return reached
}
