package smtp

import (
	"slices"
	"strconv"
	"strings"
)

// extensions maps the keywords of an EHLO reply, in lower case, to their
// parameters.
type extensions map[string]string

// parseExtensions reads the lines of a positive EHLO reply; the first one is the
// server's name and greeting. Keywords in disabled are left out.
func parseExtensions(lines []string, disabled []string) extensions {
	ext := extensions{}
	if len(lines) == 0 {
		return ext
	}
	for _, line := range lines[1:] {
		keyword, params, ok := splitExtension(line)
		if !ok {
			continue
		}
		if keyword == "auth" { // old servers repeat it as "AUTH=…"
			params = mergeWords(ext[keyword], params)
		}
		ext[keyword] = params
	}
	for _, name := range disabled {
		delete(ext, strings.ToLower(name))
	}
	return ext
}

// splitExtension cuts at the first space or "="; underscores, which no standard
// keyword has, belong to the keyword.
func splitExtension(line string) (keyword, params string, ok bool) {
	line = strings.TrimSpace(line)
	end := strings.IndexAny(line, " \t=")
	if end < 0 {
		end = len(line)
	}
	keyword = strings.ToLower(line[:end]) // RFC 5321 §2.4
	if keyword == "" || strings.Trim(keyword, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" {
		return "", "", false
	}
	if end < len(line) {
		params = strings.TrimSpace(line[end+1:])
	}
	return keyword, params, true
}

// mergeWords joins two lists of words and drops repetitions, whatever the case.
func mergeWords(lists ...string) string {
	var words []string
	for _, word := range strings.Fields(strings.Join(lists, " ")) {
		if !containsFold(words, word) {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

func containsFold(words []string, word string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, word) })
}

func (e extensions) has(name string) bool {
	var buf [32]byte
	key := appendLower(buf[:0], name)
	_, ok := e[string(key)]
	return ok
}

// sizeLimit returns the largest message the server takes, 0 for no limit.
func (e extensions) sizeLimit() int64 {
	value := e["size"]
	if value == "" {
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64) // RFC 1870 §3
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// recipientLimit returns the RCPTMAX of a LIMITS keyword, 0 for none.
func (e extensions) recipientLimit() int { return e.limit("RCPTMAX") } // RFC 9422 §4.2

// mechanisms returns the SASL mechanisms offered, in upper case. They are whole
// words: PLAIN is not found in PLAIN-CLIENTTOKEN.
func (e extensions) mechanisms() []string {
	return strings.Fields(strings.ToUpper(e["auth"])) // RFC 4954 §3
}
