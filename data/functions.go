package data

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	htmltemplate "html/template"
	"maps"
	"reflect"
	"strings"
	"unicode"
)

// functions is the table of what templates may call besides the language's own.
func (t *Template) functions() map[string]any {
	table := map[string]any{
		fieldFunc:    t.field,
		optionalFunc: t.optional,
		"has":        has,
		"default":    defaultTo,
		"upper":      ofText("upper", strings.ToUpper),
		"lower":      ofText("lower", strings.ToLower),
		"trim":       ofText("trim", strings.TrimSpace),
		"title":      ofText("title", title),
		"index":      index,
		indexFunc:    optionalIndex,
		commentFunc:  conditionalComment,
		"join":       join,
		"date":       formatDate,
		"number":     formatNumber,
		"sha256":     hexSHA256,
		"hmac":       hexHMAC,
		"urlencode":  t.urlEncode,
		"json":       t.encodeJSON,
		"printf":     printf,
	}
	maps.Copy(table, comparisons())
	return table
}

// defaultTo counts nil and the empty text as missing; 0 and false are values.
func defaultTo(fallback any, value ...any) any {
	if len(value) == 0 || value[0] == nil || value[0] == "" {
		return fallback
	}
	return value[0]
}

// ofText is a function of a text that takes numbers too, as they print.
func ofText(name string, f func(string) string) func(any) (string, error) {
	return func(v any) (string, error) {
		switch reflect.ValueOf(v).Kind() {
		case reflect.Invalid, reflect.Slice, reflect.Map:
			return "", fmt.Errorf("%s wants a text, not %s", name, kindName(v))
		}
		return f(fmt.Sprint(plainNumber(v))), nil
	}
}

// title raises the first letter of each word and leaves the others: McDonald
// stays what it is.
func title(s string) string {
	inWord := false
	return strings.Map(func(r rune) rune {
		first := !inWord
		inWord = unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' || r == '’'
		if first {
			return unicode.ToTitle(r)
		}
		return r
	}, s)
}

func join(separator string, list any) (string, error) {
	v := reflect.ValueOf(list)
	if v.Kind() == reflect.Map && v.Len() == 0 { // an empty table may be meant as either
		return "", nil
	}
	if v.Kind() != reflect.Slice && v.Kind() != reflect.Array {
		return "", fmt.Errorf("join wants a list, not %s", kindName(list))
	}
	texts := make([]string, v.Len())
	for i := range texts {
		texts[i] = fmt.Sprint(plainNumber(v.Index(i).Interface()))
	}
	return strings.Join(texts, separator), nil
}

func hexSHA256(v any) string {
	sum := sha256.Sum256([]byte(fmt.Sprint(v)))
	return hex.EncodeToString(sum[:])
}

func hexHMAC(algorithm, key string, v any) (string, error) {
	sum, err := HMAC(algorithm, key, fmt.Sprint(v))
	return hex.EncodeToString(sum), err
}

// urlEncode is EncodeURL of what prints. A page's own escaping would encode the
// percent signs of a link once more.
func (t *Template) urlEncode(v any) any {
	text := EncodeURL(fmt.Sprint(plainNumber(v)))
	if t.html {
		return htmltemplate.URL(text) //nolint:gosec // letters, digits, -_.~ and %XX
	}
	return text
}

// encodeJSON writes a value for a script or a data attribute; a page's own
// escaping would quote it once more.
func (t *Template) encodeJSON(v any) (any, error) {
	w := JSONWriter{HTML: true}
	if err := encodeTree(&w, v); err != nil {
		return "", fmt.Errorf("json: a value %w", err)
	}
	if t.html {
		return htmltemplate.JS(w.String()), nil //nolint:gosec // written by JSONWriter with HTML escapes
	}
	return w.String(), nil
}
