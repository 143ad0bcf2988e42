package mime

import (
	"strings"
	"testing"
)

func TestVerbatimPartsStayAsTheyAre(t *testing.T) {
	entity := "content-type:  Text/Plain;\r\n\tcharset=utf-8; format=flowed\r\nX-Weird:   two  blanks \r\nContent-Disposition: attachment; filename=\"b.txt\"\r\n\r\nFrom here\r\n.dot \r\n"
	p, err := NewVerbatim([]byte(entity))
	if err != nil {
		t.Fatal(err)
	}
	weird, _ := p.Header().Get("x-weird")
	if p.MediaType() != "text/plain" || p.Filename() != "b.txt" || weird != "two  blanks" || must(p.Text()) != "From here\r\n.dot \r\n" {
		t.Errorf("read as %s %q %q %q", p.MediaType(), p.Filename(), weird, must(p.Text()))
	}
	signature := must(NewPart("application/pgp-signature", String("sig"), WithEncoding("7bit")))
	m := AsMessage(must(NewMultipart("signed", []*Part{p, signature}, WithBoundary("b"), WithParam("protocol", "application/pgp-signature"))), fixedEnv())
	out := string(must(m.Octets(false, false)))
	if !strings.Contains(out, "\r\n--b\r\n"+entity+"\r\n--b\r\nContent-Type: application/pgp-signature") {
		t.Errorf("the entity was changed:\n%s", out)
	}
	checkEncoded(t, m, []byte(out))
	copied := must(m.Clone([][2]string{{"Subject", "s"}}))
	if again := string(must(copied.Octets(false, false))); !strings.Contains(again, "\r\n--b\r\n"+entity+"\r\n--b\r\n") {
		t.Errorf("the clone has another entity:\n%s", again)
	}
	wantFault(t, p.Header().Set("Subject", "x"), "fixed")
	wantFault(t, p.SetFilename("c.txt"), "fixed")
	wantFault(t, p.Set("x"), "fixed")
	p.Header().Del("X-Weird")
	if _, ok := p.Header().Get("X-Weird"); !ok {
		t.Error("a field was deleted")
	}
}

func TestVerbatimTreesCanBeRead(t *testing.T) {
	entity := "Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nhello\r\n--i\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n--i--\r\n"
	p := must(NewVerbatim([]byte(entity)))
	if got := p.Tree(); got != "multipart/mixed\n  text/plain\n  image/png\n" {
		t.Errorf("the tree is\n%s", got)
	}
	if b := must(p.Children()[1].Content()); string(b) != "\x89PNG\r\n" {
		t.Errorf("the picture is %q", b)
	}
	wantFault(t, p.Attach(must(NewText("x", "", ""))), "fixed")
	wantFault(t, p.Children()[0].Set("x"), "fixed")
	wantFault(t, p.Children()[0].Header().Set("Content-Language", "de"), "fixed")
}

func TestVerbatimNeedsLines(t *testing.T) {
	for _, entity := range []string{"A: b\n\nx", "A: b\r\n\r\nx\ry", "A: b\r\n\r\n" + strings.Repeat("x", 999), "A: b\r\n\r\n\x00", "no header"} {
		_, err := NewVerbatim([]byte(entity))
		wantFault(t, err, "entity")
	}
	p := must(NewVerbatim([]byte("Content-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n")))
	m := AsMessage(must(NewMultipart("signed", []*Part{p, p})), fixedEnv())
	_, err := m.Octets(false, false)
	wantFault(t, err, "8BITMIME")
	if out := string(must(m.Octets(true, false))); !strings.Contains(out, "\r\n\r\nGrüße\r\n\r\n--") {
		t.Errorf("8-bit output is\n%s", out)
	}
}
