package smtp_test

import (
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"moonpost/smtp"
)

// askPython gives the lines that a script prints for values, or skips.
func askPython(t *testing.T, script string, values []string) []string {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("SKIPPED: no python3 here to compare with its smtplib")
	}
	list, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), python, "-c", "import sys, json, smtplib\nfor s in json.load(sys.stdin): "+script)
	command.Stdin = strings.NewReader(string(list))
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != len(values) {
		t.Fatalf("%d answers to %d values", len(lines), len(values))
	}
	return lines
}

// TestQuoteDataIsSmtplibs compares random texts of what matters.
func TestQuoteDataIsSmtplibs(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	texts := []string{"", ".", "\r", "\n.", "a\r\n..\r\n", ".\r.\n."}
	for range 2000 {
		var text strings.Builder
		for range random.IntN(12) {
			text.WriteByte("..\r\n\r\na "[random.IntN(8)])
		}
		texts = append(texts, text.String())
	}
	for i, want := range askPython(t, "print(smtplib.quotedata(s).encode().hex())", texts) {
		if got := hex.EncodeToString(smtp.QuoteData([]byte(texts[i]))); got != want {
			t.Errorf("%q: %s, smtplib %s", texts[i], got, want)
		}
	}
}

// TestQuoteAddressIsSmtplibs compares addresses of which both think the same.
func TestQuoteAddressIsSmtplibs(t *testing.T) {
	addresses := []string{
		"a@x.example", "<a@x.example>", "Ann Example <a@x.example>", `"Example, Ann" <a@x.example>`, `"x@y" <z@w>`, "Sally", "<>", "",
		"  a@x.example ", "a+b@x.example", "a@[192.0.2.1]", "Ann <Sally>",
	}
	for i, want := range askPython(t, "print(smtplib.quoteaddr(s))", addresses) {
		if got, err := smtp.QuoteAddress(addresses[i]); got != want || err != nil {
			t.Errorf("%q: %s, %v, smtplib %s", addresses[i], got, err, want)
		}
	}
}
