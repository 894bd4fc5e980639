/**
 * The terminals that a login may use and whose attempts it may see, by patterns such as `shop-12-*`, in which `*` matches any
 * characters. Patterns are compared with a terminal's configured name and its address, ignoring case.
 */
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"

/** The terminals of a login. */
export interface TerminalAccess {
  readonly patterns: ReadonlyArray<string>
  /** Whether they include a terminal. An order that names none is not included. */
  readonly includes: (terminal: {
    readonly target: TerminalTarget.TerminalTarget
    readonly terminalName?: string | undefined
  }) => boolean
  /** Lower-case texts: every name or address that a pattern matches contains one of them. Empty if that rules nothing out. */
  readonly fragments: ReadonlyArray<string>
}

/** The terminals that patterns match. */
export const fromPatterns = (patterns: ReadonlyArray<string>): TerminalAccess => {
  const parts = patterns.map((pattern) => pattern.toLowerCase().split("*"))
  const expression = new RegExp(`^(?:${parts.map((each) => each.map(escaped).join(".*")).join("|")})$`, "s")
  const fragments = parts.map((each) => each.toSorted((a, b) => b.length - a.length)[0] ?? "")
  return {
    patterns,
    includes: ({ target, terminalName }) => {
      if (terminalName !== undefined && expression.test(terminalName.toLowerCase())) return true
      if (target._tag === "Unnamed") return false
      const address = TerminalTarget.toText(target).toLowerCase()
      return expression.test(address) || (target._tag === "Concert" && expression.test(target.host.toLowerCase()))
    },
    fragments: fragments.includes("") ? [] : fragments
  }
}

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&")
