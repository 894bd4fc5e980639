/** An attempt that a program opens itself, before it speaks to its terminal. */
import { AttemptJournal, openAttempt, PosClientError } from "@hipay-pos/client"
import { assert, describe, it } from "vitest"

const opening = {
  ...{ id: "1", orderId: "A", transactionType: "Debit", amount: 1250, currency: "EUR" },
  ...{ terminal: "192.168.1.20:8888", openedAt: 1, mode: "live" }
} as const satisfies AttemptJournal.Opening

const refusalOf = async (opened: Promise<void>): Promise<PosClientError["reason"] | undefined> => {
  try {
    await opened
    return undefined
  } catch (error) {
    return error instanceof PosClientError ? error.reason : assert.fail(String(error))
  }
}

describe("opening an attempt", () => {
  it("keeps it before anything is sent, and refuses another one of its order until that has ended unpaid", async () => {
    const journal = AttemptJournal.memory()
    const { attempts, end } = AttemptJournal.toPromises(journal)
    const again = { ...opening, id: "2" }
    await openAttempt(journal, opening)
    assert.strictEqual((await attempts())[0]?.state, "open")
    assert.deepInclude(await refusalOf(openAttempt(journal, again)), { _tag: "Unsettled", kind: "Open", attempt: "1" })
    await end({ id: "1", state: "declined", endedAt: 2 })
    await openAttempt(journal, again)
    await end({ id: "2", state: "approved", paid: 1250, endedAt: 3 })
    const third = { ...opening, id: "3" }
    const approved = await refusalOf(openAttempt(journal, third))
    assert.deepInclude(approved, { _tag: "AlreadyApproved", attempt: "2", paid: 1250 })
    const other = await refusalOf(openAttempt(journal, { ...third, amount: 1 }))
    assert.deepInclude(other, { _tag: "OrderIdConflict", attempt: "2" })
    assert.lengthOf(await attempts(), 2)
  })

  it("does not start what a journal fails to keep, and takes one that cannot be read for one that may have it as paid", async () => {
    const fails = () => Promise.reject(new Error("the disk is full"))
    const end = async () => {}
    const full = AttemptJournal.fromPromises({ open: fails, end, attempts: async () => [] })
    assert.deepInclude(await refusalOf(openAttempt(full, { ...opening, transactionType: "Credit" })), {
      ...{ _tag: "NotStarted", kind: "JournalFailed" },
      advice: "Nothing was refunded. Repair the journal, then try again."
    })
    const earlier = { ...opening, state: "approved", endings: [] } as const
    const lost = AttemptJournal.fromPromises({ open: async () => earlier, end, attempts: fails })
    const unreadable = { _tag: "Unsettled", kind: "Unreadable", attempt: "1" } as const
    assert.deepInclude(await refusalOf(openAttempt(lost, { ...opening, id: "2" })), unreadable)
    const broken = AttemptJournal.fromPromises({ open: fails, end, attempts: fails })
    assert.deepInclude(await refusalOf(openAttempt(broken, opening)), { _tag: "Unsettled", kind: "Unreadable" })
  })
})
