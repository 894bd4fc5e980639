import * as BusinessDay from "@hipay-pos/core/BusinessDay"
import * as Currency from "@hipay-pos/core/Currency"
import * as Result from "effect/Result"
import { assert, describe, it } from "vitest"
import * as format from "../../src/text/format.ts"

describe("amounts", () => {
  it("have the digits of their currency as the toolkit's own table has them, for every code", () => {
    for (const { code, exponent } of Currency.all) assert.strictEqual(format.exponentOf(code), exponent, code)
  })

  it("are written as people of the language write them", () => {
    assert.strictEqual(format.amount(1250, "EUR", "en"), "€12.50")
    assert.strictEqual(format.amount(1250, "EUR", "fr"), "12,50\u00a0€")
    assert.strictEqual(format.amount(1250, "JPY", "en"), "¥1,250")
  })

  it("keep every digit at the limit", () => {
    assert.strictEqual(format.amount(999_999_999_999, "EUR", "en"), "€9,999,999,999.99")
    assert.strictEqual(format.toDecimal(999_999_999_999, "KWD"), "999999999.999")
  })

  it("keep small and negative amounts exact", () => {
    assert.strictEqual(format.toDecimal(7, "EUR"), "0.07")
    assert.strictEqual(format.toDecimal(-7, "KWD"), "-0.007")
    assert.strictEqual(format.toDecimal(0, "JPY"), "0")
  })

  it("of something that is not a currency code keep it behind the number", () => {
    assert.strictEqual(format.amount(1250, "<b>", "en"), "12.50 <b>")
  })
})

describe("durations", () => {
  it("are milliseconds below a second, seconds below a minute, then minutes, from an hour on hours", () => {
    assert.strictEqual(format.duration(0, "en"), "0 ms")
    assert.strictEqual(format.duration(999, "en"), "999 ms")
    assert.strictEqual(format.duration(3_240, "en"), "3.2 s")
    assert.strictEqual(format.duration(3_240, "fr"), "3,2 s")
    assert.strictEqual(format.duration(59_960, "en"), "1 min 00 s")
    assert.strictEqual(format.duration(125_000, "en"), "2 min 05 s")
    assert.strictEqual(format.duration(3_599_400, "en"), "59 min 59 s")
    assert.strictEqual(format.duration(3_599_600, "en"), "1 h 00 min")
    assert.strictEqual(format.duration(93_637_000, "en"), "26 h 00 min")
  })

  it("are never negative, whatever two clocks say", () => {
    assert.strictEqual(format.duration(-5, "en"), "0 ms")
  })
})

describe("times", () => {
  it("have their day if it is not today", () => {
    format.setTimeZone("Europe/Paris")
    const now = Date.parse("2026-11-29T09:00:00.000Z")
    assert.strictEqual(format.moment("2026-11-29T07:35:03.000Z", "fr", now), "08:35:03")
    assert.match(format.moment("2026-11-28T11:12:12.000Z", "fr", now), /^28 nov\., 12:12$/)
    assert.match(format.moment("2026-11-28T11:12:12.000Z", "en", now), /^28 Nov, 12:12$/)
    format.setTimeZone(undefined)
  })

  it("that cannot be read are a dash", () => {
    assert.strictEqual(format.clock("never", "en"), "–")
  })
})

describe("days", () => {
  it("are those of the calendar", () => {
    for (const day of ["2026-02-28", "2028-02-29", "0001-01-01"]) assert.isTrue(format.isDay(day), day)
    for (const text of ["2026-13-45", "2026-02-29", "2026-04-31", "2026-4-1", "today", "", "2026-11-28T00:00"]) {
      assert.isFalse(format.isDay(text), text)
    }
  })

  it("are the shop's, and UTC's where it has no time zone, as the server counts them", () => {
    const late = "2026-11-28T23:30:00.000Z"
    format.setTimeZone(undefined)
    assert.strictEqual(format.dayKey(late), "2026-11-28")
    assert.strictEqual(format.hourOfDay(late), 23)
    format.setTimeZone("Europe/Paris")
    assert.strictEqual(format.dayKey(late), "2026-11-29")
    assert.strictEqual(format.hourOfDay(late), 0)
    format.setTimeZone("Europe/Paris", "04:00")
    assert.strictEqual(format.dayKey(late), "2026-11-28")
    format.setTimeZone(undefined)
  })

  it.each([
    ["Europe/Paris", ["2026-03-29", "2026-10-25"], ["00:00", "02:00", "02:30", "03:00", "04:00", "06:00", "23:30"]],
    ["Australia/Lord_Howe", ["2026-04-05", "2026-10-04"], ["01:45", "02:15", "04:00"]],
    ["America/Santiago", ["2026-04-04", "2026-09-06"], ["00:00", "00:30", "04:00"]]
  ])("in %s are the server's when clocks are changed, too", (timeZone, changes, starts) => {
    for (const startsAt of starts) {
      format.setTimeZone(timeZone, startsAt)
      const days = Result.getOrThrow(BusinessDay.make({ timeZone, startsAt }))
      for (const change of changes) {
        const noon = Date.parse(`${change}T12:00:00Z`)
        for (let at = noon - 36 * 3_600_000; at < noon + 36 * 3_600_000; at += 15 * 60_000) {
          // A day ends at a quarter of an hour: before it and at it.
          for (const moment of [at - 1, at]) {
            const [day, expected] = [format.dayKey(moment), days.dayOf(moment)]
            if (day !== expected) assert.fail(`${day} is ${expected}: ${startsAt} ${days.format(moment)}`)
          }
        }
      }
    }
    format.setTimeZone(undefined)
  })

  it("have a yesterday when today is 25 hours long, too", () => {
    format.setTimeZone("Europe/Paris")
    assert.strictEqual(format.yesterday(Date.parse("2026-10-25T22:30:00Z")), "2026-10-24")
    format.setTimeZone(undefined)
  })
})

describe("the hours of a day", () => {
  it("are counted from the hour in which it begins, which comes again at its end if it begins at half past", () => {
    const hourOn = (time: string) => format.hourOfDay(Date.parse(time))
    format.setTimeZone("Europe/Paris", "04:30")
    assert.deepStrictEqual(
      ["2026-11-28T04:30+01:00", "2026-11-28T05:00+01:00", "2026-11-29T03:59+01:00", "2026-11-29T04:29+01:00"].map(
        hourOn
      ),
      [0, 1, 23, 24]
    )
    format.setTimeZone("Europe/Paris", "04:00")
    assert.deepStrictEqual(["2026-11-28T04:00+01:00", "2026-11-29T03:59+01:00"].map(hourOn), [0, 23])
    format.setTimeZone(undefined)
    assert.deepStrictEqual(["2026-11-28T00:59Z", "2026-11-28T23:00Z"].map(hourOn), [0, 23])
  })
})
