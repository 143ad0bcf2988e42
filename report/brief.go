package report

// Brief is a script's text as it stands in an error: one line, cut.
func Brief(text string) string { return cut(cleanLine(text), maxShown) }
