package postman

// Environment is where a collection is run, and as whom.
type Environment struct {
	Name string
	// BaseURL is the address of the API, without a slash at its end.
	BaseURL string
	// Issuer and Audience are those of the tokens that the API takes.
	Issuer, Audience string
	// ClientID and ClientSecret are those of a client that gets tokens in its
	// own name. Who has no such client pastes a token.
	ClientID, ClientSecret string
}

// environment is Postman's form of it.
type environment struct {
	Name   string     `json:"name"`
	Values []variable `json:"values"`
	Scope  string     `json:"_postman_variable_scope"`
}

type variable struct {
	Key     string `json:"key"`
	Value   string `json:"value"`
	Type    string `json:"type"`
	Enabled bool   `json:"enabled"`
}

// File writes the environment. Postman hides the token and the secret.
func (e Environment) File() ([]byte, error) {
	const plain, hidden = "default", "secret"
	return indented(environment{Name: e.Name, Scope: "environment", Values: []variable{
		{"baseUrl", e.BaseURL, plain, true},
		{"issuer", e.Issuer, plain, true},
		{"audience", e.Audience, plain, true},
		{"accessToken", "", hidden, true},
		{"clientId", e.ClientID, plain, true},
		{"clientSecret", e.ClientSecret, hidden, true},
		{"eraseMyData", "no", plain, true},
		{"strongLogin", "no", plain, true},
	}})
}
