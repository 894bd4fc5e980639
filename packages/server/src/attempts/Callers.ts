/**
 * The callers that wait for one payment: the one that brought its order, and those whose equal orders joined it. Once the last
 * has gone, the payment is given up, as long as nothing of it was sent.
 */
export class Callers {
  private waiting = 1
  private hasLeft = false
  private joined: Callers | undefined
  private giveUp: () => boolean = () => false
  private isOver = false

  /** Whether the payment was given up: its end is being written. */
  get haveGivenUp(): boolean {
    return this.isOver
  }

  /** The caller waits for the payment of others instead. */
  join(others: Callers): void {
    this.joined = others
    if (!this.hasLeft) others.waiting++
  }

  /** The caller has gone; said once more, it changes nothing. */
  leave(): void {
    if (this.hasLeft) return
    this.hasLeft = true
    const payment = this.joined ?? this
    payment.waiting--
    payment.check()
  }

  /** From here on the payment can be given up, by what says whether it was. */
  whenGone(giveUp: () => boolean): void {
    this.giveUp = giveUp
  }

  /** Gives the payment up if nobody waits for it. */
  check(): void {
    if (this.waiting === 0 && this.giveUp()) this.isOver = true
  }
}
