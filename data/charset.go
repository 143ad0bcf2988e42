package data

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// decode returns r's text as UTF-8 without byte order mark. A mark wins over
// the name. UTF-8 passes unchanged, so that faults in it can be found by line;
// legacy is the name of any other charset that can't contain U+FFFD itself.
func decode(r io.Reader, name string) (text io.Reader, legacy string, err error) {
	in := bufio.NewReader(r)
	head, _ := in.Peek(3)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err = in.Discard(3)
		return in, "", err
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(in), "", nil
	case name == "":
		return in, "", nil
	}
	return decodeNamed(in, name)
}

func decodeNamed(in io.Reader, name string) (io.Reader, string, error) {
	charset, err := htmlindex.Get(name)
	if err != nil {
		return nil, "", &CSVError{What: fmt.Sprintf("charset %q is not known", name)}
	}
	canonical, err := htmlindex.Name(charset)
	if err != nil {
		return nil, "", &CSVError{What: fmt.Sprintf("charset %q: %v", name, err)}
	}
	switch {
	case canonical == "utf-8":
		return in, "", nil
	case canonical == "replacement":
		return nil, "", &CSVError{What: fmt.Sprintf("charset %q is not safe to read", name)}
	case strings.HasPrefix(canonical, "utf-16"), canonical == "gb18030":
		return charset.NewDecoder().Reader(in), "", nil
	default:
		return charset.NewDecoder().Reader(in), canonical, nil
	}
}
