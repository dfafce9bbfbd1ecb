package auth

import (
	"fmt"
	"time"
)

// proofExamination is the way of one proof through all checks.
type proofExamination struct {
	prover   *prover
	request  Request
	token    string
	identity *Identity
	now      time.Time

	read  *proof
	until time.Time
	renew bool
}

// proofCheck is one step. All but the first need a proof that could be read.
type proofCheck struct {
	name string
	run  func(*proofExamination) *Refusal
}

const (
	proofForm   = "proof form"
	proofReplay = "proof replay"
)

// proofChecks are all steps, in their order. From the time on the key's holder
// is known to have made the proof, so a nonce is given and memory is spent.
func proofChecks() [8]proofCheck {
	return [...]proofCheck{
		{proofForm, (*proofExamination).checkForm},
		{"proof key", (*proofExamination).checkKey},
		{"proof method", (*proofExamination).checkMethod},
		{"proof address", (*proofExamination).checkAddress},
		{"proof token", (*proofExamination).checkToken},
		{"proof signature", (*proofExamination).checkSignature},
		{"proof time", (*proofExamination).checkTime},
		{proofReplay, (*proofExamination).checkReplay},
	}
}

func (x *proofExamination) checkForm() (refusal *Refusal) {
	switch n := len(x.request.Proofs); {
	case n == 0:
		return refuse(ProofMissing)
	case n > 1:
		return refuse(ProofMalformed).becausef("%d DPoP header fields", n)
	}
	x.read, refusal = readProof(x.request.Proofs[0])
	return refusal
}

func (x *proofExamination) checkKey() *Refusal {
	switch x.identity.Thumbprint {
	case "":
		return refuse(TokenUnbound)
	case x.read.thumbprint():
		return nil
	}
	return refuse(ProofKeyWrong)
}

func (x *proofExamination) checkMethod() *Refusal {
	if x.read.method != x.request.Method {
		return refuse(ProofMismatch).becausef("htm is %.20q, the method %s", x.read.method, x.request.Method)
	}
	return nil
}

func (x *proofExamination) checkAddress() *Refusal {
	called, err := target(x.request.Target)
	if err != nil {
		return refuse(ProofMismatch).because(fmt.Errorf("the request's address: %w", err))
	}
	made, err := target(x.read.target)
	if err != nil {
		return refuse(ProofMismatch).because(fmt.Errorf("htu: %w", err))
	}
	if made != called {
		return refuse(ProofMismatch).becausef("htu is %.200q, the request's address %.200q", made, called)
	}
	return nil
}

func (x *proofExamination) checkToken() *Refusal {
	if x.read.tokenHash != hashOf(x.token) {
		return refuse(ProofMismatch).becausef("ath is not the hash of the token")
	}
	return nil
}

func (x *proofExamination) checkSignature() *Refusal {
	if err := x.read.signed(); err != nil {
		return refuse(ProofSignatureBad).because(err)
	}
	return nil
}

func (x *proofExamination) checkTime() (refusal *Refusal) {
	if x.until, x.renew, refusal = x.prover.checkTime(x.read, x.now); refusal != nil {
		refusal.Nonce = x.prover.next(x.now)
	}
	return refusal
}

func (x *proofExamination) checkReplay() *Refusal {
	return x.prover.memory.use(x.identity.Key(), x.read.key.thumbprint, x.read.id, x.until, x.now)
}

// ExamineProof does all checks of the proof of a request with the token that e
// is about, and adds what they find. Whether the proof is new only a server
// knows that has seen others: that check is listed and not done.
func (v *Verifier) ExamineProof(e *Examined, token string, request Request) {
	if v.prover == nil {
		e.add(Finding{Check: proofForm, Done: true, Refusal: refuse(TokenSenderConstrained).becausef("no issuer's tokens may be bound here")})
		return
	}
	x := &proofExamination{prover: v.prover, request: request, token: token, identity: e.Identity, now: v.config.Clock()}
	if x.identity == nil {
		x.identity = &Identity{} // whose token is bound to nothing
	}
	for _, check := range proofChecks() {
		f := Finding{Check: check.name}
		if check.name == proofForm || x.read != nil && check.name != proofReplay {
			f.Done, f.Refusal = true, check.run(x)
		}
		if f.Refusal != nil && v.config.Explain && f.Refusal.cause != nil {
			f.Refusal.Specific = "Found: " + f.Refusal.cause.Error() + "."
		}
		e.add(f)
	}
}

func (e *Examined) add(f Finding) {
	e.Findings = append(e.Findings, f)
	if e.Refusal == nil {
		e.Refusal = f.Refusal
	}
}
