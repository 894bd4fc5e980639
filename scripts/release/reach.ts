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
  /** The planned members that are built into it. What it is installed with is not among them. */
  readonly built: ReadonlyArray<string>
  /** The planned members that it is installed with, and that are bumped as far: it hands on their values. */
  readonly handedOn: ReadonlyArray<string>
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
  /** Those members, and all that they lead to. */
  const closure = (
    names: ReadonlyArray<string>,
    next: (member: Member) => ReadonlyArray<string>,
    seen = new Set<string>()
  ): ReadonlySet<string> => {
    for (const name of names) {
      const member = byName.get(name)
      if (member === undefined || seen.has(name)) continue
      seen.add(name)
      closure(next(member), next, seen)
    }
    return seen
  }
  return new Map(
    [...bumps]
      .filter(([name, bump]) => isFurther(bump, planned.get(name)))
      .map(([name, bump]) => {
        const { dependencies = [], bundled = [] } = byName.get(name) ?? {}
        const parts = closure(bundled, (member) => [...member.dependencies, ...member.bundled])
        const built = [...parts].filter((each) => planned.has(each) && !dependencies.includes(each))
        const installed = closure(dependencies, (member) => member.dependencies)
        const handedOn = [...installed].filter((each) => planned.get(each) === bump)
        return [name, { bump, built: built.sort(), handedOn: handedOn.sort() }]
      })
  )
}
