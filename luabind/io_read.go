package luabind

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxNumeral bounds the text that the format "*n" reads, in octets.
const maxNumeral = 200

// readFormats pushes one value for each format from argument first on, up to
// the first that fails: "*l" (the default), "*a", "*n" or a number of octets.
// The star may be left out, as in later Luas.
func readFormats(L *lua.LState, h *luaFile, first int) int {
	in, err := h.reader()
	if err != nil {
		return pushFailure(L, "", err)
	}
	formats := []lua.LValue{lua.LString("*l")}
	if L.GetTop() >= first {
		formats = stackValues(L)[first-1:]
	}
	for i, format := range formats {
		v, err := readFormat(L, in, format, first+i)
		if err != nil {
			return pushFailure(L, "", err)
		}
		L.Push(v)
		if v == lua.LNil {
			return i + 1
		}
	}
	return len(formats)
}

// readFormat reads by one format; nil at the end of the input.
func readFormat(L *lua.LState, in *bufio.Reader, format lua.LValue, number int) (lua.LValue, error) {
	if n, ok := format.(lua.LNumber); ok {
		return readOctets(L, in, toInt(float64(n)))
	}
	text, ok := format.(lua.LString)
	if !ok {
		badArgument(L, number, "read", "invalid option")
	}
	switch kind := strings.TrimPrefix(string(text), "*"); {
	case strings.HasPrefix(kind, "l"):
		return readLine(in, false)
	case strings.HasPrefix(kind, "L"):
		return readLine(in, true)
	case strings.HasPrefix(kind, "a"):
		return readAll(L, in)
	case strings.HasPrefix(kind, "n"):
		return readNumber(in)
	}
	badArgument(L, number, "read", "invalid format")
	return lua.LNil, nil
}

// readLine reads to the next line feed, which is kept on demand only.
func readLine(in *bufio.Reader, keep bool) (lua.LValue, error) {
	line, err := in.ReadSlice('\n')
	var long []byte
	for errors.Is(err, bufio.ErrBufferFull) {
		long = append(long, line...)
		line, err = in.ReadSlice('\n')
	}
	if long != nil {
		line = append(long, line...)
	}
	if errors.Is(err, io.EOF) {
		if len(line) == 0 {
			return lua.LNil, nil
		}
		err = nil
	}
	if !keep && len(line) > 0 && line[len(line)-1] == '\n' {
		line = line[:len(line)-1]
	}
	return lua.LString(line), err
}

// readAll reads the rest, as long as the script lives.
func readAll(L *lua.LState, in *bufio.Reader) (lua.LValue, error) {
	var all strings.Builder
	err := copyWhile(L.Context(), &all, in, -1)
	return lua.LString(all.String()), err
}

// readOctets reads up to n octets; none of them is the end of the input.
func readOctets(L *lua.LState, in *bufio.Reader, n int) (lua.LValue, error) {
	if n <= 0 {
		if _, err := in.Peek(1); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return lua.LNil, err
		}
		return lua.LString(""), nil
	}
	var some strings.Builder
	err := copyWhile(L.Context(), &some, in, int64(n))
	if err == nil && some.Len() == 0 {
		return lua.LNil, nil
	}
	return lua.LString(some.String()), err
}

// copyWhile copies up to n octets (all, if negative) until the context ends.
func copyWhile(ctx context.Context, to io.Writer, from io.Reader, n int64) error {
	const piece = 1 << 20
	for n != 0 {
		want := int64(piece)
		if n > 0 {
			want = min(n, want)
		}
		copied, err := io.CopyN(to, from, want)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if ctx != nil && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if n > 0 {
			n -= copied
		}
	}
	return nil
}

// readNumber reads a number after white space, as C's scanf does: the longest
// text that may begin one; nil when it is none.
func readNumber(in *bufio.Reader) (lua.LValue, error) {
	if err := skipSpace(in); err != nil {
		return lua.LNil, ignoreEOF(err)
	}
	var text []byte
	for len(text) < maxNumeral {
		b, err := in.ReadByte()
		if err != nil {
			if err = ignoreEOF(err); err != nil {
				return lua.LNil, err
			}
			break
		}
		if !numeralGoesOn(text, b) {
			if err := in.UnreadByte(); err != nil {
				return lua.LNil, err
			}
			break
		}
		text = append(text, b)
	}
	n, ok := parseNumber(string(text))
	if !ok {
		return lua.LNil, nil
	}
	return lua.LNumber(n), nil
}

// numeralGoesOn tells whether b may follow text within a number.
func numeralGoesOn(text []byte, b byte) bool {
	before := strings.ToLower(strings.TrimLeft(string(text), "+-"))
	hex := strings.HasPrefix(before, "0x")
	switch {
	case b >= '0' && b <= '9':
		return true
	case b == '+' || b == '-':
		return len(text) == 0 || !hex && strings.HasSuffix(before, "e")
	case b == '.':
		return !hex && !strings.ContainsAny(before, ".e")
	case b|0x20 == 'x':
		return before == "0"
	case hex:
		return b|0x20 >= 'a' && b|0x20 <= 'f'
	case b|0x20 == 'e':
		return strings.ContainsAny(before, "0123456789") && !strings.Contains(before, "e")
	}
	return false
}

func skipSpace(in *bufio.Reader) error {
	for {
		b, err := in.ReadByte()
		if err != nil {
			return err
		}
		if strings.IndexByte(" \t\n\v\f\r", b) < 0 {
			return in.UnreadByte()
		}
	}
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
