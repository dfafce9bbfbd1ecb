package authtest

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"time"
)

type absent struct{}

// Absent is the value of a member that is to be left out.
var Absent any = absent{}

// merge returns base changed by changes.
func merge(base, changes map[string]any) map[string]any {
	merged := maps.Clone(base)
	for name, value := range changes {
		if value == Absent {
			delete(merged, name)
			continue
		}
		merged[name] = value
	}
	return merged
}

// Token signs an access token with the key in use. Its claims are good ones,
// changed by those given; [Absent] leaves one out.
func (i *Issuer) Token(claims map[string]any) string {
	return i.Sign(nil, i.Payload(claims), nil)
}

// Payload returns the claims of a good access token that lives for an hour,
// changed by those given.
func (i *Issuer) Payload(claims map[string]any) []byte {
	now := i.clock()
	return must(json.Marshal(merge(map[string]any{
		"iss":   i.name,
		"sub":   "auth0|ada",
		"aud":   i.audience,
		"iat":   now.Unix(),
		"exp":   now.Add(time.Hour).Unix(),
		"azp":   "spa",
		"scope": "openid read:notes",
	}, claims)))
}

// Sign signs any payload with any key, where nil means the key in use, under a
// header of alg, kid and typ changed by the members given. The signature is
// made as alg says; where that does not fit the key, as the key's algorithm
// says.
func (i *Issuer) Sign(header map[string]any, payload []byte, key *Key) string {
	if key == nil {
		key = i.Key()
	}
	members := merge(map[string]any{"alg": key.Algorithm, "kid": key.ID, "typ": "JWT"}, header)
	return key.SignRaw(must(json.Marshal(members)), payload)
}

// SignRaw signs a header and a payload that need not be JSON. It makes the
// signature as [Issuer.Sign] does.
func (k *Key) SignRaw(header, payload []byte) string {
	var members struct {
		Algorithm string `json:"alg"`
	}
	algorithm := k.Algorithm
	if json.Unmarshal(header, &members) == nil && fits(members.Algorithm, k.Private) {
		algorithm = members.Algorithm
	}
	input := encode(header) + "." + encode(payload)
	return input + "." + encode(signature(algorithm, k.Private, []byte(input)))
}

// Compact joins three parts of your own making to a compact serialization (RFC
// 7515, section 7.1).
func Compact(header, payload, signature []byte) string {
	return encode(header) + "." + encode(payload) + "." + encode(signature)
}

func encode(part []byte) string { return base64.RawURLEncoding.EncodeToString(part) }
