package mime

import "strings"

// DecodeHeader gives the text of an unstructured value: folds undone, encoded-words decoded, also broken ones as far as
// they can be. Octets of a charset that is not known are taken to be UTF-8, or else of the old charset of Windows.
func DecodeHeader(value string) string {
	if strings.IndexByte(value, '\n') >= 0 {
		value = strings.NewReplacer("\r\n", "", "\n", "").Replace(value)
	}
	text, _ := decodeWords(value)
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
