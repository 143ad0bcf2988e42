package report

import (
	"net/url"
	"strings"
)

// maxLink bounds what a link leads to: longer ones are no addresses, and fill the page.
const maxLink = 2000

// SafeLink tells whether a page may lead there: a whole address of the web, of mail or of a telephone, and nothing that
// would run code or needs to know where the page came from.
func SafeLink(link string) bool {
	if len(link) > maxLink || link != Clean(link) || strings.ContainsAny(link, " \t\n\"<>\\^`{|}") || checkText("", link) != nil {
		return false
	}
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	switch u.Scheme { // in lower case
	case "http", "https":
		return u.Host != ""
	case "mailto", "tel":
		return u.Opaque != ""
	}
	return false
}
