/** Lists the terminals of a gateway: the watch's last check, and the state of their payments in the store. */

import { defined } from "@hipay-pos/core/Defined"
import * as TerminalTarget from "@hipay-pos/core/TerminalTarget"
import type { TerminalStatus } from "@hipay-pos/core/wire/Terminals"
import type { TerminalListing } from "@hipay-pos/server"
import type { Attempt } from "@hipay-pos/server/Attempt"
import type { AttemptStore } from "@hipay-pos/server/AttemptStore"
import { guardName, guardsTerminal } from "@hipay-pos/server/Guards"
import * as Effect from "effect/Effect"
import * as GatewayConfig from "./GatewayConfig.ts"
import type { Seen } from "./TerminalWatch.ts"

/** What is listed. */
export interface ListTerminalsOptions {
  readonly terminals: () => ReadonlyArray<GatewayConfig.GatewayTerminal>
  readonly store: Pick<AttemptStore, "list" | "lastAt" | "get">
  /** By address; undefined if terminals are not watched. */
  readonly seen: (address: string) => Seen | undefined
}

export const listTerminals = ({ terminals, store, seen }: ListTerminalsOptions): TerminalListing =>
  Effect.fnUntraced(function* ({ access, after, limit }) {
    const visible = terminals()
      .map((terminal) => {
        const { host, port } = GatewayConfig.addressOf(terminal)
        return { name: terminal.name, address: guardName({ host, port }), host, port }
      })
      .filter(
        ({ name, host, port }) =>
          access?.includes({
            target: TerminalTarget.concert({ host, port, contracts: [] }),
            terminalName: name
          }) !== false
      )
    const last = after === undefined ? undefined : visible.findIndex(({ address }) => address === after.toLowerCase())
    if (last === -1) return undefined
    const start = last === undefined ? 0 : last + 1
    const page = visible.slice(start, start + limit)
    const open = yield* store.list({ state: "open", isBrief: true, terminals: access })
    const unknown = yield* store.list({ state: "unknown", isBrief: true, terminals: access })
    const blocking = blockingIn([...unknown, ...open].filter(guardsTerminal))
    const listed = yield* Effect.forEach(page, ({ name, address }) =>
      Effect.map(lastPayment(store, address), (last): TerminalStatus => {
        const looked = seen(address)
        return {
          name: name ?? address,
          address,
          ...(looked && {
            reachable: looked.reachable,
            since: time(looked.since),
            checkedAt: time(looked.checkedAt)
          }),
          ...defined({ lastPayment: last, blockedBy: blocking.get(address)?.id })
        }
      })
    )
    return { terminals: listed, isMore: start + limit < visible.length }
  })

const lastPayment = Effect.fnUntraced(function* (store: ListTerminalsOptions["store"], address: string) {
  const id = yield* store.lastAt({ name: address, address: undefined })
  // A damaged attempt is not shown; the list of attempts reports it.
  const attempt = id === undefined ? undefined : yield* Effect.orElseSucceed(store.get(id), () => undefined)
  return attempt && { attempt: attempt.id, at: time(attempt.endedAt ?? attempt.openedAt), state: attempt.state }
})

/** The attempt that blocks each terminal, by address: one to resolve, or else the oldest. */
const blockingIn = (undecided: ReadonlyArray<Attempt>): ReadonlyMap<string, Attempt> => {
  const found = new Map<string, Attempt>()
  for (const attempt of undecided) {
    const { target, terminal, state, openedAt } = attempt
    const address = TerminalTarget.toText(target).toLowerCase()
    const other = found.get(address)
    const isBehind = other !== undefined && (other.state !== state || other.openedAt < openedAt)
    if (terminal === "dialled" && !isBehind) found.set(address, attempt)
  }
  return found
}

const time = (at: number): string => new Date(at).toISOString()
