package mime

import (
	"strings"
	"testing"
)

// TestAttachmentsOfRealTrees looks at the trees that common programs make.
func TestAttachmentsOfRealTrees(t *testing.T) {
	part := func(header string) string { return header + "\n\nx" }
	multi := func(subtype, boundary string, parts ...string) string {
		return "Content-Type: multipart/" + subtype + "; boundary=" + boundary + "\n\n--" + boundary + "\n" +
			strings.Join(parts, "\n--"+boundary+"\n") + "\n--" + boundary + "--"
	}
	plain, page := "Content-Type: text/plain", "Content-Type: text/html"
	pdf := "Content-Type: application/pdf; name=a.pdf\nContent-Disposition: inline; filename=a.pdf"
	for name, test := range map[string]struct{ mail, plain, html, files string }{
		"Apple, files between texts": {
			multi("mixed", "m", part(plain+"\nX-N: first"), part(pdf), part(plain+"\nX-N: second")), "first", "", "application/pdf",
		},
		"Apple, files in a page": {
			multi("alternative", "a", part(plain+"\nX-N: p"), multi("mixed", "m", part(page+"\nX-N: h"), part(pdf), part(page))), "p", "h", "application/pdf",
		},
		"Apple, pictures in a page": {
			multi("alternative", "a", part(plain+"\nX-N: p"), multi("related", "r", part(page+"\nX-N: h"), part("Content-Type: image/png; name=a.png\nContent-Disposition: inline; filename=a.png\nContent-ID: <i@x>"))), "p", "h", "",
		},
		"Outlook": {
			multi("mixed", "m", multi("related", "r", multi("alternative", "a", part(plain+"\nX-N: p"), part(page+"\nX-N: h")), part("Content-Type: image/png; name=image001.png\nContent-ID: <image001.png@01>")), part("Content-Type: application/vnd.ms-excel; name=b.xls\nContent-Disposition: attachment; filename=b.xls; size=1")), "p", "h", "application/vnd.ms-excel",
		},
		"Outlook, file with an identifier": {
			multi("related", "r", multi("alternative", "a", part(plain+"\nX-N: p"), part(page+"\nX-N: h")), part("Content-Type: application/pdf; name=a.pdf\nContent-ID: <f@x>")), "p", "h", "application/pdf",
		},
		"picture that is a file": {
			multi("related", "r", part(page+"\nX-N: h"), part("Content-Type: image/png\nContent-ID: <i>\nContent-Disposition: attachment; filename=a.png")), "", "h", "image/png",
		},
		"forwarded": {
			multi("mixed", "m", part(plain+"\nX-N: p"), "Content-Type: message/rfc822\n\n"+multi("mixed", "i", part(plain), part(pdf))), "p", "", "message/rfc822",
		},
		"mailing list": {
			multi("mixed", "m", multi("alternative", "a", part(plain+"\nX-N: p"), part(page+"\nX-N: h")), part(plain+"\nContent-Disposition: inline")), "p", "h", "",
		},
		"text as a file": {
			multi("mixed", "m", part(plain+"\nX-N: p"), part("Content-Type: text/plain; name=log.txt"), part(plain+"\nContent-Disposition: attachment")), "p", "", "text/plain,text/plain",
		},
		"invitation": {
			multi("mixed", "m", multi("alternative", "a", part(plain+"\nX-N: p"), part("Content-Type: text/calendar; method=REQUEST")), part("Content-Type: application/ics; name=i.ics")), "p", "", "application/ics",
		},
		"signed": {
			multi("signed", "s", multi("mixed", "m", part(plain+"\nX-N: p"), part(pdf)), part("Content-Type: application/pkcs7-signature; name=smime.p7s\nContent-Disposition: attachment; filename=smime.p7s")), "p", "", "application/pdf",
		},
		"report": {
			multi("report", "r", part(plain+"\nX-N: p"), part("Content-Type: message/delivery-status"), part("Content-Type: message/rfc822")), "p", "", "message/delivery-status,message/rfc822",
		},
		"only a file":         {part("Content-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf"), "", "", "application/pdf"},
		"only a file, inline": {part("Content-Type: application/pdf; name=a.pdf"), "", "", "application/pdf"},
		"only a text":         {part(plain + "\nX-N: p"), "p", "", ""},
		"only a page":         {part(page + "\nX-N: h"), "", "h", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := parsed(test.mail)
			for kind, want := range map[string]string{"plain": test.plain, "html": test.html} {
				got := ""
				if p := m.Body(kind); p != nil {
					got, _ = p.Header().Get("X-N")
				}
				if got != want {
					t.Errorf("the %s body is %q, want %q", kind, got, want)
				}
			}
			var files []string
			for _, p := range m.Attachments() {
				files = append(files, p.MediaType())
			}
			if got := strings.Join(files, ","); got != test.files {
				t.Errorf("attached are %q, want %q\n%s", got, test.files, m.Tree())
			}
		})
	}
}
