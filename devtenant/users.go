package devtenant

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// User is somebody who can have tokens of the tenant.
type User struct {
	// Name is what a request for a token calls the user.
	Name string
	// Subject is the `sub` of the user's tokens.
	Subject string
	// Permissions are what the user may do with the API. They stand in every
	// token's `permissions` and bound the scopes that are granted, as with
	// Auth0's RBAC and "Add Permissions in the Access Token" switched on.
	Permissions []string
	// Email is told to apps that ask for the scope email. May be empty.
	Email string
}

// DefaultUsers returns one user who may do everything, one who has no
// permission at all and one who only reads: between them they open and close
// each door of the samples.
func DefaultUsers() []User {
	return []User{
		{"ada", "auth0|ada", []string{"read:admin-messages", "read:notes", "write:notes", "write:announcements"}, "ada@example.com"},
		{"grace", "auth0|grace", nil, "grace@example.com"},
		{"alan", "auth0|alan", []string{"read:notes"}, "alan@example.com"},
	}
}

// identityScopes are about who the user is, so they are nobody's permission.
// OpenID Connect Core 1.0, section 5.4.
func identityScopes() []string { return []string{"openid", "profile", "email"} }

// grant returns the asked-for scopes that the user may have, each once and in
// the order asked. Asking for none means all.
func (u User) grant(asked string) []string {
	may := append(identityScopes(), u.Permissions...)
	if wanted := strings.Fields(asked); len(wanted) > 0 {
		return among(may, wanted)
	}
	return may
}

// among returns those of wanted that are in may, each once, in their order.
func among(may, wanted []string) (both []string) {
	for _, scope := range wanted {
		if slices.Contains(may, scope) && !slices.Contains(both, scope) {
			both = append(both, scope)
		}
	}
	return both
}

func findUser(users []User, name string) (User, error) {
	i := slices.IndexFunc(users, func(u User) bool { return u.Name == name })
	if i < 0 {
		return User{}, fmt.Errorf("%w %q: this tenant knows %s", ErrUnknownUser, name, userNames(users))
	}
	return users[i], nil
}

func userNames(users []User) string {
	names := make([]string, len(users))
	for i, u := range users {
		names[i] = u.Name
	}
	return strings.Join(names, ", ")
}

func cloneUsers(users []User) []User {
	users = slices.Clone(users)
	for i := range users {
		users[i].Permissions = slices.Clone(users[i].Permissions)
	}
	return users
}

func checkUsers(users []User) error {
	var mistakes []error
	seen, subjects := map[string]bool{}, map[string]bool{}
	for _, u := range users {
		if u.Name == "" || u.Subject == "" {
			mistakes = append(mistakes, fmt.Errorf("user %q with subject %q: both are needed", u.Name, u.Subject))
		}
		if u.Name != "" && seen[u.Name] {
			mistakes = append(mistakes, fmt.Errorf("user %q is there twice", u.Name))
		}
		if u.Subject != "" && subjects[u.Subject] {
			mistakes = append(mistakes, fmt.Errorf("user %q: another user has the subject %q too", u.Name, u.Subject))
		}
		for _, permission := range u.Permissions {
			if !plain(permission) {
				mistakes = append(mistakes, fmt.Errorf("user %q: permission %q must be one word, such as read:notes", u.Name, permission))
			}
		}
		seen[u.Name], subjects[u.Subject] = true, true
	}
	return errors.Join(mistakes...)
}
