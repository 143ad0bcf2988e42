package luabind

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// preset is the value of a flag that was not given; nil is none.
func (d *flagDecl) preset() (any, error) {
	kind := d.kind()
	switch v := d.Default.(type) {
	case nil:
		return map[string]any{"boolean": false, "list": []string{}}[kind], nil
	case bool:
		if kind == "boolean" {
			return v, nil
		}
	case float64:
		if kind != "boolean" && kind != "list" {
			return d.value(strconv.FormatFloat(v, 'f', -1, 64))
		}
	case string:
		if kind == "list" {
			_, err := d.value(v)
			return []string{v}, err
		}
		if kind != "boolean" {
			return d.value(v)
		}
	case time.Time:
		if kind == "date" {
			return v, nil
		}
	case []string:
		if kind == "list" {
			return slices.Clone(v), nil
		}
	case []any:
		if kind == "list" {
			return flagTexts(v)
		}
	}
	return nil, fmt.Errorf("must be a %s, got %s", kind, flagShow(d.Default))
}

// flagShow shows a default in Lua's spelling.
func flagShow(v any) string {
	switch v := v.(type) {
	case string:
		return optQuote(v)
	case float64, bool:
		return fmt.Sprint(v)
	}
	return "a table"
}

func flagTexts(list []any) (any, error) {
	texts := make([]string, len(list))
	for i, v := range list {
		s, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("must be a list of strings, got %s in it", flagShow(v))
		}
		texts[i] = s
	}
	return texts, nil
}

// flagValue reads one value of the given type. Its errors are predicates:
// "must be a number, got …".
func flagValue(kind, text string) (any, error) {
	switch kind {
	case "number":
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, fmt.Errorf("must be a number, got %s", optQuote(text))
		}
		return n, nil
	case "integer":
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n > 1<<53 || n < -1<<53 {
			return nil, fmt.Errorf("must be a whole number, got %s", optQuote(text))
		}
		return n, nil
	case "boolean":
		return flagBool(text)
	case "duration":
		d, err := ParseDuration(text)
		if err != nil {
			return nil, fmt.Errorf("must be a duration: %w", err)
		}
		return d, nil
	case "size":
		n, err := parseSize(text)
		if err != nil {
			return nil, fmt.Errorf("must be a size: %w", err)
		}
		return n, nil
	case "date":
		return flagDate(text)
	case "path":
		if text == "" {
			return nil, fmt.Errorf("must be a path, got %q", text)
		}
	}
	return text, nil
}

func flagBool(text string) (any, error) {
	switch strings.ToLower(text) {
	case "true", "yes", "on", "1":
		return true, nil
	case "false", "no", "off", "0":
		return false, nil
	}
	return nil, fmt.Errorf("must be true or false, got %s", optQuote(text))
}
