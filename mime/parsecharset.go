package mime

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding/charmap"
)

// readText gives octets of a charset as UTF-8, whatever the charset is called and whatever they hold. The fault is a
// defect's code, or "".
func readText(b []byte, name string) (text, wrong string) {
	name = charsetName(name)
	switch name {
	case "", asciiName:
		if !has8Bit(b) {
			return string(b), ""
		}
		if name == "" && utf8.Valid(b) {
			return string(b), "unlabelled-charset"
		}
		return guessText(string(b)), "unlabelled-charset"
	case utf8Name:
		return readUTF8(b)
	}
	r, err := charset.Reader(name, bytes.NewReader(b))
	if err != nil {
		return guessText(string(b)), "unknown-charset"
	}
	out, err := io.ReadAll(r)
	if err != nil {
		return guessText(string(b)), "bad-charset-octets"
	}
	if bytes.Contains(out, []byte(badRune)) && !bytes.Contains(b, []byte(badRune)) {
		wrong = "bad-charset-octets"
	}
	return string(bytes.ToValidUTF8(out, []byte(badRune))), wrong
}

const badRune = "\ufffd"

// readUTF8 marks single octets that are not UTF-8; text without any character beyond ASCII that is, is something else.
func readUTF8(b []byte) (text, wrong string) {
	if utf8.Valid(b) {
		return string(b), ""
	}
	wrong = "bad-charset-octets"
	for rest := b; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r >= utf8.RuneSelf && n > 1 {
			return strings.ToValidUTF8(string(b), badRune), wrong
		}
		rest = rest[n:]
	}
	return guessText(string(b)), wrong
}

// guessText reads octets of an unknown charset: UTF-8 when they are that, else the old charset of Windows, whose five
// gaps become control characters so that nothing is lost.
func guessText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/4)
	for i := 0; i < len(s); i++ {
		r := charmap.Windows1252.DecodeByte(s[i])
		if r == utf8.RuneError {
			r = rune(s[i])
		}
		b.WriteRune(r)
	}
	return b.String()
}

// charsetName mends the names that mail programs invented.
func charsetName(name string) string {
	name = strings.Trim(strings.ToLower(name), " \t\"'<>;,")
	switch name {
	case "utf8", "unicode-1-1-utf-8", "utf-8n", "x-utf-8", "utf_8", "x-unicode-2-0-utf-8":
		return utf8Name
	case "ascii", "us_ascii", "usascii", "ansi_x3.4-1968", "646", "iso646-us", "7bit":
		return asciiName
	case "unknown", "x-unknown", "unknown-8bit", "x-user-defined", "default", "default_charset", "_charset", "8bit":
		return ""
	case "latin1", "latin-1", "iso8859-1", "iso88591", "iso_8859_1", "iso-8859-1-windows":
		return "iso-8859-1"
	case "ks_c_5601-1987", "ks_c_5601", "ksc5601", "euckr", "x-euc-kr", "cp949", "windows-949", "ms949":
		return "euc-kr"
	case "gb2312", "gb-2312", "cp936", "ms936", "x-gbk", "hz-gb2312", "euc-cn", "x-euc-cn", "gb_2312-80":
		return "gbk"
	case "shift-jis", "x-sjis", "sjis", "cp932", "ms932", "windows-31j":
		return "shift_jis"
	case "iso-2022-jp-2", "csiso2022jp", "iso2022jp", "iso-2022-jp-ms", "cp50220":
		return "iso-2022-jp"
	}
	return dashedName(name)
}

// dashedName writes the families of numbered charsets as they are registered.
func dashedName(name string) string {
	for _, x := range [][2]string{
		{"iso8859-", "iso-8859-"}, {"iso_8859-", "iso-8859-"}, {"iso-8859_", "iso-8859-"}, {"8859-", "iso-8859-"},
		{"windows_", "windows-"}, {"win-", "windows-"}, {"x-cp", "windows-"}, {"cp-", "cp"}, {"ansi-", "windows-"},
	} {
		if rest, ok := strings.CutPrefix(name, x[0]); ok {
			name = x[1] + rest
			break
		}
	}
	if rest, ok := strings.CutPrefix(name, "cp125"); ok && len(rest) == 1 {
		return "windows-125" + rest
	}
	return name
}
