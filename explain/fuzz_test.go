package explain_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/explain"
)

// FuzzRead reads any bytes as a token and holds the verdict against that of the
// verifier. Nothing but plain text may be shown.
func FuzzRead(f *testing.F) {
	issuer := authtest.Start()
	f.Cleanup(issuer.Close)
	d := deployment(f, issuer, nil)
	good := issuer.Token(nil)
	for _, seed := range []string{"", "undefined", good, "Bearer " + good + "\n", good + ".", good[:len(good)-9], strings.Repeat(".", 4),
		issuer.Token(map[string]any{"aud": "spa", "exp": 5, "x": "\x1b[2J"}), "e30.e30.e30", "W10.e30."} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		token, err := explain.Read(strings.NewReader(string(data)))
		if err != nil {
			return
		}
		var want auth.Code
		_, err = d.Verifier.Verify(t.Context(), token)
		if refusal, ok := errors.AsType[*auth.Refusal](err); ok {
			want = refusal.Code
		}
		r := d.Token(t.Context(), token)
		if unsettled(r.Code) && unsettled(want) {
			return
		}
		if r.Code != want || (want == "") != (r.Verdict == explain.Accepted) {
			t.Errorf("explained as %s %q, Verify says %q: %q", r.Verdict, r.Code, want, token)
		}
		if text := printed(t, r); strings.ContainsFunc(text, func(c rune) bool { return c < ' ' && c != '\n' || c >= 0x7f && c < 0xa0 }) {
			t.Errorf("control characters are shown: %q", text)
		}
	})
}

// unsettled are the two answers to a key that is not there: which of them is
// given hangs on how many keys were asked for in the last seconds.
func unsettled(code auth.Code) bool { return code == auth.KeyUnknown || code == auth.KeysUnavailable }
