package data

import (
	"fmt"
	"strings"
	"time"
)

// ZoneError is a zone of time that is not known.
type ZoneError struct{ Name, hint string }

// Error names the zone.
func (e *ZoneError) Error() string { return fmt.Sprintf("unknown time zone %q%s", e.Name, e.hint) }

// Kind returns "argument".
func (e *ZoneError) Kind() string { return "argument" }

// Hint says how zones are named.
func (e *ZoneError) Hint() string {
	return `zones are named by place, such as "Europe/Berlin"; "UTC", "local" and offsets such as "+02:00" are zones too`
}

// Zone finds a zone by its name in the tz database, "UTC", "local" or an
// offset such as "+02:00"; "" is local. Errors are *ZoneError.
func Zone(name string) (*time.Location, error) {
	switch {
	case name == "" || strings.EqualFold(name, "local"):
		return time.Local, nil
	case strings.EqualFold(name, "utc"):
		return time.UTC, nil
	case name[0] == '+' || name[0] == '-':
		if loc, ok := zoneSuffix(name); ok {
			return loc, nil
		}
	case strings.Contains(name, "/") || strings.ToUpper(name) == name:
		if loc, err := time.LoadLocation(name); err == nil {
			return loc, nil
		}
	}
	e := &ZoneError{Name: shorten(name)}
	if near := nearZone(name); near != "" {
		e.hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return nil, e
}

// nearZone finds a place by its city, or by a name that is nearly right.
func nearZone(name string) string {
	if place := windowsZone(name); place != "" {
		return place
	}
	zones := strings.Fields(places)
	var cities []string
	for _, zone := range zones {
		_, city, _ := strings.Cut(zone, "/")
		cities = append(cities, city)
	}
	wanted := strings.ReplaceAll(name, " ", "_")
	for i, city := range cities {
		if strings.EqualFold(city, wanted) || strings.EqualFold(zones[i], wanted) {
			return zones[i]
		}
	}
	if near := Nearest(wanted, zones); near != "" {
		return near
	}
	if near := Nearest(wanted, cities); near != "" {
		for i, city := range cities {
			if city == near {
				return zones[i]
			}
		}
	}
	return ""
}

// places are zones in which many people live: what a misspelt one may mean.
// Go can look zones up by name, but not list them.
const places = `
Europe/London Europe/Dublin Europe/Lisbon Europe/Madrid Europe/Paris Europe/Brussels Europe/Amsterdam Europe/Luxembourg
Europe/Berlin Europe/Zurich Europe/Vienna Europe/Rome Europe/Prague Europe/Warsaw Europe/Budapest Europe/Copenhagen
Europe/Oslo Europe/Stockholm Europe/Helsinki Europe/Tallinn Europe/Riga Europe/Vilnius Europe/Athens Europe/Sofia
Europe/Bucharest Europe/Belgrade Europe/Zagreb Europe/Ljubljana Europe/Bratislava Europe/Kyiv Europe/Istanbul
Europe/Moscow Europe/Minsk Atlantic/Reykjavik Africa/Cairo Africa/Casablanca Africa/Lagos Africa/Nairobi
Africa/Johannesburg Africa/Algiers Africa/Tunis Africa/Accra Asia/Jerusalem Asia/Beirut Asia/Baghdad Asia/Riyadh
Asia/Dubai Asia/Tehran Asia/Karachi Asia/Kolkata Asia/Dhaka Asia/Colombo Asia/Kathmandu Asia/Bangkok Asia/Jakarta
Asia/Singapore Asia/Kuala_Lumpur Asia/Manila Asia/Hong_Kong Asia/Shanghai Asia/Taipei Asia/Seoul Asia/Tokyo
Asia/Ho_Chi_Minh Asia/Almaty Asia/Tashkent Asia/Tbilisi Asia/Yerevan Asia/Baku Australia/Perth Australia/Darwin
Australia/Adelaide Australia/Brisbane Australia/Sydney Australia/Melbourne Australia/Hobart Pacific/Auckland
Pacific/Honolulu America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles
America/Anchorage America/Toronto America/Vancouver America/Halifax America/Mexico_City America/Bogota America/Lima
America/Caracas America/Santiago America/Buenos_Aires America/Sao_Paulo America/Montevideo America/Havana
America/Puerto_Rico America/Panama America/Guatemala`
