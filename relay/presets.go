package relay

import (
	_ "embed" // the file of presets
	"fmt"
	"strconv"
	"strings"

	"moonpost/smtp"
)

// Preset is what is known of a large provider.
type Preset struct {
	Name     string
	Domains  []string
	Limits   DomainLimits // of each domain
	SlowDown []string     // parts of replies that ask for less mail
}

//go:embed presets.txt
var presetsFile string

// Presets lists the providers whose limits are known, in the order of the file.
func Presets() []Preset {
	list, err := parsePresets(presetsFile)
	if err != nil { // the file is a part of the program, and a test reads it
		return nil
	}
	return list
}

// AsksForLess tells whether the provider's reply asks for less mail.
func (p *Preset) AsksForLess(reply smtp.Reply) bool {
	text := reply.String()
	for _, part := range p.SlowDown {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

func parsePresets(text string) (list []Preset, err error) {
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		value = strings.TrimSpace(value)
		switch {
		case key == "":
			continue
		case key == "name":
			list = append(list, Preset{Name: value})
			continue
		case len(list) == 0:
			err = fmt.Errorf("%s before the first name", key)
		default:
			err = list[len(list)-1].set(key, value)
		}
		if err != nil {
			return nil, fmt.Errorf("presets, line %d: %w", i+1, err)
		}
	}
	return list, nil
}

func (p *Preset) set(key, value string) (err error) {
	switch key {
	case "domains":
		p.Domains = append(p.Domains, strings.Fields(value)...)
	case "slow_down":
		p.SlowDown = append(p.SlowDown, value)
	case "connections":
		p.Limits.Connections, err = strconv.Atoi(value)
	case "messages_per_connection":
		p.Limits.MessagesPerConnection, err = strconv.Atoi(value)
	case "rate":
		var rate Rate
		rate, err = ParseRate(value)
		p.Limits.Rates = append(p.Limits.Rates, rate)
	default:
		err = fmt.Errorf("unknown word %q", key)
	}
	return err
}
