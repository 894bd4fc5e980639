/**
 * The callers waiting for one payment: the one that sent the order, and those whose equal orders joined it. When the last one
 * has gone, the payment is given up if nothing was sent yet.
 */
export class Callers {
  private waiting = 1
  private hasLeft = false
  private joined: Callers | undefined
  private giveUp: () => boolean = () => false
  private isOver = false

  /** Whether the payment was given up, so that its end is being written. */
  get haveGivenUp(): boolean {
    return this.isOver
  }

  /** The caller waits for another payment instead. */
  join(others: Callers): void {
    this.joined = others
    if (!this.hasLeft) others.waiting++
  }

  /** The caller has gone. Idempotent. */
  leave(): void {
    if (this.hasLeft) return
    this.hasLeft = true
    const payment = this.joined ?? this
    payment.waiting--
    payment.check()
  }

  /** Sets how to give the payment up; `giveUp` returns whether it did. */
  whenGone(giveUp: () => boolean): void {
    this.giveUp = giveUp
  }

  /** Gives the payment up if no caller is waiting. */
  check(): void {
    if (this.waiting === 0 && this.giveUp()) this.isOver = true
  }
}
