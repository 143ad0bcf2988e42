package mime

import "strings"

// fallbackDomain stands where no sender tells a domain; it can never be anyone's.
const fallbackDomain = "moonpost.invalid" // RFC 2606 §2

// NewMessageID makes an identifier, angle brackets included, of 128 random bits and a domain, which may be
// international; an empty or invalid one is replaced by a name under .invalid. It panics when env.Rand fails.
func NewMessageID(env *Env, domain string) string {
	id, err := newMessageID(env, domain)
	if err != nil {
		panic(err)
	}
	return id
}

func newMessageID(env *Env, domain string) (string, error) { // RFC 5322 §3.6.4
	ascii, wrong := asciiDomain(domain)
	if wrong != "" {
		ascii = fallbackDomain
	}
	token, err := env.token()
	if err != nil {
		return "", err
	}
	return "<" + token + "@" + ascii + ">", nil
}

// oneID checks a single identifier and puts it into angle brackets when they are missing.
func oneID(name, value string) (string, error) {
	id, wrong := bracketed(value)
	if wrong == "" && name != "Content-ID" && !strings.Contains(id, "@") {
		wrong = `the identifier has no "@"`
	}
	if wrong == "" && looksEncoded(id) {
		wrong = "the identifier looks like an encoded-word, which readers would decode"
	}
	if wrong != "" {
		return "", fault(name, wrong, value)
	}
	return id, nil
}

// manyIDs checks identifiers separated by blanks or commas, or by nothing between ">" and "<".
func manyIDs(name, value string) (string, error) {
	value = strings.ReplaceAll(value, "><", "> <")
	ids := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' })
	if len(ids) == 0 {
		return "", fault(name, "an identifier is missing", value)
	}
	for i := range ids {
		id, wrong := bracketed(ids[i])
		if wrong != "" {
			return "", fault(name, wrong, ids[i])
		}
		ids[i] = id
	}
	return strings.Join(ids, " "), nil
}

func bracketed(id string) (out, wrong string) {
	inner := id
	if strings.HasPrefix(id, "<") && strings.HasSuffix(id, ">") && len(id) > 1 {
		inner = id[1 : len(id)-1]
	}
	if inner == "" {
		return "", "the identifier is empty"
	}
	if strings.ContainsAny(inner, "<>() \t,\"\\") {
		return "", "the identifier holds a character that none may hold"
	}
	return "<" + inner + ">", ""
}
