/** Compares a secret with what a caller sent, in a time that reveals nothing about the secret. */

/**
 * Whether two texts are equal, in a time that depends on the length of `given` only. `NaN` behind the secret's end counts as
 * 0, and the lengths differ then.
 */
export const isEqual = (secret: string, given: string): boolean => {
  let difference = secret.length ^ given.length
  for (let i = 0; i < given.length; i++) difference |= secret.charCodeAt(i) ^ given.charCodeAt(i)
  return difference === 0
}
