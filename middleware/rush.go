package middleware

import (
	"context"
	"log/slog"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// lookEvery is how often it is looked at how long the wait is.
	lookEvery = 10 * time.Millisecond
	// many is how many requests have to be there for a rush: fewer clients than
	// that, who ask again when they are answered, never begin one. Dear is how long
	// each keeps a processor busy at the least, and cheap how long one that is
	// refused: with others nothing would be won. What a refusal costs differs by a
	// half between machines. Taken too high, refusals alone would seem to be all
	// that was spent, and the rush over in the middle of it.
	many  = 100
	dear  = 250 * time.Microsecond
	cheap = 35 * time.Microsecond
	// busyShare is the least part of one processor that was spent here during the
	// wait: else it is other programs that make everybody wait.
	busyShare = 4
	// rushWindow is for how long a rush goes on before it is asked whether it is
	// over: whether less than one request of endShare was refused meanwhile, or those
	// that were not are dear no more.
	rushWindow = time.Second
	endShare   = 4
	// perProcessor is how many requests a round takes in for each processor.
	perProcessor = 2
	// longestRound is after how long the next round begins even where Watch, which
	// waits for its turn like everybody, could not end this one.
	longestRound = 100 * time.Millisecond
	// idleTurn is the longest turn of a processor that has nothing else to do, and
	// mostTurns is after how many longer ones a round ends all the same: those who
	// are refused must not starve those who are not.
	idleTurn  = 500 * time.Microsecond
	mostTurns = 8
)

// rush is the time in which more is asked for than the processor gets done.
//
// net/http runs a request when it has the processor for it. Requests that wait for
// nobody are therefore never in hand together, however many there are: they queue
// before any handler, in the sockets and in Go's scheduler, and a limit on those in
// hand does not see them. The length of that queue shows in how long it takes until
// a goroutine that gives up its turn has it back: it goes behind all that wait.
type rush struct {
	on atomic.Bool
	// places is how many more are taken in before the round is over.
	places atomic.Int64
	// asked and refused count requests of this window.
	asked, refused atomic.Int64
	// probing is since when a probe waits for its turn, by the clock; 0 is none.
	probing atomic.Int64
	// next is when the next look is due, by the clock, and roundBegan since when
	// there are places of this round.
	next, roundBegan atomic.Int64
	// taken has Watch begin a round.
	taken chan struct{}
	// longest and log are those of Watch, set before next is.
	longest time.Duration
	log     *slog.Logger

	// These are of whoever looks, which one does at a time: how many had come when
	// the probe began, what was spent until then or until the window began, when that
	// was, and what was counted in the windows before.
	looking              sync.Mutex
	came                 uint32
	spent                time.Duration
	windowBegan          time.Duration
	allAsked, allRefused int64

	zero       time.Time
	clock      func() time.Duration // since zero
	processor  func() time.Duration // what this process has used of it
	yield      func()               // gives up the turn, and returns when it is back
	start      func(func())         // begins a goroutine
	processors func() int
}

// init makes a rush that nobody watches yet.
func (r *rush) init() {
	r.next.Store(math.MaxInt64)
	r.taken = make(chan struct{}, 1)
	r.zero = time.Now()
	r.clock = func() time.Duration { return time.Since(r.zero) }
	r.processor, r.processors = processorTime, func() int { return runtime.GOMAXPROCS(0) }
	r.yield, r.start = runtime.Gosched, func(f func()) { go f() }
}

// Watch follows the processor until ctx ends. A rush begins when goroutines wait
// for their turn for longer than longest, because of many requests that are dear.
// From then on requests are taken in by rounds: a few for each processor, then no
// more until everything that could run has had its turn, which is when all who
// came meanwhile were refused, and those few are done or wait for somebody else.
// It ends when most are taken in again. Requests that wait for a database neither
// begin a rush nor count in it. With a longest of 0, and where fewer requests than
// make a rush may be in hand, the limit stays what it is, and Watch returns at
// once.
//
// In a rush a watch can wait for its turn for seconds, as thousands of others do.
// So whoever comes looks too, when it is time: who is served has the processor.
func (i *InHand) Watch(ctx context.Context, longest time.Duration, log *slog.Logger) {
	if longest == 0 || i.most < many {
		return
	}
	i.rush.longest, i.rush.log = longest, log
	i.rush.next.Store(0)
	defer i.rush.next.Store(math.MaxInt64)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			i.look(i.rush.clock())
		case <-i.rush.taken:
			i.rush.round()
		}
	}
}

// look begins a rush, or ends it, if it is time to look.
func (i *InHand) look(now time.Duration) {
	r := &i.rush
	if now < time.Duration(r.next.Load()) || !r.looking.TryLock() {
		return
	}
	defer r.looking.Unlock()
	r.next.Store(int64(now + lookEvery))
	hand, total := i.count()
	since := time.Duration(r.probing.Load())
	switch wait := now - since; {
	case r.on.Load():
		if now-time.Duration(r.roundBegan.Load()) >= longestRound {
			r.refill(now)
		}
		r.judge(now)
	case since == 0:
		if total != r.came { // else nobody was here since
			r.came, r.spent = total, r.processor()
			r.probe(now)
		}
	case wait >= r.longest && r.crowded(wait, r.processor()-r.spent, hand, int(total-r.came)):
		r.begin(now)
		r.log.Warn("more is asked for than the processor gets done; requests are refused", "waitMs", wait.Milliseconds(), "inHand", hand, "came", total-r.came)
	}
}

// crowded tells whether requests are why everybody waits: many are in hand or
// came during the wait, in which so much was spent, and those that came were dear.
func (r *rush) crowded(wait, spent time.Duration, hand, came int) bool {
	return max(hand, came) >= many && spent >= wait/busyShare && spent >= dear*time.Duration(came)
}

// probe tries how long a goroutine waits for its turn.
func (r *rush) probe(now time.Duration) {
	r.probing.Store(int64(max(now, 1)))
	r.start(func() {
		r.yield()
		r.probing.Store(0)
	})
}

func (r *rush) begin(now time.Duration) {
	r.asked.Store(0)
	r.refused.Store(0)
	r.spent, r.windowBegan, r.allAsked, r.allRefused = r.processor(), now, 0, 0
	r.refill(now)
	r.on.Store(true)
}

// judge ends the rush where few were refused lately, or without need.
func (r *rush) judge(now time.Duration) {
	if now-r.windowBegan < rushWindow {
		return
	}
	asked, refused := r.asked.Swap(0), r.refused.Swap(0)
	used := r.processor() - r.spent
	r.spent, r.windowBegan, r.allAsked, r.allRefused = r.spent+used, now, r.allAsked+asked, r.allRefused+refused
	if refused*endShare > asked && used-cheap*time.Duration(refused) > dear*time.Duration(asked-refused) {
		return
	}
	r.on.Store(false)
	r.log.Info("the processor gets done what is asked for again", "asked", r.allAsked, "refused", r.allRefused)
}

// turn takes a request in if the round has a place left.
func (r *rush) turn() bool {
	r.asked.Add(1)
	if r.places.Add(-1) < 0 {
		r.refused.Add(1)
		return false
	}
	select {
	case r.taken <- struct{}{}:
	default: // it was told and has not begun yet
	}
	return true
}

// round waits until everything has had its turn, and begins the next round.
func (r *rush) round() {
	for range mostTurns {
		began := r.clock()
		r.yield()
		if r.clock()-began < idleTurn {
			break
		}
	}
	r.refill(r.clock())
}

// refill begins a round.
func (r *rush) refill(now time.Duration) {
	r.roundBegan.Store(int64(now))
	r.places.Store(perProcessor * int64(r.processors()))
}
