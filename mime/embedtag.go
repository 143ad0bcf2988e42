package mime

import "strings"

// rawAttribute is where the value of an attribute stands in its tag, without quotes.
type rawAttribute struct {
	name     string // in lower case
	from, to int
}

// scanTag finds the attributes of a start tag as written, which the tokenizer does not tell.
func scanTag(raw string) (name string, list []rawAttribute) {
	i := 1 + strings.IndexAny(raw[1:]+">", " \t\r\n\f/>")
	name = strings.ToLower(raw[1:min(i, len(raw))])
	for i < len(raw) {
		i += len(raw[i:]) - len(strings.TrimLeft(raw[i:], " \t\r\n\f/"))
		if i >= len(raw) || raw[i] == '>' {
			break
		}
		start := i
		i++ // a "=" may begin a name
		i += strings.IndexAny(raw[i:]+">", " \t\r\n\f/>=")
		key := strings.ToLower(raw[start:min(i, len(raw))])
		from, to, next := attributeValue(raw, min(i, len(raw)))
		if i = next; from <= to {
			list = append(list, rawAttribute{key, from, to})
		}
	}
	return name, list
}

// attributeValue reads what may follow a name; from > to when there is no value.
func attributeValue(raw string, i int) (from, to, next int) {
	rest := strings.TrimLeft(raw[i:], " \t\r\n\f")
	if !strings.HasPrefix(rest, "=") {
		return 1, 0, i
	}
	rest = strings.TrimLeft(rest[1:], " \t\r\n\f")
	from = len(raw) - len(rest)
	if rest == "" || rest[0] == '>' {
		return 1, 0, from
	}
	if quote := rest[0]; quote == '"' || quote == '\'' {
		if n := strings.IndexByte(rest[1:], quote); n >= 0 {
			return from + 1, from + 1 + n, from + n + 2
		}
		return 1, 0, len(raw)
	}
	n := strings.IndexAny(rest+">", " \t\r\n\f>")
	return from, from + n, from + n
}

// indexFold finds ASCII letters in either case.
func indexFold(s, word string) int {
	for i := 0; i+len(word) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(word)], word) {
			return i
		}
	}
	return -1
}
