package report

import (
	"fmt"
	"strings"
)

// halves is how a format says that hours are those of half a day.
const halves = "am/pm"

// groupMarks are what divides thousands, besides the comma and the point.
func groupMarks() []string { return []string{" ", "'", "’", "\u00a0", "\u202f"} }

// groupAt is the length of a mark between thousands that is no digit elsewhere, as in "# ##0", 0 without one.
func groupAt(code string, parts []formatPart) int {
	if !isDigits(parts) || parts[len(parts)-1].text != "#" {
		return 0
	}
	for _, mark := range groupMarks() {
		if strings.HasPrefix(code, mark+"##0") {
			return len(mark)
		}
	}
	return 0
}

// readDigits reads the digits of a number, by their shape: "#,##0.00", or as other countries write it "#.##0,00",
// "# ##0,00" and "#'##0.00". A workbook gets the first form whichever it is, because programs show it as their reader's
// country does.
func (f *Format) readDigits(text string) error {
	whole, fraction := text, ""
	if rest, ok := strings.CutPrefix(text, "#"); ok && strings.Contains(rest, "##0") {
		f.group, fraction, _ = strings.Cut(rest, "##0")
		whole = "#"
	} else if i := strings.IndexAny(text, ".,"); i >= 0 {
		whole, fraction = text[:i], text[i:]
	}
	if f.point = "."; fraction != "" {
		f.point, fraction = fraction[:1], fraction[1:]
	}
	if f.point == f.group {
		f.point = map[bool]string{true: ",", false: "."}[f.group == "."]
		if fraction != "" {
			return fmt.Errorf("%q stands for two things", f.group)
		}
	}
	f.decimals = len(fraction)
	switch {
	case f.decimals > MaxDecimals:
		return fmt.Errorf("%d decimals are too many", f.decimals)
	case strings.Trim(fraction, "0") != "":
		return fmt.Errorf("decimals are written as 0")
	case strings.Trim(whole, "0") != "" && whole != "#":
		return fmt.Errorf("whole numbers are written as 0 or #,##0")
	case f.group == "" && f.point == "," && f.decimals == 3:
		return fmt.Errorf("it can be read in two ways; thousands are written as #,##0, three decimals as #.##0,000")
	}
	return nil
}

// digits is how a workbook takes the digits of the format.
func (f *Format) digits() string {
	code := "0"
	if f.group != "" {
		code = "#,##0"
	}
	if f.decimals > 0 {
		code += "." + strings.Repeat("0", f.decimals)
	}
	return code
}
