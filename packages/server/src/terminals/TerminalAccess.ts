/**
 * Which terminals a login may use, and whose attempts it may see: by patterns such as `shop-12-*`, in which `*` stands for
 * any characters. A pattern is compared with the configured name of a terminal and with its address, in any case.
 */
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"

/** The terminals of a login. */
export interface TerminalAccess {
  readonly patterns: ReadonlyArray<string>
  /** Whether they include a terminal; an order that names none is for none of them. */
  readonly includes: (terminal: {
    readonly target: TerminalTarget.TerminalTarget
    readonly terminalName?: string | undefined
  }) => boolean
  /** Texts in lower case, one of which every name or address has that a pattern matches; none where that says nothing. */
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
