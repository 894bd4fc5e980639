/** The cardholder of a simulated terminal, for `--simulate`. */
import { setTimeout as sleep } from "node:timers/promises"
import { Cardholder, Fault, type Profile, type Stage } from "@hipay-pos/terminal-simulator"
import { startTerminal } from "@hipay-pos/terminal-simulator/node"
import * as Result from "effect/Result"
import type { Act, Operator } from "./Operator.ts"

/** A simulated terminal and its cardholder. */
export interface Simulated {
  readonly host: string
  readonly port: number
  readonly operator: Operator
}

/** How long the terminal stays busy in the steps that need it, in milliseconds. */
const BUSY_TIME = 1_200

/** Starts a terminal with a profile; port 0 takes any that is free. */
export const simulate = async (
  profile: Profile.Profile,
  pace: Stage.Pace,
  address: { readonly host: string; readonly port: number }
): Promise<Simulated> => {
  const started = await startTerminal({ profile, pace, ...address })
  const { simulator, host, port } = started
  const words: Readonly<Record<Exclude<Act, "sleep">, string>> = {
    nothing: "cancelled",
    approve: "approved",
    refuse: "refused",
    "red-key": "cancelled",
    "walk-away": "timed-out",
    "red-key-later": "cancelled",
    "cut-before-approval": "approved",
    "cut-after-approval": "approved",
    tip: "tip",
    convert: "foreign",
    collect: "cancelled",
    cancel: "cancelled"
  }
  const operator: Operator = {
    prepare: async (act) => {
      // A simulated terminal never falls asleep.
      if (act === "sleep") return false
      const behaviour = Cardholder.fromWord(words[act])
      simulator.clearFault()
      simulator.setCardholder(Cardholder.scripted([], behaviour))
      if (act === "red-key-later" || act === "cut-before-approval") {
        const delay = Fault.make("delay", { stage: "after-wake", milliseconds: BUSY_TIME, times: 1 })
        simulator.setFault(Result.getOrThrow(delay))
      }
      if (act === "cut-after-approval") {
        const delay = Fault.make("delay", { stage: "after-approval", milliseconds: BUSY_TIME, times: 1 })
        simulator.setFault(Result.getOrThrow(delay))
      }
      return true
    },
    act: (over) => sleep(BUSY_TIME / 3, undefined, { signal: over }).catch(() => {}),
    wasDone: async (amount, type) => {
      // By then, the payment whose line was cut has ended.
      for (let tries = 0; tries < 100 && simulator.state().stage !== "idle"; tries++) await sleep(50)
      return simulator.ledger
        .entries()
        .some((entry) => entry.operation === type.toLowerCase() && entry.amount === amount)
    },
    close: () => started.close()
  }
  return { host, port, operator }
}
