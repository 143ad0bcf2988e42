package data

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// plainKind is what a scalar without quotes means.
type plainKind uint8

const (
	plainText plainKind = iota
	plainNull
	plainBool
	plainInteger
	plainFloat
)

// plainKindOf resolves a text by the core schema (YAML 1.2.2 §10.3.2).
func plainKindOf(s string) plainKind {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return plainNull
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return plainBool
	}
	switch digits := strings.TrimLeft(s[:1], "+-") + s[1:]; strings.ToLower(digits) {
	case ".inf":
		return plainFloat
	case ".nan":
		if digits == s {
			return plainFloat
		}
	}
	if base, rest := basedDigits(s); base != 0 {
		if rest != "" && strings.Trim(strings.ToLower(rest), "0123456789abcdef"[:base]) == "" {
			return plainInteger
		}
		return plainText
	}
	return decimalKind(s)
}

// basedDigits takes 0x and 0o off.
func basedDigits(s string) (base int, rest string) {
	if len(s) > 2 && s[:2] == "0x" {
		return 16, s[2:]
	}
	if len(s) > 2 && s[:2] == "0o" {
		return 8, s[2:]
	}
	return 0, s
}

// decimalKind tells [-+]?[0-9]+ and [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? from texts.
func decimalKind(s string) plainKind {
	s = s[skipAny(s, 0, "+-", 1):]
	whole := skipAny(s, 0, "0123456789", len(s))
	if whole == len(s) && whole > 0 {
		return plainInteger
	}
	at, fraction := whole, 0
	if at < len(s) && s[at] == '.' {
		end := skipAny(s, at+1, "0123456789", len(s))
		at, fraction = end, end-at-1
	}
	if whole+fraction == 0 {
		return plainText
	}
	if at < len(s) && s[at]|0x20 == 'e' {
		begin := skipAny(s, at+1, "+-", 1)
		if at = skipAny(s, begin, "0123456789", len(s)); at == begin {
			return plainText
		}
	}
	if at < len(s) {
		return plainText
	}
	return plainFloat
}

// skipAny gives the place behind up to most of the octets in set.
func skipAny(s string, at int, set string, most int) int {
	for n := 0; n < most && at < len(s) && strings.IndexByte(set, s[at]) >= 0; n++ {
		at++
	}
	return at
}

// scalar builds a scalar without a tag.
func (r *yamlReader[T]) scalar(n ast.Node) (v T, null bool, err error) {
	text := scalarText(n)
	if r.aliases > 0 {
		r.octets += len(text)
	}
	switch n.(type) {
	case *ast.LiteralNode:
		return r.build.Text(text), false, nil
	case *ast.StringNode, *ast.NullNode, *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
	default:
		return v, false, r.fail(n, "a value was expected", "")
	}
	if t := n.GetToken(); t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType {
		return r.build.Text(text), false, nil
	}
	return r.plain(n.GetToken(), text)
}

// plain builds a scalar that has no quotes.
func (r *yamlReader[T]) plain(at *token.Token, text string) (v T, null bool, err error) {
	switch kind := plainKindOf(text); kind {
	case plainNull:
		return r.build.Null, true, nil
	case plainBool:
		return r.build.Bool(text[0]|0x20 == 't'), false, nil
	case plainInteger, plainFloat:
		if r.options.Numbers != JSONTexts {
			v, err = r.number(at, text, kind)
			return v, false, err
		}
	}
	return r.build.Text(text), false, nil
}

// longestDigits bounds numbers that are not decimal.
const longestDigits = 256

func (r *yamlReader[T]) number(at *token.Token, text string, kind plainKind) (T, error) {
	if base, rest := basedDigits(text); base != 0 {
		n, ok := new(big.Int).SetString(rest[:min(len(rest), longestDigits)], base)
		if !ok || len(rest) > longestDigits {
			return r.build.Null, r.source.fail(at, "the number "+shorten(text)+" is too large", `numbers = "string" reads numbers as their digits`)
		}
		text = n.String()
	}
	if lower := strings.ToLower(text); strings.Contains(lower, "n") { // -.inf and .nan
		text = strings.Replace(lower, ".", "", 1)
	}
	n, err := strconv.ParseFloat(text, 64)
	if kind == plainInteger && r.options.Numbers == JSONExact && math.Abs(n) > exactInteger-1 {
		return r.build.Text(strings.TrimPrefix(text, "+")), nil
	}
	if err != nil {
		return r.build.Null, r.source.fail(at, "the number "+shorten(text)+" is too large", `numbers = "string" reads numbers as their digits`)
	}
	return r.build.Number(n), nil
}
