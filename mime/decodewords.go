package mime

import "strings"

const (
	charsetNameMax = 64
	blankSet       = " \t\r\n"
)

// encodedWord is what stands between "=?" and "?=".
type encodedWord struct {
	charset string
	octets  []byte
	ok      bool // decoded without a fault
}

// decodeWords decodes the encoded-words of s, also those that break the rules: stuck to other text, without padding,
// with characters cut in two between words. It tells whether all was well.
func decodeWords(s string) (string, bool) { // RFC 2047 §6
	i := strings.Index(s, "=?")
	if i < 0 {
		return s, true
	}
	d := wordDecoder{ok: true}
	for ; i >= 0; i = strings.Index(s, "=?") {
		word, n := cutWord(s[i:])
		if n < 0 { // no word ends after this place
			break
		}
		if n == 0 {
			d.add(s[:i+2])
			s = s[i+2:]
			continue
		}
		d.add(s[:i])
		d.word(word)
		s = s[i+n:]
	}
	d.add(s)
	d.flush()
	return d.b.String(), d.ok
}

// wordDecoder joins the octets of neighbouring words of one charset before it decodes them.
type wordDecoder struct {
	b    strings.Builder
	run  encodedWord // words not yet decoded, when open
	gap  string      // the blanks after them
	open bool
	ok   bool
}

// add takes what stands between words.
func (d *wordDecoder) add(s string) {
	if d.open && strings.Trim(s, blankSet) == "" {
		d.gap += s
		return
	}
	d.flush()
	d.b.WriteString(s)
}

// word takes a word. Blanks between two words do not count.
func (d *wordDecoder) word(w encodedWord) {
	d.ok = d.ok && w.ok
	d.gap = ""
	if d.open && strings.EqualFold(d.run.charset, w.charset) {
		d.run.octets = append(d.run.octets, w.octets...)
		return
	}
	d.flush()
	d.run, d.open = w, true
}

func (d *wordDecoder) flush() {
	if !d.open {
		return
	}
	text, wrong := readText(d.run.octets, d.run.charset)
	d.ok = d.ok && wrong == ""
	d.b.WriteString(text)
	d.b.WriteString(d.gap)
	d.run, d.gap, d.open = encodedWord{}, "", false
}

// cutWord decodes the word that s begins with and gives its length: 0 when s begins with none, negative when there is
// no end of a word at all.
func cutWord(s string) (w encodedWord, n int) { // RFC 2047 §2
	head := s[2:min(len(s), 2+charsetNameMax)]
	name, _, found := strings.Cut(head, "?")
	at := 2 + len(name) + 1
	if !found || name == "" || strings.ContainsAny(name, blankSet+"=") || at+2 > len(s) || s[at+1] != '?' || strings.IndexByte("bBqQ", s[at]) < 0 {
		return w, 0
	}
	end := strings.Index(s[at+2:], "?=")
	if end < 0 {
		return w, -1
	}
	data := s[at+2 : at+2+end]
	w.charset, _, _ = strings.Cut(name, "*") // RFC 2231 §5
	switch s[at] {
	case 'b', 'B':
		var faults codingFaults
		w.octets, faults = readBase64([]byte(data))
		w.ok = faults == 0
	default:
		w.octets, w.ok = readQ(data)
	}
	return w, at + 2 + end + 2
}

// readQ decodes the Q encoding; an "=" that begins no escape stands for itself.
func readQ(s string) (b []byte, ok bool) { // RFC 2047 §4.2
	b, ok = make([]byte, 0, len(s)), true
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			b = append(b, ' ')
		case c == '=' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0:
			b = append(b, byte(unhex(s[i+1])<<4|unhex(s[i+2]))) //nolint:gosec // two hexadecimal digits
			i += 2
		default:
			ok = ok && c != '=' && c != ' '
			b = append(b, c)
		}
	}
	return b, ok
}
