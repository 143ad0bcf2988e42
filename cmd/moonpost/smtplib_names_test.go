package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"moonpost/luabind"
)

// smtplibNames are the public names of CPython 3.11's module and its classes.
var smtplibNames = strings.Fields(`
	SMTP SMTP_SSL LMTP SMTPException SMTPNotSupportedError SMTPServerDisconnected SMTPResponseException SMTPSenderRefused
	SMTPRecipientsRefused SMTPDataError SMTPConnectError SMTPHeloError SMTPAuthenticationError quoteaddr quotedata
	auth auth_cram_md5 auth_login auth_plain close command_encoding connect data debuglevel default_port docmd does_esmtp
	ehlo ehlo_msg ehlo_or_helo_if_needed ehlo_resp esmtp_features expn file getreply has_extn helo helo_resp help
	local_hostname login mail noop putcmd quit rcpt rset send send_message sendmail set_debuglevel sock source_address
	starttls timeout verify vrfy user password context keyfile certfile`)

// table gives the rows of the first table in the page's section of that title,
// without its head.
func table(t *testing.T, page, title string) [][]string {
	t.Helper()
	_, section, ok := strings.Cut(page, "\n## "+title+"\n")
	if !ok {
		t.Fatalf("the page has no section %q", title)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var rows [][]string
	for line := range strings.Lines(section) {
		if !strings.HasPrefix(line, "|") {
			continue
		}
		row := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		rows = append(rows, row)
	}
	if len(rows) < 3 {
		t.Fatalf("section %q has no table", title)
	}
	return rows[2:]
}

// TestSmtplibNames looks for every name of smtplib on the page, and for every
// name of ours that the page gives in the binding, the engine and the scripts.
func TestSmtplibNames(t *testing.T) {
	page := readSmtplibPage(t)
	for _, name := range smtplibNames {
		if !regexp.MustCompile("`[^`\n]*\\b" + name + "\\b[^`\n]*`").MatchString(page) {
			t.Errorf("the page doesn't tell what becomes of smtplib's %s", name)
		}
	}
	scripts := ""
	for _, l := range lessons(t, page) {
		scripts += l.lua
	}
	exported := exportedNames(t)
	for _, row := range table(t, page, "Name by name") {
		checkLuaName(t, strings.Trim(row[1], "`"), scripts)
		checkGoName(t, strings.Trim(row[2], "`"), exported)
	}
	for _, row := range table(t, page, "Exceptions") {
		checkGoName(t, strings.Trim(row[3], "`"), exported)
	}
}

// checkLuaName wants the name documented, and used in a script of the page.
func checkLuaName(t *testing.T, name, scripts string) {
	t.Helper()
	entry, last := name, name[strings.LastIndexAny(name, ".:")+1:]
	if rest, ok := strings.CutPrefix(name, "conn"); ok {
		entry = "smtp.Conn" + rest
	}
	_, _, ok := luabind.Doc(entry)
	if field, isField := strings.CutPrefix(entry, "smtp.Conn."); isField {
		text, _, _ := luabind.Doc("smtp.Conn")
		ok = regexp.MustCompile(`(?m)^\s+` + field + `\b`).MatchString(text)
	}
	if !ok {
		t.Errorf("there is no %s", name)
	}
	if !regexp.MustCompile(`[.:]` + last + `\b|fails\("` + last + `"`).MatchString(scripts) {
		t.Errorf("no script of the page uses %s", name)
	}
}

// checkGoName wants the name exported by package smtp.
func checkGoName(t *testing.T, name string, exported []string) {
	t.Helper()
	if !slices.Contains(exported, name) {
		t.Errorf("package smtp has no %s", name)
	}
}

// exportedNames are the names of package smtp: functions, types, constants, and
// methods and fields behind their type's.
func exportedNames(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "smtp", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			names = append(names, declared(d)...)
		}
	}
	return names
}

func declared(d ast.Decl) []string {
	if f, ok := d.(*ast.FuncDecl); ok {
		if f.Recv == nil {
			return []string{f.Name.Name}
		}
		receiver := f.Recv.List[0].Type
		if pointer, ok := receiver.(*ast.StarExpr); ok {
			receiver = pointer.X
		}
		if name, ok := receiver.(*ast.Ident); ok {
			return []string{name.Name + "." + f.Name.Name}
		}
		return nil
	}
	var names []string
	for _, spec := range d.(*ast.GenDecl).Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			names = append(names, spec.Name.Name)
			if fields, ok := spec.Type.(*ast.StructType); ok {
				for _, field := range fields.Fields.List {
					for _, name := range field.Names {
						names = append(names, spec.Name.Name+"."+name.Name)
					}
				}
			}
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				names = append(names, name.Name)
			}
		}
	}
	return names
}

// TestSmtplibNamesAreAll compares the list above with the smtplib that is here.
func TestSmtplibNamesAreAll(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("SKIPPED: no python3 here; the list of smtplib's names was not compared with a real one")
	}
	const list = `import smtplib
objects = smtplib.SMTP(), smtplib.LMTP(), smtplib.SMTP_SSL()
names = set(smtplib.__all__) | {n for o in objects for n in dir(o) if not n.startswith("_")}
print("\n".join(sorted(names)))`
	for _, name := range strings.Fields(runPython(t, python, list)) {
		if !slices.Contains(smtplibNames, name) {
			t.Errorf("the list lacks smtplib's %s", name)
		}
	}
}

// TestSmtplibLetters wants every letter of the table of names explained, and the
// letters complete.
func TestSmtplibLetters(t *testing.T) {
	page := readSmtplibPage(t)
	var explained []string
	for _, row := range table(t, page, "Differences") {
		explained = append(explained, row[0])
	}
	var all []string
	for c := 'a'; c <= 'z'; c++ {
		all = append(all, string(c))
	}
	for c := 'a'; c <= 'h'; c++ {
		all = append(all, string(c)+string(c))
	}
	if !slices.Equal(explained, all) {
		t.Errorf("the table of differences has %v", explained)
	}
	for _, row := range table(t, page, "Name by name") {
		for _, letter := range strings.Fields(row[3]) {
			if !slices.Contains(all, letter) {
				t.Errorf("%s: the letter %q is not explained", row[0], letter)
			}
		}
	}
}
