package middleware

import (
	"context"
	"log/slog"
	"math"
	"testing"
	"time"
)

// stage has a clock that is set, processors in any number, and a wait for them as
// long as is said.
type stage struct {
	*InHand
	now, wait time.Duration
	// load is the share of a processor that is spent here.
	load  float64
	spent time.Duration
	// starves has Watch wait for its turn for ever.
	starves bool
	// probes are those whose turn has not come.
	probes []func()
}

const longest = 150 * time.Millisecond

var silent = slog.New(slog.DiscardHandler)

func newStage(most, processors int) *stage {
	s := &stage{InHand: NewInHand(most), now: time.Hour, load: float64(processors)}
	s.rush.longest, s.rush.log = longest, silent
	s.rush.clock = func() time.Duration { return s.now }
	s.rush.yield = func() {}
	s.rush.processor = func() time.Duration { return s.spent }
	s.rush.processors = func() int { return processors }
	s.rush.start = func(probe func()) { s.probes = append(s.probes, probe) }
	return s
}

// pass lets the time pass, and the watch go on meanwhile as it would, while so
// many requests come between two looks.
func (s *stage) pass(length time.Duration, come int) (taken int) {
	for end := s.now + length; s.now < end; {
		taken += s.ask(come)
		s.turns()
		s.now += lookEvery
		s.spent += time.Duration(s.load * float64(lookEvery))
		s.turns()
		s.watch()
		s.drain()
	}
	return taken
}

// watch is what Watch does when it looks.
func (s *stage) watch() {
	if s.starves {
		return
	}
	s.rush.next.Store(0)
	s.look(s.now)
	s.rush.next.Store(math.MaxInt64)
}

// turns gives probes that waited long enough their turn.
func (s *stage) turns() {
	if since := time.Duration(s.rush.probing.Load()); since == 0 || s.now-since < s.wait {
		return
	}
	for _, probe := range s.probes {
		probe()
	}
	s.probes = nil
}

// drain does what Watch does when a request was taken in.
func (s *stage) drain() {
	if s.starves {
		return
	}
	select {
	case <-s.rush.taken:
		s.rush.round()
	default:
	}
}

// ask has so many requests come at once and leave, and returns how many were
// taken in.
func (s *stage) ask(n int) (taken int) {
	for range n {
		if s.enter(s.now) {
			taken++
		}
	}
	for range taken {
		s.leave()
	}
	return taken
}

func TestWhatBeginsARush(t *testing.T) {
	for _, tt := range []struct {
		name             string
		processors, hand int
		come             int // between two looks, which are 10 ms apart
		load             float64
		wait             time.Duration
		rush             bool
	}{
		{"nobody", 1, 0, 0, 0, 0, false},
		{"a processor with time for all", 1, 0, 50, 1, 0, false},
		{"all that may be in hand wait for a database", 1, 512, 10, 0.1, 0, false},
		{"they wait, and the machine stands still", 1, 512, 10, 0, time.Minute, false},
		{"they wait, and other programs take the processor", 1, 512, 10, 0.2, time.Minute, false},
		{"a wait with nobody there", 1, 0, 0, 1, time.Minute, false},
		{"a wait with few there", 1, 0, 1, 1, time.Minute, false},
		{"a wait with many in hand", 1, 200, 1, 1, time.Minute, true},
		{"a wait with many that are dear", 1, 0, 20, 1, time.Minute, true},
		{"the same on half a processor, which others share", 1, 0, 20, 0.5, time.Minute, true},
		{"a wait with many that cost no more than to refuse them", 1, 0, 200, 1, time.Minute, false},
		{"so many that take four processors", 4, 0, 100, 4, time.Minute, true},
		{"a shorter wait", 1, 0, 30, 1, 140 * time.Millisecond, false},
		{"a wait as long as is allowed", 1, 0, 30, 1, 180 * time.Millisecond, true},
	} {
		s := newStage(512, tt.processors)
		s.wait, s.load = tt.wait, tt.load
		for range tt.hand {
			if !s.enter(s.now) {
				t.Fatalf("%s: refused", tt.name)
			}
		}
		s.pass(500*time.Millisecond, tt.come)
		if s.Rush() != tt.rush {
			t.Errorf("%s: a rush: %v", tt.name, s.Rush())
		}
		if want := s.Most() - tt.hand; !tt.rush && s.ask(600) != want {
			t.Errorf("%s: the limit is not %d any more", tt.name, s.Most())
		}
	}
}

// inRush is a stage at whose rush is on.
func inRush(t *testing.T, processors int) *stage {
	t.Helper()
	s := newStage(512, processors)
	s.wait = time.Minute
	s.pass(500*time.Millisecond, 20)
	if !s.Rush() {
		t.Fatal("there is no rush")
	}
	s.wait = 0
	return s
}

// TestARushTakesInByRounds from its beginning to its end.
func TestARushTakesInByRounds(t *testing.T) {
	s := inRush(t, 4)
	for round := range 5 {
		if taken := s.ask(1000); taken != 4*perProcessor {
			t.Fatalf("round %d takes in %d", round, taken)
		}
		if s.ask(1000) != 0 {
			t.Fatalf("round %d takes in more", round)
		}
		s.drain() // everything had its turn
	}
	s.pass(2*rushWindow, 40)
	if !s.Rush() {
		t.Fatal("it is over, and most are refused")
	}
	// As many come as the processor gets done, and all are taken in.
	for range 3 * int(rushWindow/lookEvery) {
		if s.pass(lookEvery, 4*perProcessor) != 4*perProcessor {
			t.Fatal("one is refused though nobody else is there")
		}
	}
	if s.Rush() || s.ask(600) != 512 {
		t.Error("it goes on with nothing to refuse")
	}
}

// Where thousands wait, the watch waits behind them, for seconds: those who are
// served see to it that a rush begins and that rounds go by.
func TestARushWhoseWatchStarves(t *testing.T) {
	s := newStage(512, 1)
	s.starves, s.wait = true, time.Minute
	s.rush.next.Store(0)
	s.pass(longest+3*lookEvery, 20)
	if !s.Rush() {
		t.Fatal("nobody has noticed")
	}
	if taken := s.pass(time.Second, 20); taken < perProcessor*int(time.Second/longestRound)/2 || taken > 2*perProcessor*int(time.Second/longestRound) {
		t.Errorf("%d were taken in within a second", taken)
	}
	s.starves, s.wait = false, 0
	if s.pass(2*rushWindow+2*lookEvery, 1); s.Rush() {
		t.Error("it goes on when the watch has its turn again")
	}
}

// Clients who ask again at once keep a rush going for as long as it is of use.
func TestARushEndsWhereWhatIsAskedIsCheap(t *testing.T) {
	s := inRush(t, 1)
	for range int(2*rushWindow/lookEvery) + 1 {
		for range 100 { // rounds go by quickly
			s.ask(3)
			s.drain()
		}
		s.pass(lookEvery, 0)
	}
	if s.Rush() {
		t.Error("it goes on, of requests that are as cheap as refusals")
	}
}

func TestARushEndsWhereNobodyComes(t *testing.T) {
	s := inRush(t, 1)
	if s.pass(2*rushWindow+lookEvery, 0); s.Rush() {
		t.Error("it goes on")
	}
}

// A request that is in hand and waits for somebody else takes no place in later
// rounds.
func TestWhoWaitsDoesNotCountInARush(t *testing.T) {
	s := inRush(t, 1)
	s.rush.round()
	for range 512 / perProcessor {
		for range perProcessor {
			if !s.enter(s.now) {
				t.Fatal("refused, for others who wait")
			}
		}
		s.drain()
	}
	if s.enter(s.now) {
		t.Error("more than may be in hand")
	}
}

// A round ends when a turn comes back at once, or after so many that did not.
func TestARoundEnds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		turns []time.Duration
		want  int
	}{
		{"nobody else is there", []time.Duration{0}, 1},
		{"some are", []time.Duration{3 * time.Millisecond, idleTurn, time.Microsecond}, 3},
		{"it never becomes quiet", nil, mostTurns},
	} {
		s := newStage(512, 1)
		yields := 0
		s.rush.yield = func() {
			took := time.Second
			if yields < len(tt.turns) {
				took = tt.turns[yields]
			}
			yields++
			s.now += took
		}
		s.rush.round()
		if yields != tt.want || s.rush.places.Load() != perProcessor {
			t.Errorf("%s: %d turns, %d places", tt.name, yields, s.rush.places.Load())
		}
	}
}

// FuzzInHand has anything happen in any order.
func FuzzInHand(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7}, uint16(64), uint8(2))
	f.Add([]byte{5, 6, 252, 252, 0, 0, 0, 0, 5, 0, 0, 1, 4}, uint16(100), uint8(1))
	f.Fuzz(func(t *testing.T, steps []byte, most uint16, processors uint8) {
		limit := max(many, int(most))
		s := newStage(limit, max(1, int(processors)))
		hand := 0
		for n, step := range steps {
			was, places := s.Rush(), s.rush.places.Load()
			switch step % 6 {
			case 0: // a request comes
				room := hand < limit
				taken := s.enter(s.now)
				if taken && !room || !taken && room && (!was || places > 0) {
					t.Fatalf("step %d: %d in hand of %d, taken in: %v, a rush: %v", n, hand, limit, taken, was)
				}
				if taken {
					hand++
				}
			case 1: // one is answered
				if hand > 0 {
					hand--
					s.leave()
				}
			case 2: // everything has its turn
				s.drain()
			case 3: // many come and go while the time passes
				s.pass(time.Duration(step)*time.Millisecond, int(step))
			case 4: // nobody comes
				s.pass(time.Duration(step)*time.Millisecond, 0)
			case 5: // the processor has time again, or none any more
				s.wait = time.Duration(step%3) * 100 * time.Millisecond
			}
			if s.Rush() && !was && step%6 != 3 && step%6 != 4 {
				t.Fatalf("step %d: a rush begins out of nothing", n)
			}
			if counted, _ := s.count(); counted != hand {
				t.Fatalf("step %d: %d are counted, %d are in hand", n, counted, hand)
			}
		}
		s.wait = 0
		if s.pass(2*rushWindow+2*lookEvery, 0); s.Rush() {
			t.Fatal("it does not end where nobody comes")
		}
	})
}

func TestAWatchEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); NewInHand(512).Watch(ctx, longest, silent) }()
	cancel()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Fatal("it goes on")
	}
	NewInHand(many-1).Watch(t.Context(), longest, silent) // return at once
	NewInHand(512).Watch(t.Context(), 0, silent)
}

func TestAPlaceInHandAllocatesNothing(t *testing.T) {
	i := NewInHand(512)
	if n := testing.AllocsPerRun(1000, func() {
		if i.enter(time.Hour) {
			i.leave()
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkInHand(b *testing.B) {
	i := NewInHand(512)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if i.enter(time.Hour) {
				i.leave()
			}
		}
	})
}
