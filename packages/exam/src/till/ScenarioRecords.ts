/**
 * The records of an examination, one for each scenario that was begun, and the one that an order or a charge belongs to.
 *
 * An order id is of the scenario that used it first: a till may go on with a sale during later ones. What terminals charged
 * is read from the mock's ledger when it is asked for.
 */
import type { MockControl } from "@hipay-pos/server-mock"
import { Ledger } from "@hipay-pos/terminal-simulator"
import type { Charge } from "./Evidence.ts"
import { newRecord, type Recorded, type Watch } from "./Recorded.ts"

/** The records so far; one that no scenario has begun is there from the start. */
export interface ScenarioRecords {
  /** The record of the scenario that is played. */
  readonly current: () => Recorded
  /** Begins the record of the next scenario. */
  readonly begin: (watch: Watch) => Promise<Recorded>
  /** The record of the scenario that used an order id first, or else of the one that is played. */
  readonly recordOf: (orderId?: string) => Recorded
  /** What was charged in a scenario, and for its order ids later on. */
  readonly chargesOf: (record: Recorded) => Promise<ReadonlyArray<Charge>>
  /** Whether every request of the till has ended. */
  readonly isEnded: () => boolean
}

/** The records of what comes to a mock. */
export const makeScenarioRecords = (control: MockControl.MockControl): ScenarioRecords => {
  let current = newRecord({ treatments: [], saleOf: () => 1 }, new Set())
  const records = [current]
  return {
    current: () => current,
    begin: async (watch) => {
      current = newRecord(watch, new Set((await chargesIn(control)).keys()))
      records.push(current)
      return current
    },
    recordOf: (orderId = "") => records.find(({ ids }) => ids.has(orderId)) ?? current,
    chargesOf: async (record) =>
      [...(await chargesIn(control))].flatMap(([key, charge]) => {
        const since = records.filter(({ earlier }) => !earlier.has(key))
        const owner = since.findLast(({ ids }) => [...ids].some((id) => Ledger.privateDataOf(id) === charge.orderId))
        return (owner ?? since.at(-1)) === record ? [charge] : []
      }),
    isEnded: () => records.every(({ exchanges }) => exchanges.every(({ ended }) => ended !== "open"))
  }
}

/** All charges of the ledger. It is sorted by a clock that scenarios move: what is new is known by its number. */
const chargesIn = async (control: MockControl.MockControl): Promise<ReadonlyMap<string, Charge>> =>
  new Map(
    (await control.ledger()).entries.map(({ sequence, privateData, ...entry }) => [
      `${entry.terminal} ${sequence}`,
      {
        operation: entry.operation,
        amount: entry.amount,
        currency: entry.currency,
        orderId: privateData,
        authorizationNumber: entry.authorizationNumber,
        terminal: entry.terminal
      }
    ])
  )
