package data

import (
	"crypto/rand"
	"fmt"
	"strings"
)

// HTTPFile is a file that goes along with a form.
type HTTPFile struct {
	Field   string // of the form
	Name    string // of the file
	Type    string // "text/csv"
	Content string
}

// HTTPForm makes the body of a form with files, and its Content-Type (RFC 7578 §4). Errors are *HTTPFieldError.
// The standard library's writer is of package mime, which this room leaves to mail.
func HTTPForm(fields []Pair, files []HTTPFile) (body, contentType string, err error) {
	boundary := rand.Text() // 128 bits, which no content has in it
	var out strings.Builder
	for _, f := range fields {
		if hasControl(f.Name) {
			return "", "", &HTTPFieldError{fmt.Sprintf("the form's field %q holds a line break or another control character", shorten(f.Name))}
		}
		fmt.Fprintf(&out, "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", boundary, formName(f.Name), f.Value)
	}
	for _, f := range files {
		if hasControl(f.Field) || hasControl(f.Name) {
			return "", "", &HTTPFieldError{fmt.Sprintf("the name of the file %q holds a line break or another control character", shorten(f.Name))}
		}
		if err := CheckHTTPHeader("Content-Type", f.Type); err != nil {
			return "", "", err
		}
		fmt.Fprintf(&out, "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n", boundary, formName(f.Field), formName(f.Name), f.Type)
		out.WriteString(f.Content)
		out.WriteString("\r\n")
	}
	fmt.Fprintf(&out, "--%s--\r\n", boundary)
	return out.String(), "multipart/form-data; boundary=" + boundary, nil
}

// formName writes a name as browsers do. HTML Living Standard, multipart/form-data
func formName(s string) string { return strings.ReplaceAll(s, `"`, "%22") }
