package relay

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// directory makes relays a to d and pools: "name=member:weight,member:weight".
func directory(t *testing.T, pools ...string) *Directory {
	t.Helper()
	d := &Directory{}
	for _, name := range []string{"a", "b", "c", "d"} {
		if err := d.AddRelay(name); err != nil {
			t.Fatal(err)
		}
	}
	for _, spec := range pools {
		if err := addPool(d, spec); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func addPool(d *Directory, spec string) error {
	name, list, _ := strings.Cut(spec, "=")
	var members []Member
	for _, one := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' }) {
		member, weight, _ := strings.Cut(one, ":")
		n := len(weight) // as many marks
		members = append(members, Member{member, n})
	}
	return d.AddPool(name, members)
}

// TestResolve takes turns; the weight of a member is the number of its marks.
func TestResolve(t *testing.T) {
	tests := []struct {
		name  string
		pools []string
		via   string
		down  string
		want  string // a word for each turn
	}{
		{"a relay", nil, "a", "", "a a"},
		{"a list", nil, "b a b", "", "ba ba"},
		{"by weight", []string{"p=a:|||,b:|"}, "p", "", "ab ab ba ab ab"},
		{"evenly", []string{"p=a:|,b:|,c:|"}, "p", "", "abc bac cab abc"},
		{"the share of one that is down goes to the others", []string{"p=a:||,b:|,c:|"}, "p", "a", "bac cab bac cab"},
		{"all are down", []string{"p=a:|,b:|"}, "p", "ab", "ab ba ab"},
		{"a pool in a pool", []string{"q=b:|,c:|", "p=a:|,q:|"}, "p", "", "abc bca abc cba"},
		{"a pool that is down", []string{"q=b:|,c:|", "p=a:|,q:||"}, "p", "bc", "abc abc"},
		{"a pool and what comes after it", []string{"p=a:|,b:|"}, "p d b", "", "abd bad"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := directory(t, tt.pools...)
			var got []string
			for range strings.Fields(tt.want) {
				list := d.Resolve(strings.Fields(tt.via), func(relay string) bool { return strings.Contains(tt.down, relay) })
				got = append(got, strings.Join(list, ""))
			}
			if text := strings.Join(got, " "); text != tt.want {
				t.Errorf("%s, want %s", text, tt.want)
			}
		})
	}
}

func TestShares(t *testing.T) {
	d := directory(t, "q=b:|,c:|", "p=a:||,q:|,b:|")
	if diff := cmp.Diff([]Share{{"a", 0.5}, {"b", 0.375}, {"c", 0.125}}, d.Shares("p")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a", "b", "c", "d", "p", "q"}, d.Names()); diff != "" {
		t.Error(diff)
	}
}

func TestPoolsThatCannotBe(t *testing.T) {
	d := directory(t, "p=a:|")
	for spec, want := range map[string]string{
		"x=":         `"x" has no members`,
		"x=e:|":      `"e" is neither a relay nor a pool`,
		"x=x:|":      `"x" has itself as a member: its mail would never leave`,
		"x=a:":       `"a" has the weight 0; a weight is a whole number from 1 to 1000000`,
		"x=a:|,a:|":  `"a" is in the pool twice`,
		"a=b:|":      `"a" is a relay already`,
		"p=b:|":      `"p" is a pool already`,
		"x=p:|,zz:|": `"zz" is neither a relay nor a pool`,
	} {
		err := addPool(d, spec)
		var bad *DirectoryError
		if !errors.As(err, &bad) || err.Error() != want {
			t.Errorf("%s: %v", spec, err)
		}
	}
	if err := d.AddRelay("p"); err == nil || err.Error() != `"p" is a pool already` {
		t.Error(err)
	}
	if d.Knows("x") {
		t.Error("half a pool was made")
	}
}

func TestMergeDomains(t *testing.T) {
	slow, fast := []Rate{{1, time.Second}}, []Rate{{9, time.Second}}
	general := map[string]DomainLimits{"a.test": {Connections: 2, Rates: slow, Burst: 3}, "b.test": {Connections: 5}}
	own := map[string]DomainLimits{"a.test": {Connections: 7, MessagesPerConnection: 4}, "c.test": {Rates: fast}}
	want := map[string]DomainLimits{"a.test": {Connections: 7, MessagesPerConnection: 4, Rates: slow, Burst: 3}, "b.test": {Connections: 5}, "c.test": {Rates: fast}}
	if diff := cmp.Diff(want, MergeDomains(own, general)); diff != "" {
		t.Error(diff)
	}
	got := MergeDomains(map[string]DomainLimits{"a.test": {Rates: fast}}, general)["a.test"]
	if diff := cmp.Diff(DomainLimits{Connections: 2, Rates: fast}, got); diff != "" {
		t.Error(diff)
	}
}
