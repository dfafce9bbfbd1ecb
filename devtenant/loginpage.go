package devtenant

import (
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
)

// loginBody is the login page for one pending authorization: a button for
// each user, with what the user may.
func loginBody(id string, a wish, users []User) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<h1>Sign in</h1>\n<p>to continue to <strong>%s</strong> at %s</p>\n",
		html.EscapeString(a.client.ID), html.EscapeString(placeOf(a.redirectURI)))
	fmt.Fprintf(&b, "<form method=\"post\" action=\"%s\">\n<input type=\"hidden\" name=\"state\" value=\"%s\">\n", loginPath, html.EscapeString(id))
	b.WriteString("<ul class=\"users\">\n")
	for _, user := range users {
		b.WriteString(userButton(user, user.Name == a.loginHint || user.Email != "" && user.Email == a.loginHint))
	}
	b.WriteString("</ul>\n<button class=\"quiet\" name=\"cancel\" value=\"yes\">Cancel</button>\n</form>\n")
	b.WriteString(asked(a))
	return b.String()
}

// userButton is named by all that stands on it, with the words in between that
// only a screen reader needs.
func userButton(user User, preselected bool) string {
	focus := ""
	if preselected {
		focus = " autofocus"
	}
	return fmt.Sprintf(`<li><button class="user" name="user" value="%[1]s"%[2]s>
<span class="face" aria-hidden="true">%[3]s</span>
<span class="who"><span><span class="unseen">Sign in as </span><strong>%[1]s</strong></span> <span class="mail">%[4]s</span></span>
<span class="may"><span class="unseen">with </span>%[5]s</span>
</button></li>
`, html.EscapeString(user.Name), focus, html.EscapeString(initial(user.Name)), html.EscapeString(user.Email), permissionsOf(user))
}

func permissionsOf(user User) string {
	if len(user.Permissions) == 0 {
		return `<span class="none">no permissions</span>`
	}
	chips := make([]string, len(user.Permissions))
	for i, permission := range user.Permissions {
		chips[i] = "<code>" + html.EscapeString(permission) + "</code>"
	}
	return strings.Join(chips, " ")
}

// asked tells a developer what the app sent, and the mistake that is easiest
// to make.
func asked(a wish) string {
	var b strings.Builder
	b.WriteString("<details><summary>What the app asks for</summary>\n<dl>\n")
	for _, line := range [][2]string{
		{"scope", strings.Join(strings.Fields(a.scope), " ")},
		{"audience", a.audience},
		{"redirect_uri", a.redirectURI},
		{"response_mode", a.mode},
		{"acr_values", a.acr},
	} {
		fmt.Fprintf(&b, "<dt>%s</dt><dd>%s</dd>\n", line[0], html.EscapeString(orDefault(line[1], "none")))
	}
	b.WriteString("</dl></details>\n")
	if a.audience == "" {
		b.WriteString("<p class=\"note\">The app names no <code>audience</code>, so its access token will be opaque, and no API will take it.</p>\n")
	}
	if slices.Contains(a.prompts, "login") {
		b.WriteString("<p class=\"note\">The app wants the login even if you are signed in (<code>prompt=login</code>).</p>\n")
	}
	b.WriteString("<p class=\"note\">No passwords here: this tenant stands in for Auth0 on this machine.</p>")
	return b.String()
}

// placeOf is what a person recognises of an address.
func placeOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return u.Host
}

func initial(name string) string {
	for _, first := range name {
		return strings.ToUpper(string(first))
	}
	return ""
}
