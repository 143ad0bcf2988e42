package smtp

import "strings"

// queueID finds the server's name for an accepted message in its final reply, as
// the common servers write it, or returns "".
func queueID(text string) string {
	var buf [128]byte
	lower := string(appendLower(buf[:0], text)) // stays on the stack while it is short
	for _, marker := range [...]string{"queued as ", "queued with id ", "queue id ", "id=", "id "} {
		if id := wordAfter(text, lower, marker); id != "" {
			return id
		}
	}
	return wordBefore(text, lower, " message accepted for delivery")
}

// wordAfter returns the word after the first marker that stands at a word's
// beginning, whatever the case.
func wordAfter(text, lower, marker string) string {
	at := indexWord(lower, marker)
	if at < 0 {
		return ""
	}
	return trimID(firstWord(text[at+len(marker):]))
}

func indexWord(lower, marker string) int {
	for from := 0; ; {
		at := strings.Index(lower[from:], marker)
		if at < 0 {
			return -1
		}
		at += from
		if at == 0 || strings.IndexByte(" \n<([", lower[at-1]) >= 0 {
			return at
		}
		from = at + 1
	}
}

// wordBefore serves the servers that write "2.0.0 ID Message accepted for
// delivery".
func wordBefore(text, lower, marker string) string {
	at := strings.Index(lower, marker)
	if at < 0 {
		return ""
	}
	words := strings.Fields(text[:at])
	if len(words) == 0 {
		return ""
	}
	last := words[len(words)-1]
	if _, enhanced := parseEnhanced(last); enhanced {
		return ""
	}
	return trimID(last)
}

func firstWord(s string) string {
	s = strings.TrimLeft(s, " \t\n")
	if end := strings.IndexAny(s, " \t\n"); end >= 0 {
		return s[:end]
	}
	return s
}

// trimID removes brackets and closing punctuation; an id has a digit.
func trimID(word string) string {
	word = strings.Trim(word, "<>()[]\"',;.:")
	if !strings.ContainsAny(word, "0123456789") || strings.IndexFunc(word, isControl) >= 0 {
		return ""
	}
	return word
}

// asciiLower keeps every octet's place, which strings.ToLower does not.
func asciiLower(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' }) < 0 {
		return s
	}
	return string(appendLower(nil, s))
}

func appendLower(b []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}
