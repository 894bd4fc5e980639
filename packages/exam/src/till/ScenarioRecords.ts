/**
 * The records of an examination, one for each scenario that was begun, and the lookup of the record for an order or a charge.
 *
 * An order id belongs to the scenario that used it first: a till may continue a sale during later ones. Charges are read from
 * the mock's ledger on request.
 */
import type { MockControl } from "@hipay-pos/server-mock"
import { Ledger } from "@hipay-pos/terminal-simulator"
import type { Charge } from "./Evidence.ts"
import { newRecord, type Recorded, type Watch } from "./Recorded.ts"

/** The records so far; there is always one, even before the first scenario. */
export interface ScenarioRecords {
  /** The record of the current scenario. */
  readonly current: () => Recorded
  /** Begins the record of the next scenario. */
  readonly begin: (watch: Watch) => Promise<Recorded>
  /** The record of the scenario that used an order id first, or else of the current one. */
  readonly recordOf: (orderId?: string) => Recorded
  /** The charges during a scenario, and later ones for its order ids. */
  readonly chargesOf: (record: Recorded) => Promise<ReadonlyArray<Charge>>
  /** Whether every request of the till has ended. */
  readonly isEnded: () => boolean
}

/** The records of the requests to a mock. */
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

/** All charges of the ledger, by number: scenarios move the clock that the ledger is sorted by. */
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
