package luabind

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	gomessage "github.com/emersion/go-message"
	lua "github.com/yuin/gopher-lua"
)

// hostileStrings try to add a field named Evil or Bcc, or to end the header.
var hostileStrings = []string{
	"x", "x\r\nEvil: y", "x\nEvil: y", "x\rEvil: y", "\r\nEvil: y", "x\r\n\r\nEvil: y", "x\n", "\n", "x\x00", "x\x7f", "é\r\nEvil: y", "x\xff\nEvil: y", "=?utf-8?q?x=0D=0AEvil:_y?=", "=?utf-8?b?DQpFdmlsOiB5?=", "x\r\n\tfolded",
	"a@x.example\r\nEvil: y", "a@x.example>\r\nEvil: y", "a@x.example>, <evil@x.example", "<a@x>\nEvil: y", "https://x.example/\r\nEvil: y", "\"\r\nEvil: y", "x\"; evil=\"y", "text/plain\r\nEvil: y", "inline\r\nEvil: y", "2026-01-01\r\nEvil: y", "base64\nEvil: y", "../x\nEvil: y",
	strings.Repeat("x", 1100), strings.Repeat("é ", 400), "\u2028Evil: y", "\u0085Evil: y", ".\r\n", "--",
}

// luaQuoted writes a string so that Lua reads the same octets.
func luaQuoted(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, `\%03d`, s[i])
	}
	return `"` + b.String() + `"`
}

// optionPlaces put a string into every option of a table that can hold one, by the type of the option. What a new
// option brings is tested from its first day.
func optionPlaces(t reflect.Type, call string) (places []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("lua"), ",")
		switch {
		case f.Anonymous:
			places = append(places, optionPlaces(f.Type, call)...)
			continue
		case name == "path" || name == "" || name == "[]": // paths are files, which do not exist
			continue
		}
		for _, value := range optionValues(f.Type) {
			places = append(places, fmt.Sprintf(call, name+" = "+value))
		}
	}
	return places
}

// optionValues writes the string s in the forms that an option of a type may take.
func optionValues(t reflect.Type) []string {
	switch {
	case t == reflect.TypeFor[lua.LValue]():
		return []string{"s", "{ s }", `{ name = s, address = "a@x.example" }`, "{ address = s }", "{ { name = s, address = 'b@x.example' }, 'c@x.example' }", "{ { data = s, filename = s } }", "{ mime.text(s) }"}
	case t == reflect.TypeFor[*lua.LTable]():
		return []string{"{ ['X-Own'] = s }", "{ ['X-Own' .. s] = 'v' }", "{ [s] = s }", "{ ['Content-Own'] = s }", "{ x = { data = s, filename = s, cid = s } }", "{ [s] = { data = 'x' } }"}
	case t.Kind() == reflect.String, t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.String:
		return []string{"s", "'x' .. s"}
	case t.Kind() == reflect.Slice:
		return []string{"s", "{ s }", "{ 'a@x.example', s }", "{ 'https://x.example/' .. s }"}
	case t.Kind() == reflect.Struct:
		var out []string
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("lua"), ",")
			for _, value := range optionValues(t.Field(i).Type) {
				out = append(out, "{ "+name+" = "+value+" }")
			}
		}
		return out
	}
	return nil
}

// hostilePlaces are scripts that give a message in which the string s stands somewhere.
func hostilePlaces() []string {
	const message = `return mime.message{ from = "f@x.example", to = "t@x.example", text = "hi", attachments = { %s } }`
	places := optionPlaces(reflect.TypeFor[messageOptions](), `local o = { from = "f@x.example", to = "t@x.example", text = "hi" }; for k, v in pairs({ %s }) do o[k] = v end; return mime.message(o)`)
	places = append(places, optionPlaces(reflect.TypeFor[textOptions](), fmt.Sprintf(message, `mime.text{ "x", %s }`))...)
	places = append(places, optionPlaces(reflect.TypeFor[mediaOptions](), `local o = { data = "x" }; for k, v in pairs({ %s }) do o[k] = v end; `+fmt.Sprintf(message, `mime.part(o)`))...)
	places = append(places, optionPlaces(reflect.TypeFor[mediaOptions](), `local o = { data = "x", subtype = "png" }; for k, v in pairs({ %s }) do o[k] = v end; `+fmt.Sprintf(message, `mime.image(o)`))...)
	places = append(places, optionPlaces(reflect.TypeFor[multipartOptions](), fmt.Sprintf(message, `mime.multipart{ mime.text("x"), %s }`))...)
	const original = `local got = mime.message{ from = "a@x.example", to = "f@x.example", subject = "s", text = "hi" }; `
	for _, answer := range []struct {
		call   string
		option reflect.Type
	}{{"reply", reflect.TypeFor[replyOptions]()}, {"forward", reflect.TypeFor[forwardOptions]()}} {
		places = append(places, optionPlaces(answer.option, original+`local o = { from = "f@x.example", to = "t@x.example", text = "hi" }; for k, v in pairs({ %s }) do o[k] = v end; return mime.`+answer.call+`(got, o)`)...)
		for _, name := range []string{"Subject", "Message-ID", "References", "From", "Reply-To", "Cc", "Date", "Content-Type", "Evil"} {
			for _, extra := range []string{``, `, inline = true`, `, quote = true`} {
				if answer.call == "reply" == strings.Contains(extra, "inline") && extra != "" {
					continue
				}
				places = append(places, `local got = mime.parse("From: a@x.example\r\nTo: f@x.example\r\n`+name+`: " .. s .. "\r\n\r\nhi " .. s); return mime.`+answer.call+`(got, { from = "f@x.example", to = "t@x.example", text = "hi"`+extra+` })`)
			}
		}
	}
	for _, change := range []string{
		`m[1]:set(s)`, `m[2]:set(s)`, `m:attach(mime.parse(s))`, `m.Subject = s`, `m["X-Own"] = s`, `m["X-Own" .. s] = "v"`, `m.To = s`, `m:header("X-Own", s)`, `m:header("X-" .. s, "v")`, `m:add_header("X-Own", s)`, `m:add_header("X-" .. s, "v")`, `m:headers{ ["X-Own"] = s }`, `m:headers{ ["X-" .. s] = "v" }`,
		`m[2].cid = s`, `m[2].filename = "x" .. s`, `m[2]["Content-Description"] = s`, `m[2]["Content-Type"] = "application/x" .. s`, `m[2]["Content-Own"] = s`, `m["Content-Type"] = "multipart/mixed; x=" .. s`, `m = m:clone{ Subject = s }`, `m = m:clone{ ["X-" .. s] = "v" }`, `m = m:clone{ To = s }`,
		`m:attach(mime.text(s, s))`, `m:attach(mime.text(s, "plain", s))`, `m:attach(mime.attached_message(mime.message{ from = "f@x.example", to = "t@x.example", subject = s }))`, `m:attach(mime.multipart(s, mime.text(s)))`, `m.Date = s`, `m["Message-ID"] = s`, `m.References = s`, `m["List-Unsubscribe"] = s`,
	} {
		places = append(places, `local m = mime.message{ from = "f@x.example", to = "t@x.example", text = "hi", attachments = { { data = "x", filename = "x" } } }; `+change+`; return m`)
	}
	for _, name := range []string{
		"subject", "text", "html", "to", "from", "cc", "bcc", "reply_to", "message_id", "in_reply_to", "references", "priority", "auto_submitted", "charset", "date",
	} {
		base := `local o = { from = "f@x.example", to = "t@x.example", text = "hi" }; o.` + name + ` = `
		places = append(places, base+`"{{.v}}"; return mime.template(o):render{ v = s }`, base+`"x{{.v}}"; return mime.template(o):render{ v = s }`, base+`s; return mime.template(o):render{}`)
	}
	for _, field := range []string{
		`to = "{{.v}} <t@x.example>"`, `to = "t{{.v}}@x.example"`, `to = { { name = "{{.v}}", address = "t@x.example" } }`, `headers = { ["X-Own"] = "{{.v}}" }`, `list = { unsubscribe = "https://x.example/{{.v}}" }`, `list = { id = "x.example{{.v}}" }`, `envelope = { from = "b+{{.v}}@x.example" }`,
		`attachments = { { data = "x {{.v}}", filename = "{{.v}}.txt" } }`, `attachments = { { data = "x", filename = "x.txt", description = "{{.v}}", cid = "{{.v}}" } }`, `html = "<a href='{{.v}}' title='{{.v}}'>{{.v}}</a>"`,
	} {
		places = append(places, `return mime.template{ from = "f@x.example", to = "t@x.example", text = "hi", `+field+` }:render{ v = s }`)
	}
	const invite = `"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260101T000000Z\r\nORGANIZER:mailto:f@x.example\r\nATTENDEE:mailto:t@x.example\r\nSUMMARY:x%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"`
	for _, calendar := range []string{
		`{ content = ` + fmt.Sprintf(invite, `" .. s .. "`) + ` }`, `{ content = ` + fmt.Sprintf(invite, "") + `, method = s }`, `{ content = ` + fmt.Sprintf(invite, "") + `, filename = "x" .. s }`,
	} {
		places = append(places, `return mime.message{ from = "f@x.example", to = "t@x.example", text = "hi", calendar = `+calendar+` }`)
	}
	places = append(places,
		`return mime.template{ from = "f@x.example", to = "t@x.example", text = "hi", calendar = { content = `+fmt.Sprintf(invite, "{{.v}}")+` } }:render{ v = s }`,
		`return mime.message{ from = "f@x.example", to = "t@x.example", html = "<img src='data:image/png;base64,iVBORw0KGgo=" .. s .. "'>", embed = { data = true } }`,
		`return mime.message{ from = "f@x.example", to = "t@x.example", html = "<img src='data:image/png" .. s .. ";base64,iVBORw0KGgo='>", embed = { data = true } }`,
	)
	return places
}

// TestMimeHostileStrings wants every string refused by an error with a kind, or a message without a field, a part or a
// recipient more than was asked for.
func TestMimeHostileStrings(t *testing.T) {
	var list strings.Builder
	for _, s := range hostileStrings {
		list.WriteString(luaQuoted(s) + ", ")
	}
	var places strings.Builder
	for _, place := range hostilePlaces() {
		places.WriteString("function(s) " + place + " end,\n")
	}
	out, _, err := runBinding(t, `
		local function show(m)
			local names = {}
			local tree, octets, n = m:tree(), tostring(m), 0
			for name in m:headers() do names[#names + 1] = name end
			for _ in m:walk() do n = n + 1 end
			local ok, e = pcall(function() return table.concat(m.envelope.to, " ") end)
			return mime.base64.encode(octets), mime.base64.encode(tree), table.concat(names, " "), n, ok and e or "none"
		end
		local places = { `+places.String()+` }
		for i, place in ipairs(places) do
			for k, s in ipairs{ `+list.String()+` } do
				local ok, m = pcall(place, s)
				local octets, tree, names, n, to
				if ok then ok, octets, tree, names, n, to = pcall(show, m); m = octets end
				if ok then
					print(i, k, "built", octets, tree, names, n, (to:gsub("%s", " ")))
				else
					print(i, k, type(m) == "table" and m.kind or type(m) == "userdata" and m.kind or "no kind", (tostring(m):gsub("%s", " ")))
				end
			end
		end`, "")
	if err != nil {
		t.Fatal(err)
	}
	all, refused := hostilePlaces(), 0
	for line := range strings.Lines(out) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		var place, value int
		if _, err := fmt.Sscan(cells[0]+" "+cells[1], &place, &value); err != nil {
			t.Fatal(err)
		}
		where := fmt.Sprintf("%s with %q", all[place-1], hostileStrings[value-1])
		switch cells[2] {
		case "built":
			checkHarmless(t, where, cells[3:])
		case "mime", "argument", "template", "io":
			refused++
		default:
			t.Errorf("%s fails with %q", where, cells[2:])
		}
	}
	if want := len(all) * len(hostileStrings); strings.Count(out, "\n") != want || refused < want/4 {
		t.Errorf("%d of %d cases, %d refused", strings.Count(out, "\n"), want, refused)
	}
}

// checkHarmless compares a message's octets with what the script sees of it.
func checkHarmless(t *testing.T, where string, cells []string) {
	t.Helper()
	octets, err := base64.StdEncoding.DecodeString(cells[0])
	if err != nil {
		t.Fatal(err)
	}
	e, err := gomessage.Read(bytes.NewReader(octets))
	if err != nil {
		t.Errorf("%s: %v", where, err)
		return
	}
	want := strings.Fields(cells[2])
	want = slices.DeleteFunc(want, func(name string) bool { return name == "Bcc" || name == "Content-Transfer-Encoding" })
	want = append(want, "MIME-Version")
	var got []string
	for fields := e.Header.Fields(); fields.Next(); {
		if name := fields.Key(); !strings.EqualFold(name, "Content-Transfer-Encoding") {
			got = append(got, name)
		}
	}
	if strings.Contains(cells[4], "evil@") {
		t.Errorf("%s: the envelope has %s", where, cells[4])
	}
	canonical := func(list []string) string {
		for i := range list {
			list[i] = strings.ToLower(list[i])
		}
		slices.Sort(list)
		return strings.Join(slices.Compact(list), " ") // a To stands in for hidden recipients
	}
	if a, b := canonical(want), canonical(got); a != b && b != canonical(append(want, "to")) {
		t.Errorf("%s: fields %s, want %s\n%s", where, b, a, octets)
	}
	parts := 0
	countParts(t, where, e, &parts)
	if fmt.Sprint(parts) != cells[3] {
		t.Errorf("%s: %d parts, want %s\n%s", where, parts, cells[3], octets)
	}
}

func countParts(t *testing.T, where string, e *gomessage.Entity, n *int) {
	t.Helper()
	*n++
	for _, name := range []string{"Evil", "Bcc"} {
		// A part that was read keeps the fields that it came with.
		if foreign := *n > 1 && name == "Evil" && strings.Contains(where, "mime.parse("); e.Header.Has(name) && !foreign {
			t.Errorf("%s: a part has %s", where, name)
		}
	}
	r := e.MultipartReader()
	for r != nil {
		child, err := r.NextPart()
		if err != nil {
			return
		}
		countParts(t, where, child, n)
	}
}
