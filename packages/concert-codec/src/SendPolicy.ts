/**
 * Which tags a register sends under a version. Policies restrict only sending; reading is the same for all versions.
 *
 * Firmwares differ in what they tolerate, so any tag can be removed from a policy or added to it.
 */
import * as Tag from "./Tag.ts"

/** A version and the tags that it sends. */
export interface SendPolicy {
  /** `CZ`. */
  readonly version: Tag.Since
  readonly tags: ReadonlySet<string>
}

const upTo = (version: Tag.Since): SendPolicy => ({
  version,
  tags: new Set(
    Tag.all
      .filter(({ direction, since, vendor }) => direction !== "response" && since <= version && vendor === undefined)
      .map(({ code }) => code)
  )
})

/** Concert V3.0: base tags, authorization request. */
export const v30: SendPolicy = upTo("0300")

/** Concert V3.1: V3.0 and an external reference. */
export const v31: SendPolicy = upTo("0310")

/** Concert V3.2: V3.1 and tickets, the customer's phone and e-mail. */
export const v32: SendPolicy = upTo("0320")

/** The policies by the version's short name. */
export const byVersion = { "3.0": v30, "3.1": v31, "3.2": v32 } as const

/** The short name of a version. */
export type Version = keyof typeof byVersion

/** Whether a tag may be sent. */
export const allows = (policy: SendPolicy, tag: string): boolean => policy.tags.has(tag)

/** The policy with these tags allowed, whatever its version. */
export const including = (policy: SendPolicy, tags: ReadonlyArray<string>): SendPolicy => ({
  version: policy.version,
  tags: new Set([...policy.tags, ...tags])
})

/** The policy without these tags. */
export const excluding = (policy: SendPolicy, tags: ReadonlyArray<string>): SendPolicy => ({
  version: policy.version,
  tags: new Set([...policy.tags].filter((tag) => !tags.includes(tag)))
})
