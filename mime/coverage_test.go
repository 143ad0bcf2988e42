package mime

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// behaviours is the number of points of the builder's contract.
const behaviours = 102

var behaviourTest = regexp.MustCompile(`(?m)^func TestBehaviour(\d{3})_[A-Z]\w*\(t \*testing\.T\)`)

// TestBehaviourCoverage wants a test for each point, and no test of a point that is not there.
func TestBehaviourCoverage(t *testing.T) {
	tested := make(map[string]bool)
	for _, dir := range []string{".", "sign", "mailbox", "../luabind"} {
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil || dir == "." && len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range behaviourTest.FindAllStringSubmatch(string(source), -1) {
				tested[m[1]] = true
			}
		}
	}
	for n := 1; n <= behaviours; n++ {
		name := string([]byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
		if !tested[name] {
			t.Errorf("no test bears behaviour %s", name)
		}
		delete(tested, name)
	}
	for name := range tested {
		t.Errorf("a test bears behaviour %s, which does not exist", name)
	}
}
