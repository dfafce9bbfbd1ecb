package main

import (
	"io"
	"maps"
	"slices"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/postern-dev/postern/config"
)

// parsed is what the command line makes of the arguments.
func parsed(t *testing.T, args ...string) (settingFlags, *kong.Context) {
	t.Helper()
	var flags settingFlags
	parser, err := kong.New(&flags, kong.Exit(func(int) {}), kong.Writers(io.Discard, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	context, err := parser.Parse(args)
	if err != nil {
		t.Fatal(err)
	}
	return flags, context
}

// TestEverySettingThatNamesAFlagHasIt compares the command line with the table
// of settings in both directions.
func TestEverySettingThatNamesAFlagHasIt(t *testing.T) {
	named := map[string]bool{"config": true, "help": true}
	for _, setting := range config.Describe() {
		if setting.Flag == "" {
			continue
		}
		named[setting.Flag] = true
		t.Run("--"+setting.Flag+" sets "+setting.Key, func(t *testing.T) {
			flags, _ := parsed(t, "--"+setting.Flag, setting.Example)
			want := map[string]string{setting.Key: setting.Example}
			if got := flags.given(); !maps.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
	_, context := parsed(t)
	var there []string
	for _, flag := range context.Flags() {
		there = append(there, flag.Name)
		if !named[flag.Name] {
			t.Errorf("--%s is no setting's", flag.Name)
		}
	}
	if want := slices.Sorted(maps.Keys(named)); !slices.Equal(slices.Sorted(slices.Values(there)), want) {
		t.Errorf("the flags are %v, want %v", there, want)
	}
}

func TestAFlagThatIsNotGivenSaysNothing(t *testing.T) {
	flags, _ := parsed(t)
	if got := flags.given(); len(got) > 0 {
		t.Errorf("without flags given are %v", got)
	}
	flags, _ = parsed(t, "--issuer=")
	if got := flags.given(); !maps.Equal(got, map[string]string{"issuer": ""}) {
		t.Errorf("an empty flag is given as %v", got)
	}
}
