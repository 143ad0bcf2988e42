package luabind

import (
	"slices"
	"strings"

	"moonpost/data"
)

// Nearest gives the name that was probably meant, or "" when none is near.
func Nearest(name string, names []string) string { return data.Nearest(name, names) }

// nearestOption is Nearest for the options of a call. What other libraries call an option counts first.
func nearestOption(name string, options []string) string {
	for _, own := range foreignOptions(strings.ToLower(strings.ReplaceAll(name, "_", ""))) {
		if slices.Contains(options, own) && !slices.Contains(options, name) {
			return own
		}
	}
	return Nearest(name, options)
}

// foreignOptions are the options that nodemailer, Python and others know by another name, written in lower case and
// without underscores.
func foreignOptions(name string) []string {
	return map[string][]string{
		"content": {"data"}, "body": {"text", "data"}, "message": {"text"}, "plain": {"text"},
		"name": {"filename"}, "file": {"path"}, "contenttype": {"type"}, "mimetype": {"type"}, "maintype": {"type"}, "contentid": {"cid"},
		"hostname": {"host"}, "server": {"host"}, "username": {"user"}, "login": {"user"}, "pass": {"password"}, "passwd": {"password"},
		"secure": {"tls"}, "ssl": {"tls"}, "starttls": {"tls"}, "encoding": {"charset"}, "delimiter": {"separator"}, "sep": {"separator"},
		"recipient": {"to"}, "recipients": {"to"}, "title": {"subject"}, "attach": {"attachments"}, "attachment": {"attachments"}, "files": {"attachments"},
	}[name]
}

// optionsListed is the hint for an option that is like none.
func optionsListed(call string) string {
	if strings.ContainsAny(call, " []") { // an element of a list
		return ""
	}
	return "moonpost doc " + call + " lists the options"
}
