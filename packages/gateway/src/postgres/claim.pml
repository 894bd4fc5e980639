/*
 * Several gateways on one database, as a model for spin: who may send to a terminal, and when.
 *
 * Two instances serve two orders at one terminal; the database holds the guards. Each transaction, and each turn of an
 * instance's event loop, is one atomic step. Between two steps anything may happen: the other instance goes on, an
 * instance dies, a lease runs out, a person resolves an attempt, the terminal answers, early or late.
 *
 *   spin -a claim.pml && cc -O2 -DSAFETY -o pan pan.c && ./pan -m100000
 *
 * finds no error. Each of these removes one rule, and spin then finds a payment that goes wrong:
 *
 *   -DNO_FENCE           the lease is not checked between the connection and the first byte
 *   -DNO_ORDER_GUARD     a claim does not look for a live attempt of the same order
 *   -DNO_TERMINAL_GUARD  a claim does not look for an undecided attempt at the terminal
 *   -DTIME_FREES         the guards of a lost instance's attempt are released when its lease ends
 *   -DBLIND_CLOSE        an end is written whatever the attempt's state is by then
 *   -DNO_PASSING         an order's guard is not passed to an approval that came late, when the attempt made meanwhile ends
 *
 * In the code: claim is claim_v1, turn is turn_v2; close, closeUnknown and Person's word are change_v2 (a compare and set by
 * state, number of resolutions and the record that was read); the database's part of Lease is beat_v2: all in functions.ts.
 * lostAttempts.ts ends what beat_v2 gives up, each attempt in a step of its own. claim_group_v1 and change_group_v2 in
 * groupFunctions.ts are several claims, or several ends, one after the other in one step; those that would not be written
 * do nothing and are made alone afterwards. The instance's own count of its lease is Lease.ts. LEASE_HELD before the first
 * byte is mayDial in PostgresStore.ts, which `fenced` in terminals/DialledTerminals.ts asks. "What is not in hand" is inHand
 * in PostgresStore.ts, or unansweredClaims there if the attempt was given up before that beat.
 *
 * Assumed, not modelled: checking the lease and the first write are one turn of the loop, and an instance counts its lease
 * as shorter than the database does. An instance that the machine freezes exactly between the two, for longer than
 * a lease, breaks the first assumption.
 */

#define ATTEMPTS 3      /* that may be made in one run: enough for a repeat after a resolution, and one more */
#define NONE 9          /* a guard that is free, an instance that owns nothing */

#ifdef NO_ORDER_GUARD
#define ORDER_FREE(order) true
#else
#define ORDER_FREE(order) (orderGuard[order] == NONE)
#endif
#ifdef NO_TERMINAL_GUARD
#define TERMINAL_FREE true
#define TERMINAL_DECIDED true
#else
#define TERMINAL_FREE (terminalGuard == NONE)
#define TERMINAL_DECIDED (terminalGuard == NONE || state[terminalGuard] != unknown)
#endif
#ifdef NO_FENCE
#define LEASE_HELD(me) true
#else
#define LEASE_HELD(me) (!leaseEnded[me])
#endif
#define LIVE(a) (state[a] == queued || state[a] == open || state[a] == unknown)
#define UNDECIDED(a) (state[a] == open || state[a] == unknown)

mtype = { unused, queued, open, unknown, approved, declined, notStarted };

/* What the database holds. A queued attempt is an open one without its terminal's turn. */
mtype state[ATTEMPTS] = unused;
byte orderOf[ATTEMPTS];
byte ownerOf[ATTEMPTS] = NONE;
byte orderGuard[2] = NONE;
byte terminalGuard = NONE;
bool gone[2];                   /* by the database's clock: this incarnation of the instance never comes back */
byte attempts = 0;

/* What an instance knows by itself: its lease, which ends here before it ends in the database. */
bool leaseEnded[2];

/* What happened in the world. */
bool sent[ATTEMPTS];            /* a byte of the request left */
bool charged[ATTEMPTS];
bool byPerson[ATTEMPTS];        /* ended by a person's word */

inline approvedOf(order) {
#ifndef NO_PASSING
  if
  :: state[0] == approved && orderOf[0] == order -> orderGuard[order] = 0
  :: else ->
     if
     :: state[1] == approved && orderOf[1] == order -> orderGuard[order] = 1
     :: else -> if :: state[2] == approved && orderOf[2] == order -> orderGuard[order] = 2 :: else fi
     fi
  fi
#else
  skip
#endif
}

/* The terminal is free. The order stays with an approved attempt: the one that ends here, or one whose approval came late. */
inline release(a) {
  if :: terminalGuard == a -> terminalGuard = NONE :: else fi;
  if
  :: orderGuard[orderOf[a]] == a && state[a] != approved ->
     orderGuard[orderOf[a]] = NONE;
     approvedOf(orderOf[a])
  :: orderGuard[orderOf[a]] == NONE && state[a] == approved -> orderGuard[orderOf[a]] = a
  :: else
  fi
}

/* Writes the attempt and takes both guards, unless another attempt has one: of the same order (joined, or 409), undecided
 * at the terminal (409), or with the terminal's turn (queued). */
inline claim(me, order) {
  d_step {
    mine = NONE;
    if
    :: !gone[me] && attempts < ATTEMPTS && ORDER_FREE(order) && TERMINAL_DECIDED ->
       mine = attempts; attempts++;
       assert(state[0] != approved || orderOf[0] != order);   /* an approved order is never paid again */
       assert(state[1] != approved || orderOf[1] != order);
       orderOf[mine] = order; ownerOf[mine] = me; orderGuard[order] = mine;
       if
       :: TERMINAL_FREE -> state[mine] = open; terminalGuard = mine
       :: else -> state[mine] = queued
       fi
    :: else -> skip
    fi
  }
}

/* A queued attempt gets the terminal's turn when the guard is free. */
inline turn(me) {
  d_step {
    if
    :: !gone[me] && state[mine] == queued && TERMINAL_FREE -> state[mine] = open; terminalGuard = mine
    :: else -> skip
    fi
  }
}

/* Compare and set: a known end takes the place of queued, open and unknown. A charge that contradicts a person's word is
 * written too, and raises an alarm. */
inline close(end) {
  d_step {
    alarmed = false;
    wasDeclined = byPerson[mine] && state[mine] == declined;
#ifdef BLIND_CLOSE
    state[mine] = end; release(mine);
#else
    if
    :: LIVE(mine) -> state[mine] = end; release(mine)
    :: wasDeclined && end == approved -> state[mine] = approved; alarmed = true; release(mine)
    :: else -> skip
    fi;
#endif
    assert(!(wasDeclined && end == approved) || alarmed);
    assert(!(charged[mine] && end == approved) || state[mine] == approved);
    alarmed = false; wasDeclined = false
  }
}

/* The deadline: the caller is told that the outcome is unknown, and both guards stay. */
inline closeUnknown() {
  d_step { if :: state[mine] == open -> state[mine] = unknown :: else -> skip fi }
}

/* Must hold when the first byte leaves: no other attempt at this terminal has sent and is undecided, and no other
 * attempt of this order is live. */
inline mayBeSent() {
  other = 0;
  do
  :: other == ATTEMPTS -> break
  :: other < ATTEMPTS ->
     assert(other == mine || !(sent[other] && UNDECIDED(other)));
     assert(other == mine || orderOf[other] != orderOf[mine] || !LIVE(other));
     other++
  od;
  other = 0
}

/* One payment after another, as the gateway makes them. "goto dead" is kill -9: what the database says stays as it is. */
proctype Instance(byte me) {
  byte mine = NONE;
  byte other = 0;
  bool alarmed, wasDeclined;
again:
  if
  :: attempts < ATTEMPTS && !gone[me] -> if :: claim(me, 0) :: claim(me, 1) fi
  :: true -> goto dead
  fi;
  if
  :: mine == NONE -> goto again
  :: mine != NONE                                        /* the claim's answer arrived */
  :: mine != NONE -> close(notStarted); goto again       /* it was lost: the next beat ends what is not in hand */
  :: mine != NONE -> goto dead
  fi;
  if
  :: state[mine] == queued && TERMINAL_FREE -> turn(me)
  :: state[mine] == queued -> close(notStarted); goto again      /* it waited for as long as it may */
  :: state[mine] == queued -> goto dead
  :: state[mine] != queued
  fi;
  if
  :: state[mine] == queued || state[mine] == notStarted -> close(notStarted); goto again
  :: else
  fi;
  /* The connection stands. Fence and first byte: one turn of the loop. */
  if
  :: d_step { LEASE_HELD(me) -> mayBeSent(); sent[mine] = true }
  :: !LEASE_HELD(me) -> close(notStarted); goto again
  :: goto dead
  fi;
  if
  :: charged[mine] = true                                /* what the terminal does */
  :: skip
  fi;
  if
  :: charged[mine] -> close(approved)
  :: !charged[mine] -> close(declined)
  :: closeUnknown();                                     /* silence; then the late answer, or never one */
     if
     :: charged[mine] -> close(approved)
     :: !charged[mine] -> charged[mine] = true; close(approved)
     :: !charged[mine] -> close(declined)
     :: true
     fi
  :: goto dead
  fi;
  goto again;
dead:
  skip
}

/* Gives up a lost instance's attempt: a queued one was not sent. */
inline giveUp(a) {
  if
  :: state[a] == queued -> state[a] = notStarted; release(a)
  :: state[a] == open -> state[a] = unknown;
#ifdef TIME_FREES
     release(a)
#endif
  fi
}

#define LOST(a) (ownerOf[a] == me && (state[a] == queued || state[a] == open))

/* Time: the instance's own count of its lease ends first, then the database's. From then on its attempts are given up, each
 * in a step of its own, in any order; others go on in between. */
proctype Lease(byte me) {
  leaseEnded[me] = true;
  gone[me] = true;
end:
  do
  :: d_step { LOST(0) -> giveUp(0) }
  :: d_step { LOST(1) -> giveUp(1) }
  :: d_step { LOST(2) -> giveUp(2) }
  od
}

/* A person looks at the terminal and its receipt, and says how an unknown attempt ended. */
proctype Person() {
  byte a = 0;
end:
  do
  :: d_step { attempts > 0 && state[0] == unknown -> a = 0; byPerson[a] = true; state[a] = (charged[a] -> approved : declined); release(a) }
  :: d_step { attempts > 1 && state[1] == unknown -> a = 1; byPerson[a] = true; state[a] = (charged[a] -> approved : declined); release(a); a = 0 }
  od
}

init {
  atomic { run Instance(0); run Instance(1); run Lease(0); run Lease(1); run Person() }
}
