package luabind

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (rt *Runtime) testGolden(L *lua.LState) int {
	const call = "t:golden"
	c := rt.thisCase(L)
	name := argString(L, call, 2, "name")
	if !filepath.IsLocal(name) {
		raiseArgument(L, fmt.Sprintf("%s: name must be a path within testdata, got %s", call, optQuote(name)))
	}
	got := rt.goldenText(L, call, 3)
	path := filepath.Join(rt.scriptDir(), "testdata", name)
	if rt.host.Testing.Update {
		if err := rt.writeGolden(path, got); err != nil {
			raise(L, writeError(call, path, err))
		}
		return 0
	}
	want, err := rt.host.readFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		rt.failed(L, c, noText, fmt.Sprintf("there is no %s yet; moonpost test --update writes it", path))
	case err != nil:
		raise(L, rt.fileError(path, err))
	}
	if wanted := strings.ReplaceAll(string(want), "\r\n", "\n"); wanted != got {
		rt.failed(L, c, noText, fmt.Sprintf("differs from %s, which moonpost test --update would write anew:\n%s", path, shifted(lineDiff(got, wanted))))
	}
	return 0
}

// goldenText is argument n as it stands in a golden file.
func (rt *Runtime) goldenText(L *lua.LState, call string, n int) string {
	switch v := L.Get(n).(type) {
	case lua.LString:
		return strings.ReplaceAll(string(v), "\r\n", "\n")
	case *lua.LUserData:
		if p, ok := v.Value.(*luaPart); ok {
			stored, err := p.stored()
			if err != nil {
				raise(L, err)
			}
			var b strings.Builder
			if _, err := stored.WriteTo(&b); err != nil {
				raise(L, err)
			}
			return maskMail(strings.ReplaceAll(b.String(), "\r\n", "\n"))
		}
	case *lua.LNilType:
		raise(L, &argumentError{text: call + ": content must be a message or a string, got nothing", hint: "s:find gives nil when no message fits"})
	}
	raiseArgument(L, fmt.Sprintf("%s: content must be a message or a string, got %s", call, describe(L.Get(n))))
	return ""
}

// writeGolden writes the file whole or not at all.
func (rt *Runtime) writeGolden(path, text string) error {
	disk := rt.host.disk()
	if err := disk.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := disk.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return disk.Rename(path+".new", path)
}

// maskMail replaces what differs from run to run: some fields' values as a whole, and what the builder draws. Equal
// identifiers get equal masks, so that references stay visible.
func maskMail(text string) string {
	head, body, _ := strings.Cut(text, "\n\n")
	head = volatileFields().ReplaceAllString(head+"\n", "$1: (masked)\n")
	text = head + "\n" + body
	masks := map[string]int{}
	return drawn().ReplaceAllStringFunc(text, func(token string) string {
		prefix := token[:len(token)-drawnLength]
		drawn := token[len(prefix):]
		if masks[drawn] == 0 {
			masks[drawn] = len(masks) + 1
		}
		return fmt.Sprintf("%s(id-%d)", prefix, masks[drawn])
	})
}

// volatileFields finds whole header fields, folded lines among them.
func volatileFields() *regexp.Regexp {
	return regexp.MustCompile(`(?mi)^(Date|Message-ID|DKIM-Signature|Resent-Date|Resent-Message-ID):.*\n(?:[ \t].*\n)*`)
}

// drawnLength is the length of what the builder draws: 128 random bits in hexadecimal.
const drawnLength = 32

// drawn finds boundaries and identifiers that were drawn.
func drawn() *regexp.Regexp { return regexp.MustCompile(`(?:=_|cid:|<)[0-9a-f]{32}\b`) }
