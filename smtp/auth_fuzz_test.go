package smtp

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xdg-go/scram"
)

// The exchange of RFC 7677 §3.
const (
	exampleNonce = "rOprNGfwEbeRWgbNEkqO"
	exampleFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
	exampleFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
)

func exampleSCRAM(t testing.TB) *scramClient {
	t.Helper()
	client, err := scram.SHA256.NewClient("user", "pencil", "")
	if err != nil {
		t.Fatal(err)
	}
	client.WithNonceGenerator(func() string { return exampleNonce })
	s := &scramClient{name: "SCRAM-SHA-256", talk: client.NewConversation()}
	if s.first, err = s.talk.Step(""); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPoint6_ExampleOfTheRFC(t *testing.T) {
	s := exampleSCRAM(t)
	response, err := s.Next([]byte(exampleFirst))
	if want := "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="; err != nil || string(response) != want {
		t.Errorf("%s %v", response, err)
	}
	if response, err = s.Next([]byte(exampleFinal)); err != nil || response == nil || len(response) > 0 || !s.proven() {
		t.Errorf("%q %v", response, err)
	}
}

// signatureOf is what a server that knows the password has to prove, worked out
// by the formulas of RFC 5802 §3.
func signatureOf(first, withoutProof string) string {
	fields := strings.Split(first, ",")
	salt, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(fields[1], "s="))
	n, _ := strconv.Atoi(strings.TrimPrefix(fields[2], "i="))
	salted, _ := pbkdf2.Key(sha256.New, "pencil", salt, n, sha256.Size)
	mac := func(key []byte, text string) []byte {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	return base64.StdEncoding.EncodeToString(mac(mac(salted, "Server Key"), "n=user,r="+exampleNonce+","+first+","+withoutProof))
}

func FuzzSCRAMChallenges(f *testing.F) {
	f.Add(exampleFirst, exampleFinal)
	f.Add(exampleFirst, "v=AAAA")
	f.Add(exampleFirst, "e=other-error")
	f.Add("r=rOprNGfwEbeRWgbNEkqO,s=,i=4096", "v=")
	f.Add("r=rOprNGfwEbeRWgbNEkqOx,s=AA==,i=4097,m=x", exampleFinal)
	f.Add("r=rOprNGfwEbeRWgbNEkqOx,s=AA==,i=600001", "")
	f.Add("m=ext,r=rOprNGfwEbeRWgbNEkqOx,s=AA==", "v=")
	f.Fuzz(func(t *testing.T, first, final string) {
		s := exampleSCRAM(t)
		response, err := s.Next([]byte(first))
		if s.proven() {
			t.Fatal("proven by the first message")
		}
		if err != nil {
			return
		}
		if n, err := strconv.Atoi(strings.TrimPrefix(strings.Split(first, ",")[2], "i=")); err != nil || n < minIterations || n > maxIterations {
			t.Fatalf("%d iterations were done", n)
		}
		_, err = s.Next([]byte(final))
		if s.proven() != (err == nil) {
			t.Fatalf("proven %v, error %v", s.proven(), err)
		}
		if !s.proven() {
			return
		}
		withoutProof, _, _ := strings.Cut(string(response), ",p=")
		signature, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(strings.Split(final, ",")[0], "v="))
		if want := signatureOf(first, withoutProof); base64.StdEncoding.EncodeToString(signature) != want {
			t.Fatalf("%q was believed, want %q", final, want)
		}
		if _, err = s.Next([]byte(final)); err == nil {
			t.Fatal("a challenge after the end was answered")
		}
	})
}

// FuzzLogin lets a server say anything in an exchange: NONCE in its lines stands
// for the client's nonce.
func FuzzLogin(f *testing.F) {
	for i := range mechanisms() {
		f.Add(i, challenge("r=x,s=AA==,i=4096")+"\n"+challenge("v=")+"\n235 ok")
		f.Add(i, "334 eyJzdGF0dXMiOiI0MDEifQ==\n535 no")
		f.Add(i, "334\n334\n235 ok")
		f.Add(i, "334 !\n501 x")
		f.Add(i, strings.Repeat("334 AA==\n", 40))
		f.Add(i, "235-a\n235 b")
		f.Add(i, "503 already")
		f.Add(i, challenge("r=NONCEx,s=AA==,i=4096")+"\n235 ok")
		f.Add(i, challenge("r=NONCEx,s=AA==,i=4096")+"\n"+challenge("v=AAAA")+"\n235 ok")
		f.Add(i, challenge("r=NONCEx,s=AA==,i=4096")+"\n"+challenge("e=no")+"\n501 x\n235 ok")
	}
	f.Fuzz(func(t *testing.T, which int, script string) {
		all := mechanisms()
		m := all[max(0, which%len(all))]
		ours, theirs := net.Pipe()
		server := fuzzedServer(theirs, m.name, script)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		o := Options{TLS: TLSNone, LocalName: "me", Credentials: Credentials{User: "u", Password: "not known to the server", Token: "t", Mechanisms: []string{m.name}}}
		c, err := NewConn(ctx, ours, o)
		if c != nil {
			_ = c.Close()
		}
		_ = ours.Close()
		sent := <-server
		if ctx.Err() != nil {
			t.Fatal("no end")
		}
		if strings.HasPrefix(m.name, "SCRAM") && err == nil {
			t.Fatalf("success without a signature: %q", script)
		}
		var typed Error
		if err != nil && !errors.As(err, &typed) {
			t.Fatalf("%T %v", err, err)
		}
		if sent > maxChallenges+4 {
			t.Fatalf("%d lines were sent", sent)
		}
	})
}

// fuzzedServer plays the script without waiting for the client, except for its
// nonce, and tells how many lines that sent.
func fuzzedServer(conn net.Conn, mechanism, script string) <-chan int {
	done, nonces := make(chan int, 1), make(chan string, 1)
	go func() {
		n := 0
		in := bufio.NewReader(conn)
		for said, err := in.ReadString('\n'); err == nil; said, err = in.ReadString('\n') {
			n++
			if n == 2 { // the AUTH line
				words := strings.Fields(said)
				first, _ := base64.StdEncoding.DecodeString(words[len(words)-1])
				_, nonce, _ := strings.Cut(string(first), ",r=")
				nonces <- nonce
			}
		}
		close(nonces)
		done <- n
	}()
	go func() {
		defer func() { _ = conn.Close() }()
		lines := append([]string{"220 hi", "250-hi\r\n250 AUTH " + mechanism}, strings.Split(script, "\n")...)
		for _, line := range lines {
			if _, err := io.WriteString(conn, withNonce(line, nonces)+"\r\n"); err != nil {
				return
			}
		}
	}()
	return done
}

func withNonce(line string, nonces <-chan string) string {
	text, ok := strings.CutPrefix(line, "334 ")
	octets, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil || !strings.Contains(string(octets), "NONCE") {
		return line
	}
	return challenge(strings.ReplaceAll(string(octets), "NONCE", <-nonces))
}

func challenge(s string) string { return "334 " + base64.StdEncoding.EncodeToString([]byte(s)) }
