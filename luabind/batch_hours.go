package luabind

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"moonpost/data"
	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// hoursOptions are the times of the week in which a batch may send.
type hoursOptions struct {
	Days lua.LValue `lua:"days" type:"string|string[]" doc:"\"mon-fri\", \"mon,wed,fri\" or a list of these" default:"all"`
	From string     `lua:"from" doc:"time of day at which sending begins" default:"\"00:00\""`
	To   string     `lua:"to" doc:"time of day at which it ends; one before from is on the next day" default:"\"24:00\""`
	TZ   string     `lua:"tz" doc:"zone, such as \"Europe/Berlin\"" default:"the machine's"`
}

func (o *hoursOptions) engine(call string) (out outbox.Hours, err error) {
	if o == nil {
		return out, nil
	}
	fail := func(key string, err error) (outbox.Hours, error) {
		e := &OptionError{Call: call, Key: "hours." + key, What: fmt.Sprintf("option %q: %v", "hours."+key, err)}
		if hinted, ok := err.(interface{ Hint() string }); ok {
			e.hint = hinted.Hint()
		}
		return outbox.Hours{}, e
	}
	if out.Days, err = daysOf(o.Days); err != nil {
		return fail("days", err)
	}
	if out.From, err = timeOfDay(o.From, 0); err != nil {
		return fail("from", err)
	}
	if out.To, err = timeOfDay(o.To, 24*time.Hour); err != nil {
		return fail("to", err)
	}
	if out.Zone, err = data.Zone(o.TZ); err != nil {
		return fail("tz", err)
	}
	return out, nil
}

// weekDays are the names of the days, by time.Weekday.
var weekDays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// dayFault is a text that names no days.
type dayFault struct{ text string }

func (e *dayFault) Error() string { return fmt.Sprintf("%s names no days", optQuote(e.text)) }

// Hint tells how days are named.
func (e *dayFault) Hint() string { return `write "mon-fri", "mon,wed,fri" or a list of these` }

// daysOf reads days of the week; none given is all.
func daysOf(v lua.LValue) (days [7]bool, err error) {
	switch v := v.(type) {
	case nil, *lua.LNilType:
		return [7]bool{true, true, true, true, true, true, true}, nil
	case lua.LString:
		return days, addDays(&days, string(v))
	case *lua.LTable:
		for i := 1; i <= v.Len() && err == nil; i++ {
			text, ok := v.RawGetInt(i).(lua.LString)
			if !ok {
				return days, fmt.Errorf("must be a text or a list of texts, got %s in it", optShown(v.RawGetInt(i)))
			}
			err = addDays(&days, string(text))
		}
		if err == nil && days == ([7]bool{}) {
			err = &dayFault{}
		}
		return days, err
	}
	return days, fmt.Errorf("must be a text or a list of texts, got %s", optShown(v))
}

// addDays adds what one text names: days and spans of days, with commas or blanks between.
func addDays(days *[7]bool, text string) error {
	words := strings.FieldsFunc(strings.ToLower(strings.ReplaceAll(text, "–", "-")), func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
	if len(words) == 0 {
		return &dayFault{text}
	}
	for _, word := range words {
		first, last, span := strings.Cut(word, "-")
		from, ok := dayOf(first)
		to := from
		if ok && span {
			to, ok = dayOf(last)
		}
		if !ok {
			return &dayFault{text}
		}
		for day := from; ; day = (day + 1) % 7 {
			days[day] = true
			if day == to {
				break
			}
		}
	}
	return nil
}

// dayOf reads a day by its first three letters or more.
func dayOf(word string) (day int, ok bool) {
	for day, short := range weekDays {
		if len(word) >= 3 && strings.HasPrefix(word, short) && strings.HasPrefix(strings.ToLower(time.Weekday(day).String()), word) {
			return day, true
		}
	}
	return 0, false
}

// timeOfDay reads "8:00", "08:00:30" or "24:00" as the time since midnight.
func timeOfDay(text string, otherwise time.Duration) (time.Duration, error) {
	if text == "" {
		return otherwise, nil
	}
	var parts [3]int
	words := strings.Split(text, ":")
	ok := len(words) == 2 || len(words) == 3
	for i, word := range words {
		n, err := strconv.ParseUint(word, 10, 8)
		if !ok || err != nil || len(word) > 2 || i > 0 && n > 59 {
			ok = false
			break
		}
		parts[i] = int(n)
	}
	d := time.Duration(parts[0])*time.Hour + time.Duration(parts[1])*time.Minute + time.Duration(parts[2])*time.Second
	if !ok || d > 24*time.Hour {
		return 0, fmt.Errorf("%s is no time of day such as \"08:00\"", optQuote(text))
	}
	return d, nil
}
