package relay

import (
	"testing"
	"time"

	"moonpost/smtp"

	"github.com/google/go-cmp/cmp"
)

// TestPresetsFile: all of it can be read, makes sense and says nothing twice.
func TestPresetsFile(t *testing.T) {
	list, err := parsePresets(presetsFile)
	if err != nil || len(list) < 6 {
		t.Fatal(err, len(list))
	}
	seen := map[string]bool{}
	for _, p := range list {
		limits := map[string]DomainLimits{}
		for _, domain := range p.Domains {
			if seen[domain] {
				t.Errorf("%s is there twice", domain)
			}
			seen[domain], limits[domain] = true, p.Limits
		}
		if len(p.Domains) == 0 || p.Limits.Connections == 0 || p.Limits.MessagesPerConnection == 0 || len(p.Limits.Rates) == 0 {
			t.Errorf("%+v", p)
		}
		if _, err := New(Options{MX: &MX{}, PerDomain: limits}); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
	}
}

func TestPresetAsksForLess(t *testing.T) {
	said := func(code int, text string) smtp.Reply { return smtp.Reply{Code: code, Lines: []string{text}} }
	presets := map[string]*Preset{}
	for _, p := range Presets() {
		presets[p.Name] = &p
	}
	tests := []struct {
		name  string
		reply smtp.Reply
		want  bool
	}{
		{"gmail", said(450, "4.2.1 The user you are trying to contact is receiving email too quickly"), true},
		{"gmail", said(450, "4.2.2 the mailbox is full"), false},
		{"yahoo", said(451, "4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred"), true},
		{"outlook", said(451, "4.7.650 The mail server has been temporarily rate limited"), true},
		{"outlook", said(550, "5.7.1 block list"), false},
	}
	for _, tt := range tests {
		if got := presets[tt.name].AsksForLess(tt.reply); got != tt.want {
			t.Errorf("%s, %s: %t", tt.name, tt.reply, got)
		}
	}
}

func TestParsePresets(t *testing.T) {
	got, err := parsePresets("# a file\nname x # it\ndomains a.test b.test\nconnections 2\nrate 3/s\nslow_down 4.7.1 too much\n\nname y\ndomains c.test")
	want := []Preset{
		{Name: "x", Domains: []string{"a.test", "b.test"}, Limits: DomainLimits{Connections: 2, Rates: []Rate{{3, time.Second}}}, SlowDown: []string{"4.7.1 too much"}},
		{Name: "y", Domains: []string{"c.test"}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for _, bad := range []string{"domains a.test", "name x\nrate fast", "name x\nconnections many", "name x\nspeed 3"} {
		if _, err := parsePresets(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
