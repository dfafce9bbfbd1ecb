package postman

import (
	"strings"
)

// testOf holds the answer against the document, and keeps what the next request
// needs.
func testOf(o *operation) []string {
	lines := []string{
		"const answer = pm.response",
		"const problem = (answer.headers.get('Content-Type') ?? '').startsWith('application/problem+json') ? answer.json() : undefined",
		"pm.test('is answered " + strings.Join(o.successes(), " or ") + "', () => {",
		"  // Of a refusal, the message says what is wrong and how to mend it.",
		"  const why = problem ? `${problem.code}: ${problem.detail} ${problem.hint ?? ''}` : answer.status",
		"  pm.expect(answer.code, why).to.be.oneOf([" + strings.Join(o.successes(), ", ") + "])",
		"})",
		"pm.test('has a request id', () => pm.expect(answer.headers.get('X-Request-Id')).to.be.ok)",
	}
	if m := itemPath.FindStringSubmatch(o.path); m != nil && o.method != "DELETE" {
		return append(lines, "if (answer.headers.get('ETag')) pm.collectionVariables.set('"+tagOf(m[2])+"', answer.headers.get('ETag'))")
	}
	name := o.path[strings.LastIndexByte(o.path, '/')+1:]
	if o.method == "POST" && o.ID != "batch" {
		return append(lines,
			"if (answer.code === 201) {",
			"  // The requests on one document are about the one that was made last.",
			"  pm.collectionVariables.set('"+idOf(name)+"', answer.json().id)",
			"  pm.collectionVariables.set('"+tagOf(name)+"', answer.headers.get('ETag'))",
			"}")
	}
	return lines
}

// guardOf keeps a run from deleting everything that somebody has, and from what
// its token cannot do.
func guardOf(o *operation) []string {
	switch {
	case o.asksOfLogin():
		return []string{
			"// Its rule asks for a strong or recent login, or for a proof. Set strongLogin to yes, with such a token, to have it sent.",
			"if (pm.variables.get('strongLogin') !== 'yes') pm.execution.skipRequest()",
		}
	case o.ID != "eraseMine":
		return nil
	}
	return []string{
		"// It deletes all that is yours. Set eraseMyData to yes in the environment to have it sent.",
		"if (pm.variables.get('eraseMyData') !== 'yes') pm.execution.skipRequest()",
	}
}

// fetchToken gets a token where none was pasted, for a client that may have one
// in its own name (RFC 6749, section 4.4).
func fetchToken() []string {
	return []string{
		"// Without accessToken, the client of the environment gets a token in its own name. It is kept in",
		"// collection variables until it is nearly over, and never in the environment, which people share.",
		"const now = Date.now() / 1000",
		"const known = pm.collectionVariables.get('fetchedToken')",
		"const secret = pm.environment.get('clientSecret')",
		"if (!pm.environment.get('accessToken') && secret) {",
		"  if (known && now < Number(pm.collectionVariables.get('fetchedTokenEnds')) - 30) {",
		"    pm.variables.set('accessToken', known)",
		"  } else {",
		"    const issuer = pm.environment.get('issuer')",
		"    pm.sendRequest(`${issuer.replace(/\\/$/, '')}/.well-known/openid-configuration`, (failed, discovered) => {",
		"      if (failed) throw new Error(`the issuer ${issuer} cannot be reached: ${failed}`)",
		"      const form = {",
		"        grant_type: 'client_credentials', client_id: pm.environment.get('clientId'), client_secret: secret,",
		"        audience: pm.environment.get('audience'),",
		"      }",
		"      const urlencoded = Object.entries(form).map(([key, value]) => ({ key, value }))",
		"      const body = { mode: 'urlencoded', urlencoded }",
		"      pm.sendRequest({ url: discovered.json().token_endpoint, method: 'POST', body }, (failed, answer) => {",
		"        if (failed || answer.code !== 200) throw new Error(`no token: ${failed ?? answer.text()}`)",
		"        const { access_token: token, expires_in: seconds } = answer.json()",
		"        pm.collectionVariables.set('fetchedToken', token)",
		"        pm.collectionVariables.set('fetchedTokenEnds', String(now + seconds))",
		"        pm.variables.set('accessToken', token)",
		"      })",
		"    })",
		"  }",
		"}",
	}
}
