package seal

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// TestTheVectorsOfTheSpecification are those of c2sp.org/XAES-256-GCM.
func TestTheVectorsOfTheSpecification(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		key           byte
		purpose, want string
	}{
		{1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"},
		{3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"},
	} {
		x := extend(bytes.Repeat([]byte{tt.key}, SecretSize))
		sealed := x.seal([]byte("ABCDEFGHIJKLMNOPQRSTUVWX"), []byte("XAES-256-GCM"), []byte(tt.purpose))
		if got := hex.EncodeToString(sealed[nonceSize:]); got != tt.want {
			t.Errorf("%s\nwant %s", got, tt.want)
		}
	}
}
