package mime

import "strings"

// urlList checks URLs, with or without angle brackets, separated by commas or blanks.
func urlList(name, value string) (string, error) { // RFC 2369 §2
	if name == "List-Post" && strings.EqualFold(value, "NO") { // RFC 2369 §3.4
		return "NO", nil
	}
	var urls []string
	for rest := value; rest != ""; {
		var url string
		url, rest = nextURL(rest)
		if wrong := urlFault(url); wrong != "" {
			return "", fault(name, wrong, value)
		}
		urls = append(urls, "<"+url+">")
	}
	if len(urls) == 0 {
		return "", fault(name, "a URL is missing", value)
	}
	return strings.Join(urls, ", "), nil
}

// nextURL cuts one URL off; commas inside angle brackets belong to it.
func nextURL(s string) (url, rest string) {
	s = strings.TrimLeft(s, " \t")
	if inner, bracket := strings.CutPrefix(s, "<"); bracket {
		url, rest, _ = strings.Cut(inner, ">")
	} else if i := strings.IndexAny(s, ", \t"); i >= 0 {
		url, rest = s[:i], s[i:]
	} else {
		url = s
	}
	return url, strings.TrimLeft(rest, ", \t")
}

func urlFault(url string) string {
	scheme, rest, ok := strings.Cut(url, ":")
	if !ok || rest == "" || !isToken(scheme) {
		return "this is not a URL with its scheme"
	}
	if strings.ContainsAny(url, "<> \t\"") {
		return "the URL holds a character that must be percent-encoded"
	}
	return ""
}

// listID checks "Phrase <id>", "<id>" or "id"; the identifier goes out in angle brackets.
func listID(name, value string) (string, error) { // RFC 2919 §2
	phrase, id := "", value
	if i := strings.LastIndexByte(value, '<'); i >= 0 && strings.HasSuffix(value, ">") {
		phrase, id = strings.Trim(value[:i], " \t"), value[i+1:len(value)-1]
	}
	if quotedEnd(phrase) == len(phrase) && strings.HasPrefix(phrase, `"`) {
		phrase = unquote(phrase)
	}
	if !isASCII(id) || dotAtomFault(id) != "" {
		return "", fault(name, "the list's identifier must look like a domain name", value)
	}
	if phrase == "" {
		return "<" + id + ">", nil
	}
	return phrase + " <" + id + ">", nil
}

func appendListID(b []byte, text string, raw bool) []byte {
	i := strings.LastIndexByte(text, '<')
	if i == 0 {
		return append(b, text...)
	}
	b = appendPhrase(b, column(b), text[:i-1], raw, 0)
	if column(b)+1+len(text)-i > wordLine {
		b = append(b, "\r\n"...)
	}
	return append(append(b, ' '), text[i:]...)
}
