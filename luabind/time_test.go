package luabind

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestTime(t *testing.T) {
	checkModule(t, map[string]string{ // the clock stands at 1,800,000,000: 2027-01-15T08:00:00Z
		`print(time.now("UTC"), time.today("UTC"), time.now("UTC"):unix())`:                                                                                                                "2027-01-15T08:00:00Z\t2027-01-15T00:00:00Z\t1800000000",
		`print(time.today("Pacific/Auckland"), time.now("+02:00").hour)`:                                                                                                                   "2027-01-15T00:00:00+13:00\t10",
		`print(time.parse(0, "UTC"), time.parse(1.5, { zone = "UTC" }), time.parse("2026-10-05", "Europe/Berlin"))`:                                                                        "1970-01-01T00:00:00Z\t1970-01-01T00:00:01.5Z\t2026-10-05T00:00:00+02:00",
		`local t = time.parse("2026-10-05", "UTC"); print(time.parse(t) == t, t == time.parse("2026-10-05T02:00+02:00"), t ~= t + 1, t == 5)`:                                              "true\ttrue\ttrue\tfalse",
		`local t = time.parse("2026-10-05", "UTC"); print(t < t + 1, t <= t, t > t - 1, t + 60 - t, t - (t + "1h"), "1d" + t, t - "1d")`:                                                   "true\ttrue\ttrue\t60\t-3600\t2026-10-06T00:00:00Z\t2026-10-04T00:00:00Z",
		`print(time.new{ year = 2026, month = 12, day = 31, hour = 23, minute = 59, second = 58, zone = "UTC" }:add{ seconds = 2.5, days = 1 })`:                                           "2027-01-02T00:00:00.5Z",
		`local t = time.parse("2026-10-05T13:04:05Z"); print(t.year, t.quarter, t.month, t.day, t.hour, t.minute, t.second, t.weekday, t.yday, t.week, t.days_in_month, t.zone, t.offset)`: "2026\t4\t10\t5\t13\t4\t5\t1\t278\t41\t31\tUTC\t0",
		`local t = time.parse("2026-10-05T13:04:05+05:30"); print(t.zone, t.offset, t:in_zone("Europe/Berlin").zone)`:                                                                      "+05:30\t19800\tCEST",
		`local t = time.parse("2026-10-05T13:04:05Z"); print(t:format(), t:format("date"), t:format("time"), t:format("datetime"), t:format("%d.%m."))`:                                    "2026-10-05T13:04:05Z\t2026-10-05\t13:04:05\t2026-10-05 13:04:05\t05.10.",
		`print(time.parse("2026-10-05T15:04:05+02:00"):format("http"))`:                                                                                                                    "Mon, 05 Oct 2026 13:04:05 GMT",
		`print("at " .. time.parse("2026-10-05T13:04:05Z") .. ".")`:                                                                                                                        "at 2026-10-05T13:04:05Z.",
		`print(time.parse("2026-10-31", "UTC"):add{ months = -1 }, time.parse("2026-10-05", "UTC"):add("90m"), time.parse("2026-10-05", "UTC"):add(-1))`:                                   "2026-09-30T00:00:00Z\t2026-10-05T01:30:00Z\t2026-10-04T23:59:59Z",
		`print(time.duration("1d"), time.duration(90), time.format_duration(time.duration("2h30m")))`:                                                                                      "86400\t90\t2h30m",
		`local m = mime.message{ from = "a@x.example", to = "b@x.example", subject = "s", text = "t", date = time.parse("2026-10-05T10:00+02:00") }; print(m.Date)`:                        "Mon, 05 Oct 2026 10:00:00 +0200",
		`local m = mime.message{ from = "a@x.example", to = "b@x.example", subject = "s", text = "t" }; m.Date = time.parse("2026-10-05T10:00+02:00"); print(m.Date)`:                      "Mon, 05 Oct 2026 10:00:00 +0200",
		`local m = mime.message{ from = "a@x.example", to = "b@x.example", subject = "s", text = "t" }; m.Subject = time.now()`:                                                            "error: mime: Subject: the field does not hold a date",
		`print(require("template").new('{{.t}} {{.t | date "%d.%m.%Y"}}'):render{ t = time.parse("2026-10-05T10:00+02:00") })`:                                                             "2026-10-05T10:00:00+02:00 05.10.2026",
	})
}

func TestTimeErrors(t *testing.T) {
	checkModule(t, map[string]string{
		`time.parse()`:                                 "error: time.parse: date must be a string, a number or a time, got nothing",
		`time.parse("5.10.2026")`:                      `error: time.parse: "5.10.2026" is not a date as in 2026-10-05, 2026-10-05T10:00:00+02:00 or Mon, 05 Oct 2026 10:00:00 +0200`,
		`time.parse("2026-10-05", "Berlin")`:           `error: time.parse: unknown time zone "Berlin"; did you mean "Europe/Berlin"?`,
		`time.parse("2026-10-05", { tz = "UTC" })`:     `error: time.parse: unknown option "tz"`,
		`time.parse(1e300)`:                            "error: time.parse: the result is not between the years 1 and 9999",
		`time.parse(0/0)`:                              "error: time.parse: the result is not between the years 1 and 9999",
		`time.now("Nowhere/Land")`:                     `error: time.now: unknown time zone "Nowhere/Land"`,
		`time.now(5)`:                                  `error: time.now: unknown time zone "5"`,
		`time.new{ month = 2 }`:                        `error: time.new: option "year" is missing`,
		`time.new{ year = 2026, month = 2, day = 30 }`: "error: time.new: there is no day 30 in it",
		`time.new{ year = 2026, mont = 2 }`:            `error: time.new: unknown option "mont"; did you mean "month"?`,
		`time.new(5)`:                                  "error: time.new: parts must be a table, got a number",
		`time.now():add{ day = 1 }`:                    `error: time:add: unknown option "day"; did you mean "days"?`,
		`time.now():add{ days = 1.5 }`:                 `error: time:add: option "days" must be a whole number, got a number (1.5)`,
		`time.now():add("1x")`:                         `error: time:add: "1x" is no duration: unknown unit "x"; units are ms, s, m, h, d, w, from large to small`,
		`time.now():add()`:                             `error: time:add: the duration must be seconds or a text such as "30s", got nothing`,
		`time.now():add{ years = 9000 }`:               "error: time:add: the result is not between the years 1 and 9999",
		`return time.now() + {}`:                       `error: time + duration: the duration must be seconds or a text such as "30s", got a table`,
		`return 5 - time.now()`:                        "error: time.Time expected, got a number; call methods with a colon",
		`time.now():start_of("months")`:                `error: time:start_of: unknown unit "months"; did you mean "month"?`,
		`time.now():in_zone()`:                         "error: time:in_zone: zone must be a string, got nothing",
		`time.now():since(5)`:                          "error: time.Time expected, got a number",
		`time.now():format("%Q")`:                      `error: time:format: "%Q" has %Q, which is not known`,
		`time.now():format("is")`:                      `error: time:format: time has no layout "is"; did you mean "iso"?`,
		`time.now().month()`:                           "error: test.lua:1: attempt to call field 'month' (a number value)",
		`return time.now().mont`:                       `error: time.Time has no field "mont"; did you mean "month"?`,
		`time.sleep()`:                                 `error: time.sleep: the duration must be seconds or a text such as "30s", got nothing`,
		`time.sleep(-1)`:                               `error: time.sleep: "-1" is no duration: it is negative`,
		`time.format_duration("5")`:                    "error: time.format_duration: seconds must be a number, got a string",
		`time.now().year = 5`:                          "error: time.Time: a time never changes; time:add gives another",
	})
}

func TestTimeSleep(t *testing.T) {
	host := testHost()
	var slept time.Duration
	host.Sleep = func(_ context.Context, d time.Duration) error { slept += d; return nil }
	if err := runOn(t, host, `require("time").sleep("2h"); require("time").sleep(0.5)`); err != nil || slept != 2*time.Hour+500*time.Millisecond {
		t.Errorf("%v, %v", slept, err)
	}
	program, err := Compile(Script{Name: "test.lua", Source: []byte(`require("time").sleep("1h")`)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := testHost().Run(ctx, program); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
