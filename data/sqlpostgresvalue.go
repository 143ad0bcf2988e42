package data

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"
)

// PostgreSQL's numbers for types that are no text in Lua. src/include/catalog/pg_type.dat
const (
	postgresBool        = 16
	postgresBytea       = 17
	postgresInt8        = 20
	postgresInt2        = 21
	postgresInt4        = 23
	postgresOID         = 26
	postgresFloat4      = 700
	postgresFloat8      = 701
	postgresTimestamp   = 1114
	postgresTimestampTZ = 1184
	postgresByteas      = 1001
)

// postgresElement is the type of the elements of an array type; 0 for types that are none, or that are not known.
func postgresElement(oid uint32) uint32 {
	switch oid {
	case 1000:
		return postgresBool
	case postgresByteas:
		return postgresBytea
	case 1005:
		return postgresInt2
	case 1007:
		return postgresInt4
	case 1016:
		return postgresInt8
	case 1021:
		return postgresFloat4
	case 1022:
		return postgresFloat8
	case 1028:
		return postgresOID
	case 1115:
		return postgresTimestamp
	case 1185:
		return postgresTimestampTZ
	case 1002, 1003, 1009, 1014, 1015, // characters, names, text, char(n), varchar(n)
		199, 3807, 143, // json, jsonb, xml
		1041, 651, 1040, // inet, cidr, macaddr
		1182, 1183, 1187, 1270, // date, time, interval, time with time zone
		1231, 2951: // numeric, uuid
		return 25
	}
	return 0
}

// postgresValue reads what the server wrote.
func postgresValue(s string, oid uint32) any {
	switch oid {
	case postgresBool:
		return s == "t"
	case postgresInt8, postgresInt2, postgresInt4, postgresOID:
		return sqlIntegerText(s)
	case postgresFloat4, postgresFloat8:
		return sqlFloatText(s)
	case postgresBytea:
		return postgresBytes(s)
	case postgresTimestamp, postgresTimestampTZ:
		return sqlISO(s)
	}
	if element := postgresElement(oid); element != 0 {
		if list, ok := postgresList(s, element); ok {
			return list
		}
	}
	return s
}

// postgresBytes reads both forms that bytea_output has.
func postgresBytes(s string) string {
	if digits, ok := strings.CutPrefix(s, `\x`); ok {
		if b, err := hex.DecodeString(digits); err == nil {
			return string(b)
		}
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out.WriteByte(s[i])
			continue
		}
		if n, err := strconv.ParseUint(s[i+1:min(i+4, len(s))], 8, 8); err == nil {
			out.WriteByte(byte(n))
			i += 3
			continue
		}
		out.WriteByte('\\')
		i++
	}
	return out.String()
}

// postgresDepth bounds arrays within arrays; the server has six dimensions at most.
const postgresDepth = 6

// postgresList reads an array: {1,2,NULL}, {"a b",c}, {{1,2},{3,4}}; bounds before it ("[0:1]=") are dropped.
func postgresList(s string, element uint32) (list []any, ok bool) {
	if strings.HasPrefix(s, "[") {
		_, s, _ = strings.Cut(s, "=")
	}
	list, rest, ok := postgresElements(s, element, 0)
	return list, ok && rest == ""
}

func postgresElements(s string, element uint32, depth int) (list []any, rest string, ok bool) {
	if depth > postgresDepth || !strings.HasPrefix(s, "{") {
		return nil, s, false
	}
	list = []any{}
	if strings.HasPrefix(s, "{}") {
		return list, s[2:], true
	}
	for {
		s = s[1:] // "{" or ","
		var v any
		var ok bool
		if strings.HasPrefix(s, "{") {
			v, s, ok = postgresElements(s, element, depth+1)
		} else {
			v, s, ok = postgresScalar(s, element)
		}
		if !ok || s == "" {
			return nil, s, false
		}
		list = append(list, v)
		switch s[0] {
		case '}':
			return list, s[1:], true
		case ',':
		default:
			return nil, s, false
		}
	}
}

func postgresScalar(s string, element uint32) (v any, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ",}")
		if end < 0 {
			return nil, s, false
		}
		if s[:end] == "NULL" {
			return SQLNull{}, s[end:], true
		}
		return postgresValue(s[:end], element), s[end:], true
	}
	var out strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return postgresValue(out.String(), element), s[i+1:], true
		case '\\':
			i++
		}
		if i < len(s) {
			out.WriteByte(s[i])
		}
	}
	return nil, s, false
}

// postgresArray writes a list as the server reads it.
func postgresArray(list []any, bytes bool) string {
	var out strings.Builder
	out.WriteByte('{')
	for i, v := range list {
		if i > 0 {
			out.WriteByte(',')
		}
		switch v := v.(type) {
		case nil, SQLNull:
			out.WriteString("NULL")
		case []any:
			out.WriteString(postgresArray(v, bytes))
		default:
			oid := uint32(0)
			if bytes {
				oid = postgresBytea
			}
			text := string(postgresParameter(v, oid))
			out.WriteString(`"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`)
		}
	}
	out.WriteByte('}')
	return out.String()
}

// postgresParameter writes a value as the server reads it.
func postgresParameter(v any, oid uint32) []byte {
	switch v := v.(type) {
	case nil:
		return nil
	case bool:
		return strconv.AppendBool(nil, v)
	case int64:
		return strconv.AppendInt(nil, v, 10)
	case float64:
		return []byte(postgresFloat(v))
	case time.Time:
		return []byte(v.Format("2006-01-02T15:04:05.999999Z07:00"))
	case SQLBlob:
		return []byte(`\x` + hex.EncodeToString([]byte(v)))
	case string:
		if oid == postgresBytea {
			return []byte(`\x` + hex.EncodeToString([]byte(v)))
		}
		return []byte(v)
	case []any:
		return []byte(postgresArray(v, oid == postgresByteas))
	}
	return nil
}

func postgresFloat(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
