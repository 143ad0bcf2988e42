package data

import "strings"

// windowsZone finds the place that stands for a zone of Windows, whose names Outlook shows: "W. Europe Standard Time".
func windowsZone(name string) string {
	const suffix = " standard time"
	name, ok := strings.CutSuffix(strings.ToLower(strings.TrimSpace(name)), suffix)
	if !ok {
		return ""
	}
	for _, line := range strings.Split(windowsZones, "\n") {
		if windows, place, _ := strings.Cut(line, "="); windows == name {
			return place
		}
	}
	return ""
}

// windowsZones are names of Windows without their ending, and for each a place whose clocks they mean.
const windowsZones = `
gmt=Europe/London
greenwich=Atlantic/Reykjavik
w. europe=Europe/Berlin
central europe=Europe/Budapest
central european=Europe/Warsaw
romance=Europe/Paris
gtb=Europe/Bucharest
fle=Europe/Kyiv
turkey=Europe/Istanbul
russian=Europe/Moscow
belarus=Europe/Minsk
morocco=Africa/Casablanca
w. central africa=Africa/Lagos
e. africa=Africa/Nairobi
south africa=Africa/Johannesburg
egypt=Africa/Cairo
israel=Asia/Jerusalem
middle east=Asia/Beirut
arabic=Asia/Baghdad
arab=Asia/Riyadh
arabian=Asia/Dubai
iran=Asia/Tehran
pakistan=Asia/Karachi
india=Asia/Kolkata
nepal=Asia/Kathmandu
bangladesh=Asia/Dhaka
sri lanka=Asia/Colombo
se asia=Asia/Bangkok
singapore=Asia/Singapore
china=Asia/Shanghai
taipei=Asia/Taipei
tokyo=Asia/Tokyo
korea=Asia/Seoul
w. australia=Australia/Perth
aus central=Australia/Darwin
cen. australia=Australia/Adelaide
e. australia=Australia/Brisbane
aus eastern=Australia/Sydney
tasmania=Australia/Hobart
new zealand=Pacific/Auckland
hawaiian=Pacific/Honolulu
alaskan=America/Anchorage
pacific=America/Los_Angeles
mountain=America/Denver
us mountain=America/Phoenix
central=America/Chicago
eastern=America/New_York
atlantic=America/Halifax
newfoundland=America/St_Johns
canada central=America/Regina
central america=America/Guatemala
sa pacific=America/Bogota
venezuela=America/Caracas
sa western=America/La_Paz
pacific sa=America/Santiago
argentina=America/Buenos_Aires
e. south america=America/Sao_Paulo
montevideo=America/Montevideo`
