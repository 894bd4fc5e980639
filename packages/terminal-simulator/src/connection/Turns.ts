/** One operation at a time: whoever comes next waits in line, first come first served. */
import * as Effect from "effect/Effect"

/** The line in front of a terminal. */
export class Turns {
  private readonly line: Array<Place> = []

  /** Takes the last place. */
  join(): Place {
    const place = new Place(this.line)
    this.line.push(place)
    return place
  }
}

/** A place in the line: the first one has the turn. */
export class Place {
  private readonly line: Array<Place>
  private wake = () => {}

  constructor(line: Array<Place>) {
    this.line = line
  }

  /** Waits for the turn; done at once where nobody stands before. */
  get turn(): Effect.Effect<void> {
    if (this.line[0] === this) return Effect.void
    return Effect.callback<void>((resume) => {
      // Whoever had the turn ends first.
      this.wake = () => resume(Effect.yieldNow)
    })
  }

  /** Gives the turn to the next, or leaves the line before it has come. */
  leave(): void {
    const at = this.line.indexOf(this)
    this.line.splice(at, 1)
    if (at === 0) this.line[0]?.wake()
  }
}
