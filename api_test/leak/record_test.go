package leak_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/postern-dev/postern/api_test/leak"
)

const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhdXRoMHxhZGEifQ.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"

// TestALeakIsFound leaks on purpose, in each way that a program could.
func TestALeakIsFound(t *testing.T) {
	key := []byte("0123456789abcdefghijklmnopqrstuv")
	for _, tt := range []struct{ name, text string }{
		{"a token", "got " + token},
		{"a token in a line of JSON", `{"msg":"request","authorization":"Bearer ` + token + `"}`},
		{"a token that was cut off", "got " + token[:30]},
		{"its signature", "signature c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"},
		{"the end of its signature", token[len(token)-24:]},
		{"its claims", "eyJzdWIiOiJhdXRoMHxhZGEifQ"},
		{"a password in an address", "dial postgres://postern:correct-horse-battery@db/postern: refused"},
		{"a key in hex", hex.EncodeToString(key)},
		{"a key in a Go text", fmt.Sprint(key)},
		{"a key in a struct", fmt.Sprintf("%+v", struct{ Key []byte }{key})},
		{"a key as it is", string(key)},
		{"a cookie", "cookie: session=1J3kd9Lw0aZq7RtY"},
	} {
		for size := range 3 {
			t.Run(fmt.Sprint(tt.name, ", written ", size, " bytes at once"), func(t *testing.T) {
				r := leak.NewRecord()
				defer r.Close()
				w := r.Writer("server")
				writeBy(w, r.Writer("another"), tt.text, size)
				r.Secret("token", token)
				r.Secret("password", "correct-horse-battery")
				r.Bytes("key", key)
				r.Field("cookie", "theme=dark; session=1J3kd9Lw0aZq7RtY")
				if found := r.Find(9); len(found) == 0 || found[0].Source != "server" {
					t.Errorf("found %v", found)
				}
			})
		}
	}
}

// writeBy writes so many bytes at once, all for 0, with other things between.
func writeBy(w, other io.Writer, text string, size int) {
	for len(text) > 0 {
		n := len(text)
		if size > 0 {
			n = min(n, size)
		}
		_, _ = io.WriteString(w, text[:n])
		_, _ = io.WriteString(other, "something else")
		text = text[n:]
	}
}

func TestWhatIsNoSecretIsNoLeak(t *testing.T) {
	r := leak.NewRecord()
	w := r.Writer("server")
	for _, text := range []string{"credential", strings.Repeat("x", 100), "undefined", "a.b.c", "abababababababababab"} {
		r.Field("Authorization", "Bearer "+text)
		_, _ = io.WriteString(w, text)
	}
	r.Field("Set-Cookie", "a=; Path=/a-rather-long-path/of-a-page; Expires=Wed, 09 Jun 2027 10:18:14 GMT; HttpOnly")
	_, _ = io.WriteString(w, "/a-rather-long-path/of-a-page on Wed, 09 Jun 2027 10:18:14 GMT")
	r.Secret("token", token)
	var said bytes.Buffer
	if code := r.Judge(0, &said); code != 0 {
		t.Errorf("%d: %s", code, &said)
	}
}

func TestALeakFailsTheRun(t *testing.T) {
	for code, want := range map[int]int{0: 1, 1: 1, 2: 2} {
		r := leak.NewRecord()
		r.Secret("token", token)
		_, _ = io.WriteString(r.Writer("server"), token)
		var said bytes.Buffer
		if got := r.Judge(code, &said); got != want || !strings.Contains(said.String(), "server wrote a secret (token)") {
			t.Errorf("a run that ended with %d ends with %d: %s", code, got, &said)
		}
	}
}

// TestAListenerHearsCredentials serves and asks over a real listener.
func TestAListenerHearsCredentials(t *testing.T) {
	r := leak.NewRecord()
	defer r.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := r.Writer("server")
	server := &http.Server{Handler: http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		http.SetCookie(answer, &http.Cookie{Name: "session", Value: "QmFzZTY0SXNIZXJl"})
		_, _ = io.WriteString(w, request.URL.Path)
	})}
	go func() { _ = server.Serve(r.Listener(l)) }()
	t.Cleanup(func() { _ = server.Close() })
	for _, name := range []string{"Authorization", "DPoP", "Cookie"} {
		value := map[string]string{"Authorization": "Bearer ", "Cookie": "a=b; c="}[name] + "secret-of-" + name + "-0123"
		request, err := http.NewRequest(http.MethodPost, "http://"+l.Addr().String()+"/secret-of-"+name+"-0123", strings.NewReader("body\n"))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set(name, value)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	}
	_, _ = io.WriteString(w, "QmFzZTY0SXNIZXJl")
	kinds := map[string]int{}
	for _, f := range r.Find(100) {
		kinds[f.Kind]++
	}
	if kinds["credential"] == 0 || kinds["proof"] == 0 || kinds["cookie"] < 2 || !r.Has("QmFzZTY0SXNIZXJl") {
		t.Errorf("found %v", kinds)
	}
}
