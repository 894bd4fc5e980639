/**
 * How far a release reaches. A library that exposes another's values gets the same bump as that one: a project that installs
 * both has one version of the code that decides paid, declined or unknown. A bin is released again whenever anything in it is,
 * with the bump of the published packages in it: it breaks what they break. A change of a private package is a patch for it.
 */

export type Bump = "patch" | "minor" | "major"

export interface Member {
  readonly name: string
  readonly isPublished: boolean
  /** Libraries of this workspace that it depends on. */
  readonly dependencies: ReadonlyArray<string>
  /** Members that are bundled into it. */
  readonly bundled: ReadonlyArray<string>
}

export interface Reached {
  readonly bump: Bump
  /** The planned members that are bundled into it, without its dependencies. */
  readonly built: ReadonlyArray<string>
  /** The planned members that it depends on and exposes, so that it gets the same bump. */
  readonly handedOn: ReadonlyArray<string>
}

const order: ReadonlyArray<Bump> = ["patch", "minor", "major"]
const isFurther = (bump: Bump, than: Bump | undefined): boolean =>
  than === undefined || order.indexOf(bump) > order.indexOf(than)

/** The members of those names, and all members reachable from them. */
const closure = <M extends Member>(
  names: ReadonlyArray<string>,
  members: ReadonlyArray<M>,
  next: (member: M) => ReadonlyArray<string>
): ReadonlyArray<M> => {
  const found = new Set(members.filter(({ name }) => names.includes(name)))
  // Iterating over a set includes members added meanwhile.
  for (const member of found) {
    for (const each of members) if (next(member).includes(each.name)) found.add(each)
  }
  return [...found]
}

/** All members bundled into a member, directly or not. */
export const partsOf = <M extends Member>(member: M, members: ReadonlyArray<M>): ReadonlyArray<M> =>
  closure(member.bundled, members, ({ dependencies, bundled }) => [...dependencies, ...bundled])

/**
 * The members that have to be released as well, or further than planned. `changed` are those that differ from their last
 * release, planned or not: a patch at least.
 */
export const reach = (
  planned: ReadonlyMap<string, Bump>,
  members: ReadonlyArray<Member>,
  changed: ReadonlySet<string> = new Set()
): ReadonlyMap<string, Reached> => {
  const bumps = new Map<string, Bump>([...[...changed].map((name) => [name, "patch"] as const), ...planned])
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false
    for (const member of members) {
      const { name, dependencies } = member
      const asked = dependencies.map((each) => bumps.get(each))
      for (const part of partsOf(member, members)) {
        const bump = bumps.get(part.name)
        asked.push(bump !== undefined && !part.isPublished ? "patch" : bump)
      }
      for (const bump of asked) {
        if (bump === undefined || !isFurther(bump, bumps.get(name))) continue
        bumps.set(name, bump)
        isGrowing = true
      }
    }
  }

  const reached = new Map<string, Reached>()
  for (const member of members) {
    const { name, dependencies } = member
    const bump = bumps.get(name)
    if (bump === undefined || !isFurther(bump, planned.get(name))) continue
    const built = partsOf(member, members)
      .map((each) => each.name)
      .filter((each) => (planned.has(each) || changed.has(each)) && !dependencies.includes(each))
    const handedOn = closure(dependencies, members, (each) => each.dependencies)
      .map((each) => each.name)
      .filter((each) => planned.get(each) === bump)
    reached.set(name, { bump, built: built.sort(), handedOn: handedOn.sort() })
  }
  return reached
}
