package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moonpost/sink"
)

// programMistake is a wrong call of a program, and what it must say.
type programMistake struct {
	status int
	args   string // words, separated by blanks; ~ stands for a blank
	want   string
}

// programMistakes are wrong calls, by the program with the flags that all of them have.
var programMistakes = map[string][]programMistake{
	"@report --from a@x.test --to b@x.test": {
		{2, "", "give --csv FILE, or --query SQL with --source DATABASE"},
		{2, "--csv sales.csv --query select~1", "give --csv FILE, or --query SQL"},
		{2, "--query select~1", "give --source, or set DATABASE_URL"},
		{2, "--query select~1 --query-file x.sql", "give --query or --query-file, not both"},
		{2, "--csv sales.csv day", `what is "day"? options begin with --`},
		{2, "--csv sales.csv --param 1", "--param goes with --query"},
		{2, "--query select~1 --charset utf-8", "--charset goes with --csv"},
		{2, "--csv sales.csv --title ", "--title is empty"},
		{2, "--csv sales.csv --colums day", `did you mean "--columns"`},
		{2, "--csv sales.csv --once-per year", "must be one of hour, day, week, month"},
		{2, "--csv sales.csv --totals revnue", "--totals: there is no column revnue; there are day, region, orders, revenue"},
		{2, "--csv sales.csv --totals revenue --columns day", "--totals: there is no column revenue; there are day\n"},
		{2, "--csv sales.csv --chart line:when:orders", "--chart: there is no column when;"},
		{2, "--csv sales.csv --chart cake:day:orders", "--chart must look like line:day:orders,revenue, got cake:day:orders"},
		{2, "--csv sales.csv --chart pie:region:orders,revenue", "a pie shows one column, got orders,revenue"},
		{2, "--csv sales.csv --tile Revenue", "--tile must look like"},
		{1, "--csv sales.csv --tile X=sum:region", `row 1: region is no number: "North"`},
		{2, "--csv sales.csv --titles Revenue", "--titles must look like COLUMN=TEXT"},
		{1, "--csv sales.csv --subject {{.nothing}}", `moonpost: @report: template --subject: line 1: field "nothing" is missing`},
		{1, "--csv sales.csv --formats revenue=0.x", `moonpost: @report: report.table: option "formats.revenue"`},
		{1, "--csv nowhere.csv", "moonpost: @report: cannot read "},
		{1, "--csv latin.csv", "if the file has another charset, name it"},
		{1, "--source sqlite:nothere.db --query select~1", "nothere.db: no such file"},
		{2, "--source sqlite:shop.db --query ~", "--query is empty"},
		{1, "--source sqlite:shop.db --query-file empty.sql", "empty.sql is empty"},
		{1, "--source sqlite:shop.db --query select~1~from~slaes", "no such table: slaes"},
		{2, "--csv sales.csv --relay localhost:25", "--relay: smtp: malformed URL; a URL is smtp://"},
	},
	"@report --from a@x.test": {{2, "--csv sales.csv", "give --from and --to, or --save FILE"}},
	"@heartbeat --from a@x.test --to b@x.test": {
		{2, "", "give --run COMMAND or --http ADDRESS"},
		{2, "--run true --http http://x.test/", "give --run COMMAND or --http ADDRESS"},
		{2, "--run ", "--run is empty"},
		{2, "--run df /", `what is "/"?`},
		{2, "--run df --ignore (", "--ignore (: unfinished capture"},
		{2, "--run df --witin 3s", `did you mean "--within"`},
		{2, "--run df --ok fine", "--ok must be a status, as 0 or 200, got fine"},
		{2, "--run df --failures 0", "--failures begins with 1"},
		{2, "--http http://x.test/ --certificate 3d", "--certificate goes with --http https://"},
		{1, "--http nonsense", `@heartbeat: http.get: "nonsense" is no whole URL`},
	},
	"@heartbeat --run true": {{2, "", "--from"}},
	"@digest --from a@x.test --to b@x.test": {
		{2, "", "give --files, --mailbox or --jsonl"},
		{2, "--jsonl log.jsonl --where level", "--where must look like FIELD=PATTERN, got level"},
		{2, "--jsonl log.jsonl --show 0", "--show begins with 1"},
		{2, "--mailbx x", `did you mean "--mailbox"`},
		{1, "--files nowhere", "there is no file or folder nowhere"},
		{1, "--jsonl nothere.jsonl", "there is no file or folder nothere.jsonl"},
		{1, "--mailbox sales.csv", `not an mbox: it does not begin with "From "`},
		{1, "--jsonl log.jsonl --title {{.id}}", `template --title: line 1: field "id" is missing`},
		{1, "--jsonl log.jsonl --title {{.id", "template --title: line 1: unclosed action"},
		{1, "--jsonl log.jsonl --key id", "log.jsonl: line 2 has no id, by which --key knows it"},
	},
	"@invite --id x": {{2, "--cancel", "nobody was invited to x"}, {2, "", "give --from"}},
	"@invite --id x --from a@x.test --summary S --zone UTC --to c@x.test": {
		{2, "", "give --start"},
		{1, "--start noon", `"noon" is not a date`},
		{2, "--start 2020-01-12", "--start is past: 2020-01-12"},
		{2, "--start 2027-01-12 --id a~b", "--id stands in calendars, too"},
		{2, "--start 2027-01-12 --zone local", "--zone local means nothing to others"},
		{1, "--start 2027-01-12 --zone Berlin", `did you mean "Europe/Berlin"?`},
		{1, "--start 2027-03-28T02:30 --zone Europe/Berlin", "there is no 02:30 on that day in Europe/Berlin"},
		{1, "--start 2027-01-12 --rrule FREQ=WEEKLY;BYDAY=MO", "the event begins on Tuesday, 12 January 2027, which is no day of the rule"},
		{1, "--start 2027-01-12 --rrule FREQ=WEEKLY --except 2027-01-20", "no repetition to leave out on Wednesday, 20 January 2027"},
		{2, "--start 2027-01-12 --people sales.csv", "sales.csv has no column email"},
		{1, "--start 2027-01-12 --people people.csv", `people.csv: line 3: not an address: "nonsense"`},
	},
	"@invite --id x --from a@x.test --summary S --zone UTC": {{2, "--start 2027-01-12", "give --people FILE or --to ADDRESS"}},
	"@mailmerge --from a@x.test --csv people.csv": {
		{2, "", "give --html, --text or both"},
		{2, "--text text.txt", "give --subject"},
		{2, "--html page.html x", `what is "x"?`},
		{2, "--html page.html --header X", "--header must look like NAME=VALUE"},
		{2, "--html page.html --key id", "--key: there is no column id; there are email"},
		{1, "--html page.html", `field "name" is missing`},
		{1, "--text text.txt --subject {{.nme}}", `template --subject: line 1: field "nme" is missing`},
	},
}

// TestProgramMistakes calls the programs wrongly: each says what is wrong in one message, with its status, and mails nobody.
func TestProgramMistakes(t *testing.T) {
	s, err := sink.Start(sink.Options{Address: "127.0.0.1:0", NoSync: true, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"sales.csv":  "day,region,orders,revenue\n2026-10-01,North,12,1204.50\n",
		"latin.csv":  "stra\xdfe\nx\n",
		"people.csv": "email\na@x.test\nnonsense\n",
		"log.jsonl":  `{"id":1,"level":"info","title":"One"}` + "\n{\"other\":1}\n",
		"page.html":  "<title>For {{.name}}</title>",
		"text.txt":   "Hi",
		"empty.sql":  "\n",
		"shop.db":    "",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	store := filepath.Join(t.TempDir(), "store.db")
	for call, mistakes := range programMistakes {
		for _, m := range mistakes {
			var args []string
			if m.args != "" {
				args = strings.Split(m.args, " ")
			}
			for i := range args {
				args[i] = strings.ReplaceAll(args[i], "~", " ")
			}
			p, stdout, stderr := testProcess(append(strings.Fields("run --store "+store+" "+call), args...)...)
			p.lookupEnv = func(name string) (string, bool) { return "smtp://" + s.Addr(), name == "SMTP_URL" }
			p.wall = func() time.Time { return time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC) }
			status := p.main()
			if said := stderr.String(); status != m.status || !strings.Contains(said, m.want) || strings.Contains(said, "traceback") {
				t.Errorf("%s %s: exit status %d, want %d\n%s%swant %s", call, m.args, status, m.status, stdout, said, m.want)
			}
		}
	}
	if n := s.Count(); n != 0 {
		t.Errorf("%d mails", n)
	}
}
