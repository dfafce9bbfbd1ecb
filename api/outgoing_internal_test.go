package api

import "testing"

// TestSlowClientsHoldABoundedAmount takes answers that nobody has read yet.
func TestSlowClientsHoldABoundedAmount(t *testing.T) {
	const large = 1 << 20
	var o outgoing
	fill := func(caller string) (n int) {
		for n <= mostOutgoing/large && o.take(caller, large) {
			n++
		}
		return n
	}
	if n := fill("ada"); n != mostOfOne/large {
		t.Errorf("one caller has %d MiB on the way", n)
	}
	if !o.take("bob", mostOfOne+1) {
		t.Error("a caller without any gets no answer because it is large")
	}
	if o.take("bob", 1) {
		t.Error("a caller who has more than a share gets another")
	}
	o.give("bob", mostOfOne+1)
	if n := fill(""); n != (mostOutgoing-mostOfOne)/large {
		t.Errorf("all others have %d MiB on the way", n)
	}
	if o.take("grace", large) {
		t.Error("there is room beyond all")
	}
	o.give("ada", large)
	if !o.take("grace", large) {
		t.Error("what was read makes no room")
	}
	o.give("grace", large)
	for range mostOfOne/large - 1 {
		o.give("ada", large)
	}
	for range (mostOutgoing - mostOfOne) / large {
		o.give("", large)
	}
	if o.bytes != 0 || len(o.of) != 0 {
		t.Errorf("%d bytes are left of %v", o.bytes, o.of)
	}
	if !o.take("ada", 2*mostOutgoing) {
		t.Error("a single answer is too large")
	}
}
