package middleware

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestADeadlineIsLikeThatOfTheStandardLibrary does the same to both.
func TestADeadlineIsLikeThatOfTheStandardLibrary(t *testing.T) {
	type key struct{}
	made := map[string]func(context.Context) (context.Context, func()){
		"ours": func(parent context.Context) (context.Context, func()) {
			d := &deadline{Context: parent, until: time.Now().Add(time.Second)}
			return d, d.end
		},
		"the library's": func(parent context.Context) (context.Context, func()) {
			ctx, cancel := context.WithTimeout(parent, time.Second)
			return ctx, cancel
		},
	}
	for _, tt := range []struct {
		name string
		do   func(ctx context.Context, end, parentEnds func())
		want error
	}{
		{"nothing happened", func(context.Context, func(), func()) {}, nil},
		{"somebody waits", func(ctx context.Context, _, _ func()) { ctx.Done() }, nil},
		{"time is up", func(context.Context, func(), func()) {
			time.Sleep(time.Second)
			synctest.Wait()
		}, context.DeadlineExceeded},
		{"time is up while somebody waits", func(ctx context.Context, _, _ func()) { <-ctx.Done() }, context.DeadlineExceeded},
		{"the connection ends", func(_ context.Context, _, parentEnds func()) { parentEnds() }, context.Canceled},
		{"it ends while somebody waits", func(ctx context.Context, _, parentEnds func()) { ctx.Done(); parentEnds() }, context.Canceled},
		{"the request is answered", func(_ context.Context, end, _ func()) { end() }, context.Canceled},
		{"it is answered while somebody waits", func(ctx context.Context, end, _ func()) { ctx.Done(); end(); end() }, context.Canceled},
		{"a context made of it ends first", func(ctx context.Context, _, _ func()) {
			child, cancel := context.WithCancel(ctx)
			cancel()
			<-child.Done()
		}, nil},
		{"a context made of it ends with it", func(ctx context.Context, end, _ func()) {
			child, cancel := context.WithCancel(context.WithValue(ctx, key{}, 1))
			defer cancel()
			end()
			<-child.Done()
		}, context.Canceled},
		{"a context made of it when it is over", func(ctx context.Context, end, _ func()) {
			end()
			child, cancel := context.WithTimeout(ctx, time.Hour)
			defer cancel()
			<-child.Done()
		}, context.Canceled},
		{"work begins when it ends", func(ctx context.Context, end, _ func()) {
			ran := make(chan struct{})
			context.AfterFunc(ctx, func() { close(ran) })
			end()
			<-ran
		}, context.Canceled},
	} {
		for whose, make := range made {
			t.Run(tt.name+"/"+whose, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					parent, parentEnds := context.WithCancel(context.WithValue(context.Background(), key{}, "value"))
					defer parentEnds()
					ctx, end := make(parent)
					defer end()
					if until, ok := ctx.Deadline(); !ok || time.Until(until) != time.Second {
						t.Errorf("the deadline is %v, %v", until, ok)
					}
					tt.do(ctx, end, parentEnds)
					if err := ctx.Err(); !errors.Is(err, tt.want) {
						t.Errorf("it ended with %v, want %v", err, tt.want)
					}
					if cause := context.Cause(ctx); !errors.Is(cause, tt.want) {
						t.Errorf("its cause is %v, want %v", cause, tt.want)
					}
					select {
					case <-ctx.Done():
						if tt.want == nil {
							t.Error("it is done")
						}
					default:
						if tt.want != nil {
							t.Error("it is not done")
						}
					}
					if err := ctx.Err(); !errors.Is(err, tt.want) {
						t.Errorf("after that it ended with %v, want %v", err, tt.want)
					}
					if ctx.Value(key{}) != "value" {
						t.Error("it lost the values of the connection")
					}
				})
			})
		}
	}
}

func TestAnEarlierDeadlineStands(t *testing.T) {
	parent, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d := &deadline{Context: parent, until: time.Now().Add(time.Hour)}
	defer d.end()
	if until, ok := d.Deadline(); !ok || time.Until(until) > time.Minute {
		t.Errorf("the deadline is %v, %v", until, ok)
	}
}
