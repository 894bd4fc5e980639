/**
 * How far a release reaches. A library that hands on another's values bumps as far as that one did: a project that installs both
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
  /** The members whose planned changes reach it. */
  readonly from: ReadonlyArray<string>
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
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false
    for (const { name, dependencies, bundled } of members) {
      const asked = dependencies.map((each) => bumps.get(each))
      if (bundled.some((each) => bumps.has(each))) asked.push("patch")
      for (const bump of asked) {
        if (bump === undefined || !isFurther(bump, bumps.get(name))) continue
        bumps.set(name, bump)
        isGrowing = true
      }
    }
  }

  const byName = new Map(members.map((member) => [member.name, member]))
  /** The planned ones among all that a member is made of. */
  const origins = (name: string, seen = new Set<string>()): ReadonlySet<string> => {
    const { dependencies = [], bundled = [] } = byName.get(name) ?? {}
    for (const each of [...dependencies, ...bundled]) {
      if (seen.has(each)) continue
      seen.add(each)
      origins(each, seen)
    }
    return new Set([...seen].filter((each) => planned.has(each)))
  }
  return new Map(
    [...bumps]
      .filter(([name, bump]) => isFurther(bump, planned.get(name)))
      .map(([name, bump]) => [name, { bump, from: [...origins(name)].sort() }])
  )
}
