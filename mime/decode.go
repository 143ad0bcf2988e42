package mime

import (
	stdmime "mime"
	"strings"

	"github.com/emersion/go-message/charset"
)

// DecodeHeader gives the text of an unstructured value: folds undone, encoded-words decoded. What cannot be decoded
// stays as it is.
func DecodeHeader(value string) string {
	if strings.IndexByte(value, '\n') >= 0 {
		value = strings.NewReplacer("\r\n", "", "\n", "").Replace(value)
	}
	if !strings.Contains(value, "=?") {
		return value
	}
	decoder := stdmime.WordDecoder{CharsetReader: charset.Reader}
	text, err := decoder.DecodeHeader(value)
	if err != nil {
		return value
	}
	return text
}

// EncodeHeader gives text as it may stand in an unstructured field: as it is, or as encoded-words, in lines of at most
// 76 characters joined by CRLF and a blank. The error is an *Error.
func EncodeHeader(text string) (string, error) {
	if err := checkText("header", text); err != nil {
		return "", err
	}
	const before = "Subject: "
	return string(appendUnstructured([]byte(before), text, false))[len(before):], nil
}
