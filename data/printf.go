package data

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

// printf is that of the language, but what goes wrong is an error and no mail with %!d(…) in it. A whole number, which
// scripts don't tell from others, fits the verbs of fractions too.
func printf(format string, args ...any) (string, error) {
	verbs := verbsOf(format)
	for i, arg := range args {
		args[i] = plainNumber(arg)
		if n, isNumber := number(args[i]); isNumber && i < len(verbs) && strings.Contains("eEfFgG", verbs[i]) {
			args[i] = n
		}
	}
	text := fmt.Sprintf(format, args...)
	if !misprint(text) {
		return text, nil
	}
	for i, arg := range args {
		if i < len(verbs) && strings.Contains("eEfFgGd", verbs[i]) && reflect.ValueOf(arg).Kind() == reflect.String {
			return "", fmt.Errorf(`printf: %q does not fit a text; number "0.00" .x writes decimals as databases give them`, format)
		}
	}
	return "", fmt.Errorf("printf: %q does not fit the %d values that it is given", format, len(args))
}

var verb = regexp.MustCompile(`%[-+# 0]*\d*(?:\.\d*)?([a-zA-Z%])`)

// verbsOf are the letters of a format's verbs, none of one whose verbs don't follow their values.
func verbsOf(format string) (verbs []string) {
	if strings.ContainsAny(format, "*[") {
		return nil
	}
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[1] != "%" {
			verbs = append(verbs, m[1])
		}
	}
	return verbs
}

// misprint finds what fmt writes where a verb and its value don't fit.
func misprint(s string) bool { return strings.Contains(s, "%!") && misprints().MatchString(s) }

func misprints() *regexp.Regexp {
	return regexp.MustCompile(`%!(?:.?\([a-zA-Z0-9_.*\[\]]+=|.?\(<nil>\)|\((?:NOVERB|EXTRA |BADWIDTH|BADPREC|BADINDEX)|.\(BADINDEX\)|[^(]\(MISSING\))`)
}
