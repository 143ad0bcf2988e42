package mime

import (
	"net/mail"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestParseReadsWhatWasMeant has our own reader read generated messages: it must find what go-message and Python find
// in the same ones, with nothing excused.
func TestParseReadsWhatWasMeant(t *testing.T) {
	for seed := range uint64(400) {
		m, want := newGenerator(9000+seed).message(t, int(seed%4))
		b := must(m.Octets(seed%2 == 0, false))
		got := weRead(t, Parse(b, ParseOptions{}, fixedEnv()).Part, true)
		endAtLast(want, got)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(meant{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("message %d (-meant +ours):\n%s\n%s", seed, shorten(diff, 3000), shorten(string(b), 3000))
		}
	}
}

func weRead(t *testing.T, p *Part, root bool) *meant {
	t.Helper()
	description, _ := p.header.Get("Content-Description")
	m := &meant{Type: p.MediaType(), Params: map[string]string{}, Filename: p.Filename(), Disposition: p.Disposition(), CID: p.CID(), Description: description}
	for _, name := range []string{"charset", "title"} {
		if value, given := p.header.params("content-type").get(name); given {
			m.Params[name] = value
		}
	}
	if root {
		m.Header = weReadHeader(t, p.header)
	}
	switch {
	case p.message != nil:
		m.Parts = []*meant{weRead(t, p.message.Part, true)}
	case p.multi:
		for _, child := range p.children {
			m.Parts = append(m.Parts, weRead(t, child, false))
		}
	case m.Params["charset"] != "":
		m.Body = octets(must(p.Text()))
	default:
		m.Body = octets(must(p.Content()))
	}
	return m
}

func weReadHeader(t *testing.T, h *Header) *meantHeader {
	t.Helper()
	get := func(name string) string { value, _ := h.Get(name); return value }
	out := &meantHeader{Subject: get("Subject"), Date: must(mail.ParseDate(get("Date"))).Format("2006-01-02T15:04:05-07:00"), ID: get("Message-ID"), Lists: map[string][]crew{}, Others: map[string]string{}}
	for _, name := range []string{"From", "To", "Cc", "Reply-To"} {
		f := h.find(lower(name))
		if f == nil {
			continue
		}
		for _, g := range f.groups {
			c := crew{}
			if g.named {
				c.Name = &g.name
			}
			for _, box := range g.boxes {
				c.Boxes = append(c.Boxes, [2]string{box.name, box.wire()})
			}
			out.Lists[name] = append(out.Lists[name], c)
		}
	}
	for _, name := range []string{"X-Note", "X-Token"} {
		if value, given := h.Get(name); given {
			out.Others[name] = value
		}
	}
	return out
}
