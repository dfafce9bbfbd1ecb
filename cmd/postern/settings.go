package main

import (
	"os"

	"github.com/postern-dev/postern/config"
)

// settingFlags are the settings that the command line can give. A test keeps
// them equal to those that the table of settings names.
type settingFlags struct {
	Config      string  `help:"Settings file; postern.yaml in this folder if there is one." placeholder:"FILE"`
	Addr        *string `help:"Where to listen." placeholder:"HOST:PORT"`
	Issuer      *string `help:"Trusted issuer(s), to the letter, comma separated." placeholder:"URL"`
	Auth0Domain *string `name:"auth0-domain" help:"Auth0 tenant domain, instead of the issuer." placeholder:"DOMAIN"`
	Audience    *string `help:"Accepted audience(s), comma separated." placeholder:"ID"`
	Origins     *string `help:"Allowed browser origins, comma separated." placeholder:"ORIGIN"`
	PublicURL   *string `name:"public-url" help:"The address that clients use." placeholder:"URL"`
	DatabaseURL *string `name:"database-url" help:"sqlite:path or postgres://…: where documents are kept." placeholder:"URL"`
	RateLimit   *string `help:"Requests a second of one subject; 0 is no limit." placeholder:"N"`
	LogLevel    *string `help:"debug, info, warn or error." placeholder:"LEVEL"`
	LogFormat   *string `help:"json or text." placeholder:"FORMAT"`
	// ownDatabase leaves DatabaseURL empty where nobody says anything.
	ownDatabase bool
}

// given returns the flags that were given, by the key of their setting.
func (f settingFlags) given() map[string]string {
	given := map[string]string{}
	for key, value := range map[string]*string{
		"addr": f.Addr, "issuer": f.Issuer, "auth0Domain": f.Auth0Domain, "audience": f.Audience, "origins": f.Origins,
		"publicUrl": f.PublicURL, "rateLimit": f.RateLimit, "databaseUrl": f.DatabaseURL, "logLevel": f.LogLevel, "logFormat": f.LogFormat,
	} {
		if value != nil {
			given[key] = *value
		}
	}
	return given
}

// load reads all settings but the ignored ones.
func (f settingFlags) load(p process, ignore ...string) (config.Settings, error) {
	var defaults map[string]string
	if f.ownDatabase {
		defaults = map[string]string{"databaseUrl": ""}
	}
	return config.Load(config.Sources{
		Flags:    f.given(),
		Getenv:   p.getenv,
		Environ:  p.env,
		File:     f.Config,
		ReadFile: os.ReadFile,
		Ignore:   ignore,
		Defaults: defaults,
	})
}
