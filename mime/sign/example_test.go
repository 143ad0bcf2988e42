package sign_test

import (
	"fmt"
	"os"
	"strings"
	"time"

	"moonpost/mime"
	"moonpost/mime/sign"
)

// A message is signed whenever it is encoded. The key is the one of RFC 8463, so everybody may have it.
func ExampleNewDKIM() {
	signer, err := sign.NewDKIM(sign.DKIMOptions{
		Domain: "example.org", Selector: "2026", Key: []byte("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="),
		Headers: []string{"From", "To", "Subject"},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	fmt.Println(signer.RecordName(), signer.Record())

	text := "Hello\n"
	clock := func() time.Time { return time.Unix(1_800_000_000, 0).UTC() }
	m, err := mime.Compose(mime.Spec{
		From: []mime.Address{{Address: "news@example.org"}}, To: []mime.Address{{Address: "ann@example.net"}}, Subject: "Hi", Text: &text,
		Date: clock(), MessageID: "<1@example.org>", Signers: []mime.Signer{signer},
	}, mime.NewEnv(clock, nil))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	octets, err := m.Octets(false, false)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	fmt.Print(strings.ReplaceAll(string(octets), "\r\n", "\n"))
	// Output:
	// 2026._domainkey.example.org v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
	// DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org;
	//  s=2026; t=1800000000; h=From:From:To:To:Subject:Subject;
	//  bh=Ba3gj8+xBPQLJTahTfzW6RbWQ/XPgESxkCi2B66PSQg=;
	//  b=q+MJpMhG43tTdO5M9+cbWBob7HVLs54kB1HZNRRHUQyJ+Wf6/rvkoMulrdeyn9TuCBpyIoPLg+V
	//  vUZ68uG1RDQ==
	// From: news@example.org
	// To: ann@example.net
	// Subject: Hi
	// Date: Fri, 15 Jan 2027 08:00:00 +0000
	// Message-ID: <1@example.org>
	// MIME-Version: 1.0
	// Content-Type: text/plain; charset=utf-8
	// Content-Transfer-Encoding: 7bit
	//
	// Hello
}
