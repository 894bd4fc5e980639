import { StartFailed } from "@hipay-pos/server/node"
import { afterEach, assert, beforeEach, describe, it, vi } from "vitest"
import { type Database, Rejected, type Row } from "../../src/postgres/Database.ts"
import * as LastWritten from "../../src/postgres/LastWritten.ts"
import * as Lease from "../../src/postgres/Lease.ts"

const LEASE = 1_000

/** A database that renews every lease, each with the given delay, until another instance has taken the name. */
const makeDatabase = (late: ReadonlyArray<number>) => {
  const beats: Array<number> = []
  let isTaken = false
  let isGone = false
  let registered = 0
  const query = async (sql: string): Promise<ReadonlyArray<Row>> => {
    if (sql.includes("register_v1")) {
      registered++
      isGone = false
      return isTaken ? [{ other: "two", alive_for: LEASE }] : []
    }
    if (!sql.includes("beat_v2")) return []
    const wait = late[beats.length] ?? 0
    beats.push(Date.now())
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    return [{ held: !isTaken && !isGone, others: 0 }]
  }
  const lose = () => {
    isGone = true
  }
  const take = () => {
    isTaken = true
  }
  return { beats, take, lose, registered: () => registered, database: { query } as unknown as Database }
}

const hold = (database: Database, warnings: Array<string> = [], requireStore = async () => {}, onGivenUp = () => {}) =>
  Lease.hold(
    { name: "one", version: "1", settings: "", lease: LEASE },
    {
      database,
      lastWritten: LastWritten.make(),
      inHand: () => [],
      onLost: () => {},
      onOthers: () => {},
      requireStore,
      onGivenUp,
      onWarning: (warning) => void warnings.push(warning)
    }
  )

describe("a lease", () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }))
  afterEach(() => void vi.useRealTimers())

  it("is renewed every quarter of its length", async () => {
    const { beats, database } = makeDatabase([])
    const holding = hold(database)
    await vi.advanceTimersByTimeAsync(LEASE)
    const lease = await holding
    assert.deepStrictEqual(beats, [0, 250, 500, 750, 1_000])
    await lease.giveBack()
  })

  it("is renewed at once if the last renewal took most of it", async () => {
    const { beats, database } = makeDatabase([0, 700])
    const holding = hold(database)
    await vi.advanceTimersByTimeAsync(250 + 700)
    const lease = await holding
    await vi.advanceTimersByTimeAsync(10)
    assert.strictEqual(beats.length, 3)
    assert.isAtLeast(lease.left(), LEASE / 2)
    await lease.giveBack()
  })

  it("that is nearly over and could not be renewed takes no orders, and is renewed soon after the database is back", async () => {
    const { beats, database } = makeDatabase([])
    let isAway = false
    const query: Database["query"] = async (sql, values) => {
      if (isAway) throw new Error("away")
      return database.query(sql, values)
    }
    const holding = hold({ ...database, query })
    await vi.advanceTimersByTimeAsync(1)
    const lease = await holding
    isAway = true
    await vi.advanceTimersByTimeAsync(LEASE / 2)
    assert.isAbove(lease.left(), 0)
    assert.isUndefined(lease.notReady())
    await vi.advanceTimersByTimeAsync(LEASE / 8)
    assert.isAbove(lease.left(), 0)
    assert.strictEqual(lease.notReady(), "the lease is not renewed: away")
    isAway = false
    await vi.advanceTimersByTimeAsync(LEASE / 8)
    assert.strictEqual(beats.length, 2)
    assert.isUndefined(lease.notReady())
    await lease.giveBack()
  })

  it("announces settings that could not be written at the next renewal, once", async () => {
    const { beats, database } = makeDatabase([])
    const announced: Array<unknown> = []
    let isAway = false
    const query: Database["query"] = async (sql, values) => {
      if (!sql.includes("SET settings")) return database.query(sql, values)
      if (isAway) throw new Error("away")
      announced.push(values?.[1])
      return []
    }
    const holding = hold({ ...database, query })
    await vi.advanceTimersByTimeAsync(0)
    const lease = await holding
    isAway = true
    const failed = await lease.announce("other terminals").catch((error: Error) => error.message)
    assert.strictEqual(failed, "away")
    isAway = false
    await vi.advanceTimersByTimeAsync(LEASE)
    assert.deepStrictEqual([announced, beats.length], [["other terminals"], 5])
    await lease.giveBack()
  })

  it("ends at once if the time of day is set forward, until the next renewal", async () => {
    const { database } = makeDatabase([])
    const holding = hold(database)
    await vi.advanceTimersByTimeAsync(100)
    const lease = await holding
    const id = lease.instance()
    assert.isTrue(lease.isHeld(id))
    vi.setSystemTime(Date.now() + 3_600_000)
    assert.isFalse(lease.isHeld(id))
    await vi.advanceTimersByTimeAsync(150)
    assert.deepStrictEqual([lease.isHeld(id), lease.left()], [true, 800])
    await lease.giveBack()
  })

  it("lasts no longer if the time of day is set back", async () => {
    const { beats, database } = makeDatabase([0, 5_000])
    const holding = hold(database)
    await vi.advanceTimersByTimeAsync(100)
    const lease = await holding
    const id = lease.instance()
    vi.setSystemTime(Date.now() - 3_600_000)
    assert.deepStrictEqual([lease.isHeld(id), lease.left()], [true, 700])
    // The next renewal, after 250 ms, is not answered.
    await vi.advanceTimersByTimeAsync(699)
    assert.isTrue(lease.isHeld(id))
    await vi.advanceTimersByTimeAsync(1)
    assert.deepStrictEqual([lease.isHeld(id), beats.length], [false, 2])
    const given = lease.giveBack()
    await vi.advanceTimersByTimeAsync(5_000)
    await given
  })

  it.each<[string, Error, string | undefined]>([
    ["at once where the database refuses", new Rejected("read-only"), "the lease is not renewed: read-only"],
    ["once it is over where the database is away", new Error("away"), undefined]
  ])("that is not renewed takes orders away, %s, and is warned of once", async (_, error, atOnce) => {
    const { database } = makeDatabase([])
    const warnings: Array<string> = []
    let isFailing = false
    const query: Database["query"] = async (sql, values) => {
      if (isFailing) throw error
      return database.query(sql, values)
    }
    const holding = hold({ ...database, query }, warnings)
    await vi.advanceTimersByTimeAsync(1)
    const lease = await holding
    isFailing = true
    await vi.advanceTimersByTimeAsync(LEASE / 4)
    assert.strictEqual(lease.notReady(), atOnce)
    await vi.advanceTimersByTimeAsync(LEASE)
    const why = `the lease is not renewed: ${error.message}`
    assert.strictEqual(lease.notReady(), why)
    isFailing = false
    await vi.advanceTimersByTimeAsync(LEASE)
    assert.isUndefined(lease.notReady())
    assert.deepStrictEqual(warnings, [why, "the lease is renewed again"])
    await lease.giveBack()
  })

  it("is not taken again in a store that is being restored, and reports each reason once", async () => {
    const { lose, registered, database } = makeDatabase([])
    const warnings: Array<string> = []
    let problem: string | undefined
    const holding = hold(database, warnings, async () => {
      if (problem !== undefined) throw new StartFailed({ problem })
    })
    await vi.advanceTimersByTimeAsync(1)
    const lease = await holding
    lose()
    const reasons = ["the store has no tables yet", "the store lacks unique indexes"]
    for (const reason of reasons) {
      problem = reason
      await vi.advanceTimersByTimeAsync(LEASE / 2)
      assert.deepStrictEqual(
        [lease.notReady(), lease.isHeld(lease.instance()), registered()],
        [`the lease is not renewed: ${reason}`, false, 1]
      )
    }
    problem = undefined
    await vi.advanceTimersByTimeAsync(LEASE / 4)
    assert.deepStrictEqual([lease.notReady(), lease.isHeld(lease.instance()), registered()], [undefined, true, 2])
    assert.deepStrictEqual(warnings, [
      ...reasons.map((reason) => `the lease is not renewed: ${reason}`),
      `the others counted this instance as gone; it continues as ${lease.instance()}`,
      "the lease is renewed again"
    ])
    await lease.giveBack()
  })

  it("is not held after a failure in another store that contains the instance's own row", async () => {
    const { database } = makeDatabase([])
    let isAway = false
    const query: Database["query"] = async (sql, values) => {
      if (isAway) throw new Rejected("schema does not exist")
      return database.query(sql, values)
    }
    let looked = 0
    const holding = hold({ ...database, query }, [], async () => {
      looked++
      throw new StartFailed({ problem: "another store" })
    })
    await vi.advanceTimersByTimeAsync(1)
    const lease = await holding
    assert.strictEqual(looked, 0)
    isAway = true
    await vi.advanceTimersByTimeAsync(LEASE / 4)
    isAway = false
    await vi.advanceTimersByTimeAsync(LEASE / 10)
    assert.deepStrictEqual(
      [lease.notReady(), lease.isHeld(lease.instance()), looked],
      ["the lease is not renewed: another store", false, 1]
    )
    await lease.giveBack()
  })

  it("is requested no more often if another instance has taken its name", async () => {
    const { beats, take, database } = makeDatabase([])
    const warnings: Array<string> = []
    const holding = hold(database, warnings)
    await vi.advanceTimersByTimeAsync(1)
    const lease = await holding
    take()
    await vi.advanceTimersByTimeAsync(LEASE)
    assert.deepStrictEqual(beats, [0, 250, 500, 750, 1_000])
    assert.isBelow(lease.left(), 0)
    assert.strictEqual(warnings.length, 1)
    assert.match(warnings[0] ?? "", /another gateway is running as one; this one sends nothing/)
    assert.strictEqual(lease.notReady(), warnings[0])
    await lease.giveBack()
  })

  it("continues as an incarnation whose request it had given up, once that appears, with the current settings", async () => {
    const { database } = makeDatabase([])
    const warnings: Array<string> = []
    const announced: Array<unknown> = []
    const asked: Array<unknown> = []
    /** The living incarnation, in the database. */
    let living: unknown
    let isStalled = false
    const query: Database["query"] = async (sql, values = []) => {
      if (sql.includes("SET settings")) {
        announced.push(values[0])
        return []
      }
      if (sql.includes("beat_v2")) return [{ held: values[0] === living, others: 0 }]
      if (!sql.includes("register_v1")) return []
      asked.push(values[0])
      if (isStalled) throw new Error("the database did not answer within 3 s")
      if (living !== undefined) return [{ other: living, alive_for: LEASE }]
      living = values[0]
      return [{ other: null, differs: null }]
    }
    const holding = hold({ ...database, query }, warnings)
    await vi.advanceTimersByTimeAsync(1)
    const lease = await holding
    const first = lease.instance()
    ;[living, isStalled] = [undefined, true]
    await vi.advanceTimersByTimeAsync(LEASE / 2)
    assert.isAtMost(lease.left(), 0)
    // Of these requests, the second is served, late.
    assert.isAtLeast(asked.length, 3)
    ;[living, isStalled] = [asked[1], false]
    await vi.advanceTimersByTimeAsync(LEASE / 4)
    assert.strictEqual(lease.instance(), asked[1])
    assert.notStrictEqual(lease.instance(), first)
    assert.isTrue(lease.isHeld(lease.instance()))
    assert.isUndefined(lease.notReady())
    assert.deepStrictEqual(announced, [asked[1]])
    assert.deepStrictEqual(warnings, [
      "the lease is not renewed: the database did not answer within 3 s",
      `the others counted this instance as gone; it continues as ${lease.instance()}`,
      "the lease is renewed again"
    ])
    await lease.giveBack()
  })

  it("is kept if a renewal that was given up had succeeded, and another one is too late", async () => {
    const { database } = makeDatabase([])
    const warnings: Array<string> = []
    let isHeld = true
    let own: unknown
    const query: Database["query"] = async (sql, values = []) => {
      if (sql.includes("beat_v2")) return [{ held: isHeld, others: 0 }]
      if (!sql.includes("register_v1")) return []
      if (own !== undefined) {
        isHeld = true
        return [{ other: own, alive_for: LEASE }]
      }
      own = values[0]
      return [{ other: null, differs: null }]
    }
    const holding = hold({ ...database, query }, warnings)
    await vi.advanceTimersByTimeAsync(1)
    const lease = await holding
    isHeld = false
    await vi.advanceTimersByTimeAsync(LEASE / 4)
    assert.isTrue(lease.isHeld(String(own)))
    assert.deepStrictEqual(warnings, [])
    await lease.giveBack()
  })

  describe("that is lost", () => {
    const makeTold = async () => {
      const { lose, take, database } = makeDatabase([])
      const state = { isAway: false, told: 0 }
      const query: Database["query"] = async (sql, values) => {
        if (state.isAway) throw new Error("the database refuses connections")
        return database.query(sql, values)
      }
      const holding = hold(
        { ...database, query },
        [],
        async () => {},
        () => void state.told++
      )
      await vi.advanceTimersByTimeAsync(1)
      return { lose, take, state, lease: await holding }
    }

    it("is reported each time that this instance is given up and continues as another incarnation", async () => {
      const { lose, state, lease } = await makeTold()
      for (const times of [1, 2]) {
        lose()
        await vi.advanceTimersByTimeAsync(LEASE)
        assert.isAbove(lease.left(), 0)
        assert.strictEqual(state.told, times)
      }
      await lease.giveBack()
    })

    it("is reported once if another instance has taken its name", async () => {
      const { take, state, lease } = await makeTold()
      take()
      await vi.advanceTimersByTimeAsync(3 * LEASE)
      assert.strictEqual(state.told, 1)
      await lease.giveBack()
    })

    it("is not reported while the database is unreachable: no instance has given it up", async () => {
      const { state, lease } = await makeTold()
      state.isAway = true
      await vi.advanceTimersByTimeAsync(3 * LEASE)
      assert.isAtMost(lease.left(), 0)
      state.isAway = false
      await vi.advanceTimersByTimeAsync(LEASE)
      assert.isAbove(lease.left(), 0)
      assert.strictEqual(state.told, 0)
      await lease.giveBack()
    })
  })
})
