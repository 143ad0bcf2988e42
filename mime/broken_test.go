package mime

import (
	"slices"
	"strings"
	"testing"
)

type brokenMail struct {
	name, mail string
	tree       string // without the last line break
	text       string // of the first leaf that is a text; "-" is not looked at
	defects    string // codes and places
}

const lineBreak = "\r\n"

func lineText(lines ...string) string { return strings.Join(lines, lineBreak) }

// brokenMails are mails as they come in, each with what is to be made of it.
func brokenMails() []brokenMail {
	return []brokenMail{
		{"nothing", "", "text/plain", "", ""},
		{"one line break", "\r\n", "text/plain", "", ""},
		{"header only", "Subject: x", "text/plain", "", ""},
		{"header only, ended", "Subject: x\r\n", "text/plain", "", ""},
		{"body only", "\r\nhello", "text/plain", "hello", ""},
		{"no blank line", lineText("Subject: x", "hello there", "", "more"), "text/plain", "hello there\r\n\r\nmore", "missing-blank-line"},
		{"no blank line before the parts", lineText("Content-Type: multipart/mixed; boundary=b", "This is MIME.", "--b", "Content-Type: text/html", "", "hello", "--b--"), "multipart/mixed\n  text/html", "hello", "missing-blank-line"},
		{"a name longer than a line", lineText("Subject: x", strings.Repeat("v", 1000)+": y", "", "hello"), "text/plain", "hello", "long-field-name"},
		{"a type longer than a line", lineText("Content-Type: "+strings.Repeat("+", 1000)+"/\xff", "", "hello"), "text/plain", "hello", "unencoded-octets Content-Type,bad-value Content-Type"},
		{"a label longer than a line", lineText("Content-Transfer-Encoding: base64"+strings.Repeat("\xa2", 800), "", "hello"), "text/plain", "hello", "unencoded-octets Content-Transfer-Encoding,odd-transfer-encoding Content-Transfer-Encoding"},
		{"quoted-printable without an end", "Content-Transfer-Encoding: quoted-printable\n\n" + strings.Repeat("{", 998), "text/plain", strings.Repeat("{", 998), ""},
		{"stray line", lineText("Received: x", "garbage", "Subject: x", "", "hello"), "text/plain", "hello", "stray-line"},
		{"first line continued", lineText(" folded", "Subject: x", "", "hello"), "text/plain", "hello", "first-line-continued"},
		{"mbox line", lineText("From a@b Thu Jan 1 00:00:00 2026", "Subject: x", "", "hello"), "text/plain", "hello", "mbox-line"},
		{"byte order mark", bom + lineText("Subject: x", "", "hello"), "text/plain", "hello", "byte-order-mark"},
		{"bare LF", "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b--\n", "multipart/mixed\n  text/plain", "hello", ""},
		{"bare CR", "Subject: x\rContent-Type: multipart/mixed; boundary=b\r\r--b\r\rhello\r--b--\r", "multipart/mixed\n  text/plain", "hello", "bare-cr"},
		{"mixed line breaks", "Subject: x\nFrom: a@b.example\r\n\nhello\r\n", "text/plain", "hello\r\n", "mixed-line-breaks"},
		{"NUL", "Subject: a\x00b\r\n\r\nhel\x00lo", "text/plain", "hel\x00lo", "nul-in-text"},
		{"blank before the colon", "Subject : x\r\nContent-Type\t: text/html\r\n\r\nhello", "text/html", "hello", ""},
		{"duplicate fields", "Subject: x\r\nSubject: y\r\n\r\nhello", "text/plain", "hello", "duplicate-field Subject"},
		{"raw Latin-1 header", "Subject: Gr\xfc\xdfe\r\n\r\nhello", "text/plain", "hello", "unencoded-octets Subject"},
		{"raw UTF-8 header", "Subject: Grüße\r\n\r\nhello", "text/plain", "hello", ""},
		{"no type", "Content-Type: text\r\n\r\nhello", "text/plain", "hello", "bad-value Content-Type"},
		{"empty type", "Content-Type:\r\n\r\nhello", "text/plain", "hello", "bad-value Content-Type"},
		{"duplicate parameter", "Content-Type: multipart/mixed; a=1; a=2; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b--", "multipart/mixed\n  text/plain", "hello", "duplicate-parameter Content-Type"},
		{"no semicolon", "Content-Type: text/html charset=iso-8859-1\r\n\r\nGr\xfc\xdfe", "text/html", "Grüße", "8bit-unlabelled"},
		{"open quotes", "Content-Type: text/html; charset=\"iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xfc\xdfe", "text/html", "Grüße", ""},
		{"parameter without value", "Content-Type: text/html; charset; name=x.html\r\n\r\nhello", "text/html \"x.html\"", "hello", "bad-parameter Content-Type"},
		{"comment", "Content-Type: text/html (page); charset=us-ascii (plain)\r\n\r\nhello", "text/html", "hello", ""},
		{"continuations", "Content-Type: application/pdf;\r\n name*0*=iso-8859-1'de'%DCber;\r\n name*1=sicht.pdf\r\n\r\nx", "application/pdf \"Übersicht.pdf\"", "-", ""},
		{"continuations out of order", "Content-Disposition: attachment; filename*1=\"b.txt\"; filename*0=\"a\"\r\n\r\nx", "text/plain \"ab.txt\"", "x", ""},
		{"character cut in two", "Content-Disposition: attachment; filename*0*=utf-8''%C3; filename*1*=%BC.txt\r\n\r\nx", "text/plain \"ü.txt\"", "x", ""},
		{"encoded-word as a name", "Content-Disposition: attachment; filename=\"=?iso-8859-1?Q?=FC.txt?=\"\r\n\r\nx", "text/plain \"ü.txt\"", "x", "encoded-word-in-parameter Content-Disposition"},
		{"raw name", "Content-Disposition: attachment; filename=\xfc b.txt\r\n\r\nx", "text/plain \"ü b.txt\"", "x", "unencoded-octets Content-Disposition"},
		{"path as a name", "Content-Disposition: attachment; filename=\"../../etc/passwd\"\r\n\r\nx", "text/plain \"passwd\"", "x", ""},
		{"8 bit", "Content-Transfer-Encoding: 8 bit\r\nContent-Type: text/plain; charset=utf8\r\n\r\nGrüße", "text/plain", "Grüße", "odd-transfer-encoding Content-Transfer-Encoding"},
		{"7-bit", "Content-Transfer-Encoding: 7-bit\r\n\r\nhello", "text/plain", "hello", "odd-transfer-encoding Content-Transfer-Encoding"},
		{"unknown encoding", "Content-Transfer-Encoding: rot13\r\n\r\nuryyb", "text/plain", "uryyb", "odd-transfer-encoding Content-Transfer-Encoding"},
		{"uuencode", "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n%:&5L;&\\\r\n`\r\nend\r\n", "text/plain", "hello", ""},
		{"uuencode without end", "Content-Transfer-Encoding: uuencode\r\n\r\nbegin 644 x\r\n%:&5L;&\\\r\n", "text/plain", "hello", "bad-uuencode"},
		{"base64 without padding", "Content-Transfer-Encoding: base64\r\n\r\naGVsbG8", "text/plain", "hello", "base64-padding"},
		{"base64 with junk", "Content-Transfer-Encoding: BASE64\r\n\r\naGV*s\r\nbG8=!\r\n", "text/plain", "hello", "base64-junk"},
		{"base64 in pieces", "Content-Transfer-Encoding: base64\r\n\r\naGU=\r\nbGxv\r\n", "text/plain", "hello", "base64-junk"},
		{"broken escapes", "Content-Transfer-Encoding: quoted-printable\r\n\r\na=3Db=zz=\r\nc=", "text/plain", "a=b=zzc", "bad-escape"},
		{"unknown charset", "Content-Type: text/plain; charset=klingon\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xfc\xdfe \x81", "text/plain", "Grüße \u0081", "unknown-charset"},
		{"wrong charset", "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xfc\xdfe", "text/plain", "Grüße", "bad-charset-octets"},
		{"no charset", "Content-Transfer-Encoding: 8bit\r\n\r\nGrüße", "text/plain", "Grüße", "unlabelled-charset"},
		{"charset by another name", "Content-Type: text/plain; charset=cp-1252\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\x80", "text/plain", "€", ""},
		{"no boundary", "Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nhello\r\n--b--", "multipart/mixed", "-", "no-boundary Content-Type"},
		{"wrong boundary", "Content-Type: multipart/mixed; boundary=c\r\n\r\n--b\r\n\r\nhello\r\n--b--", "multipart/mixed", "-", "no-first-delimiter"},
		{"no last delimiter", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\nContent-Type: image/png\r\n\r\nx", "multipart/mixed\n  text/plain\n  image/png", "hello", "no-last-delimiter"},
		{"wrong last delimiter", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--c--\r\n", "multipart/mixed\n  text/plain", "hello\r\n--c--\r\n", "no-last-delimiter"},
		{"odd boundary", "Content-Type: multipart/mixed; boundary=\"b*d@\xfc [x]\"\r\n\r\n--b*d@\xfc [x]\r\n\r\nhello\r\n--b*d@\xfc [x]--", "multipart/mixed\n  text/plain", "hello", "unencoded-octets Content-Type"},
		{"boundary as a prefix", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=bb\r\n\r\n--bb\r\n\r\nhello\r\n--bb--\r\n--b--", "multipart/mixed\n  multipart/alternative\n    text/plain", "hello", ""},
		{"inner end missing", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\nhello\r\n--b--", "multipart/mixed\n  multipart/alternative\n    text/plain", "hello", "no-last-delimiter 1"},
		{"part without header", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nhello there\r\n--b--", "multipart/mixed\n  text/plain", "hello there", "missing-blank-line 1"},
		{"empty parts", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n\r\n--b--", "multipart/mixed\n  text/plain\n  text/plain", "", ""},
		{"broken part header", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n: x\r\nContent-ID: <i@x>\r\n\r\nhello\r\n--b--", "multipart/mixed\n  text/html <i@x>", "hello", "stray-line 1"},
		{"digest", "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: inner\r\n\r\nhello\r\n--b--", "multipart/digest\n  message/rfc822\n    text/plain", "-", ""},
		{"encoded message", "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogeA0KQ29udGVudC1UeXBlOiB0ZXh0L2h0bWwNCg0KaGVsbG8NCg==\r\n", "message/rfc822\n  text/html", "-", "encoded-message Content-Transfer-Encoding"},
		{"encoded multipart", "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\n--b\r\n\r\nhello\r\n--b--", "multipart/mixed\n  text/plain", "hello", "encoded-multipart Content-Transfer-Encoding"},
		{"semicolons between addresses", "To: a@b.example; c@d.example\r\n\r\nhello", "text/plain", "hello", "bad-address To"},
		{"bad date", "Date: yesterday\r\n\r\nhello", "text/plain", "hello", "bad-date Date"},
		{"empty message within", "Content-Type: message/rfc822\r\n\r\n", "message/rfc822\n  text/plain", "-", ""},
		{"mbox line within", "Content-Type: message/rfc822\r\n\r\nFrom x\r\nSubject: y\r\n\r\nhello", "message/rfc822\n  text/plain", "-", ""},
	}
}

func TestBrokenMails(t *testing.T) {
	for _, test := range brokenMails() {
		t.Run(test.name, func(t *testing.T) {
			m := parsed(test.mail)
			if got := strings.TrimSuffix(m.Tree(), "\n"); got != test.tree {
				t.Errorf("the tree is\n%s\nwant\n%s", got, test.tree)
			}
			if got := firstText(m.Part); test.text != "-" && got != test.text {
				t.Errorf("the text is %q, want %q", got, test.text)
			}
			if got := defectList(m); got != test.defects {
				t.Errorf("the defects are %q, want %q", got, test.defects)
			}
			wireIsLegal(t, m)
		})
	}
}

func firstText(p *Part) string {
	var found []string
	_ = p.Walk(func(p *Part, _ int) error {
		if family(p.MediaType()) == familyText && !p.multi {
			found = append(found, must(p.Text()))
		}
		return nil
	})
	return append(found, "")[0]
}

func defectList(m *Message) string {
	var list []string
	for _, d := range m.Defects() {
		list = append(list, strings.TrimSpace(d.Code+" "+d.Where))
	}
	return strings.Join(list, ",")
}

// wireIsLegal checks what every server may be given, and that the tree survives it.
func wireIsLegal(t testing.TB, m *Message) {
	t.Helper()
	for _, eightBit := range []bool{false, true} {
		b, err := m.Octets(eightBit, false)
		if err != nil {
			t.Fatalf("%v in %q", err, m.origin.entity)
		}
		traits := scan(b)
		if !traits.lines() || traits.eightBit && !eightBit || !strings.HasSuffix(string(b), lineBreak) || hasField(b, "bcc") {
			t.Fatalf("not fit for the wire: %q", b)
		}
		checkSegments(t, m, eightBit, b)
		again := Parse(b, ParseOptions{}, fixedEnv())
		if got, want := again.Tree(), m.Tree(); got != want {
			t.Errorf("the tree on the wire is\n%swant\n%s%q", got, want, b)
		}
	}
}

func hasField(b []byte, name string) bool {
	_, ok := Parse(b, ParseOptions{}, nil).header.Get(name)
	return ok
}

func checkSegments(t testing.TB, m *Message, eightBit bool, want []byte) {
	t.Helper()
	e, err := m.Encode(eightBit, false)
	if err != nil {
		t.Fatal(err)
	}
	var got []byte
	err = e.Segments(func(b []byte, dotSafe bool) error {
		lines := slices.Concat([]byte{}, b)
		if start := len(got) == 0 || got[len(got)-1] == '\n'; dotSafe && (start && len(lines) > 0 && lines[0] == '.' || strings.Contains(string(lines), "\n.")) {
			t.Errorf("a segment called dot-safe has a line that begins with a dot: %q", lines)
		}
		got = append(got, b...)
		return nil
	})
	if err != nil || !slices.Equal(got, want) || e.Size() != int64(len(got)) {
		t.Errorf("two encodings differ, or the size: %v", err)
	}
}
