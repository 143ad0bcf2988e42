package data

import (
	"fmt"
	"math"
	"math/big"
	"strings"
)

// numberPattern is what "#,##0.00" says: how the whole part is grouped and how
// many decimals follow what mark.
type numberPattern struct {
	group, point string
	decimals     int
}

// parsePattern reads a pattern by its shape: a mark followed by zeros to the end
// is the decimal mark, another one groups thousands. So "#.##0,00" gives 1.234,50
// and "0" no grouping and no decimals.
func parsePattern(s string) (numberPattern, error) {
	var p numberPattern
	whole := s
	if mark := strings.LastIndexAny(s, ".,"); mark >= 0 {
		zeros := s[mark+1:]
		if zeros != "" && strings.Trim(zeros, "0") == "" && strings.HasSuffix(s[:mark], "0") {
			whole, p.point, p.decimals = s[:mark], s[mark:mark+1], len(zeros)
		}
	}
	rest := strings.Trim(strings.TrimSuffix(whole, "##0"), "#")
	switch {
	case whole == "0" || strings.Trim(whole, "#") == "0":
		return p, nil
	case strings.HasSuffix(whole, "##0") && isGroupMark(rest) && rest != p.point:
		p.group = rest
		return p, nil
	default:
		return p, fmt.Errorf("number: %q is not a pattern as in 0.00 or #,##0.00", s)
	}
}

func isGroupMark(s string) bool {
	return s == "," || s == "." || s == " " || s == "'" || s == "’" || s == "\u00a0" || s == "\u202f"
}

// formatNumber rounds half away from zero on the decimal digits. A text is taken
// with all its digits, so that decimals of a database lose none.
func formatNumber(pattern string, v any) (string, error) {
	p, err := parsePattern(pattern)
	if err != nil {
		return "", err
	}
	n, err := toRational(v)
	if err != nil {
		return "", err
	}
	digits := n.FloatString(p.decimals)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		digits = digits[1:]
		if strings.Trim(digits, "0.") != "" {
			sign = "-"
		}
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	return sign + grouped(whole, p.group) + p.point + fraction, nil
}

func grouped(digits, mark string) string {
	if mark == "" {
		return digits
	}
	var out strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteString(mark)
		}
		out.WriteRune(d)
	}
	return out.String()
}

// longestNumber bounds the exponents and digits of a text.
const longestNumber = 64

func toRational(v any) (*big.Rat, error) {
	text := fmt.Sprint(v)
	if d, ok := v.(decimal); ok {
		v = float64(d)
	}
	switch v := v.(type) {
	case int, int64, uint64, int32:
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("number: %v has no digits", v)
		}
	case string:
		if len(v) > longestNumber || strings.ContainsAny(v, "eEpPxX/_") {
			return nil, fmt.Errorf("number: %q is not a plain decimal number", v)
		}
		text = strings.TrimSpace(v)
	default:
		return nil, fmt.Errorf("number wants a number or a text of digits, not %T", v)
	}
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, fmt.Errorf("number: %q is not a plain decimal number", text)
	}
	return n, nil
}
