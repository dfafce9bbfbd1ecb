package api_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryFuzzTargetIsRun reads which functions the testing package takes for
// fuzz targets, and holds that the script that runs them all knows each, and that
// somebody starts it every night.
func TestEveryFuzzTargetIsRun(t *testing.T) {
	t.Parallel()
	said, err := exec.CommandContext(t.Context(), "bash", "../bench/fuzz.sh", "list").Output()
	if err != nil {
		t.Fatal(err)
	}
	run, targets := strings.Split(strings.TrimSpace(string(said)), "\n"), fuzzTargets(t)
	slices.Sort(run)
	slices.Sort(targets)
	if !slices.Equal(run, targets) || len(run) < 45 {
		t.Errorf("the script runs\n%s\nand there are\n%s", strings.Join(run, "\n"), strings.Join(targets, "\n"))
	}
	if nightly := readFile(t, "../.github/workflows/nightly.yml"); !strings.Contains(nightly, "schedule:") || !strings.Contains(nightly, "- run: bash bench/fuzz.sh 5m\n") ||
		!strings.Contains(nightly, "- run: go run ./drills\n") {
		t.Error("the targets, or the drills, are not run every night")
	}
}

// fuzzTargets are all, as "./folder FuzzName".
func fuzzTargets(t *testing.T) (targets []string) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git") {
			return orElseSkip(err)
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel("..", filepath.Dir(path))
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && takesF(f) {
				targets = append(targets, "./"+folder+" "+f.Name.Name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return targets
}

func orElseSkip(err error) error {
	if err != nil {
		return err
	}
	return filepath.SkipDir
}

// takesF tells of a function with a name of a fuzz target and its one parameter.
func takesF(f *ast.FuncDecl) bool {
	if !strings.HasPrefix(f.Name.Name, "Fuzz") || len(f.Type.Params.List) != 1 {
		return false
	}
	pointer, ok := f.Type.Params.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	selected, ok := pointer.X.(*ast.SelectorExpr)
	return ok && selected.Sel.Name == "F"
}
