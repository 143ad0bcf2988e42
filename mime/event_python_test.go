package mime

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// eventScript has two libraries read an event: icalendar its fields, dateutil its zone. On standard input is the event,
// after an empty line moments, of which the zone's offset is wanted.
const eventScript = `
import sys, io, datetime, icalendar, dateutil.tz
text, moments = sys.stdin.buffer.read().decode("utf-8").split("\r\n\r\n")
calendar = icalendar.Calendar.from_ical(text)
event = calendar.walk("VEVENT")[0]
print(calendar["METHOD"], event["UID"], event["DTSTART"].dt.isoformat(), event["DTEND"].dt.isoformat(), event["SUMMARY"], len(event["ATTENDEE"]), event["ORGANIZER"].params["CN"], event["RRULE"]["FREQ"][0], event["EXDATE"].dts[0].dt.isoformat())
start, end = text.index("BEGIN:VTIMEZONE"), text.index("END:VTIMEZONE") + len("END:VTIMEZONE")
zone = dateutil.tz.tzical(io.StringIO(text[start:end] + "\n")).get()
for line in moments.split():
    moment = datetime.datetime.fromtimestamp(int(line), datetime.timezone.utc)
    print(int(moment.astimezone(zone).utcoffset().total_seconds()))
`

// TestPythonReadsEvents compares what others make of our invitations with what was meant.
func TestPythonReadsEvents(t *testing.T) {
	const python = "/usr/bin/python3"
	if err := exec.CommandContext(t.Context(), python, "-c", "import icalendar, dateutil.tz").Run(); err != nil {
		t.Skipf("SKIPPED: no %s with icalendar and dateutil, no invitation was compared with Python", python)
	}
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "Asia/Jerusalem", "Asia/Kolkata"} {
		e := planning(t, zone)
		e.Exceptions = []time.Time{e.Start.AddDate(0, 0, 28)}
		e.Rule, e.Summary = "FREQ=WEEKLY", "Planung, Übersicht; und Ausblick auf das nächste und das übernächste Quartal"
		var moments, want strings.Builder
		fmt.Fprintf(&want, "REQUEST planning-2026-03@example.org %s %s %s 2 Desk WEEKLY %s\n",
			e.Start.Format(time.RFC3339), e.Finish.Format(time.RFC3339), e.Summary, e.Exceptions[0].Format(time.RFC3339))
		for at := e.Start; at.Before(e.Start.AddDate(5, 0, 0)); at = at.Add(77 * time.Hour) {
			_, offset := at.Zone()
			fmt.Fprintln(&moments, at.Unix())
			fmt.Fprintln(&want, offset)
		}
		command := exec.CommandContext(t.Context(), python, "-c", eventScript)
		command.Stdin = strings.NewReader(eventText(t, e, "REQUEST") + "\r\n" + moments.String())
		got, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, got)
		}
		if string(got) != want.String() {
			t.Errorf("%s: Python reads\n%s\nnot\n%s", zone, got, want.String())
		}
	}
}
