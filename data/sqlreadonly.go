package data

import (
	"regexp"
	"strings"
)

// A server keeps a session from writing until a statement says otherwise, so that those are refused here. The settings
// may be named in a string, as for set_config.
var (
	sqlWritesAgain = regexp.MustCompile(`(?i)\bread\s+write\b|\b(?:reset|discard)\s+all\b`)
	sqlOwnSetting  = regexp.MustCompile(`(?i)(?:transaction|tx)_read_only\b`)
	sqlSets        = regexp.MustCompile(`(?i)\b(?:set|reset|set_config)\b`)
)

// readsOnly refuses what would end a read_only.
func (db *SQL) readsOnly(c *sqlCall) error {
	if !db.options.ReadOnly {
		return nil
	}
	e := &SQLError{Message: "the statement would write", Tip: "the database was opened with read_only = true"}
	switch bare := bareSQL(c.script, db.target.dialect); {
	case db.target.dialect == sqlSQLite: // the file is opened so that nothing else writes
		for _, head := range c.text.heads {
			if strings.HasPrefix(head, "vacuum") { // … into another file
				return e
			}
		}
	case sqlWritesAgain.MatchString(bare), sqlOwnSetting.MatchString(c.script) && sqlSets.MatchString(bare):
		return e
	}
	return nil
}

// bareSQL is a text without its strings, quoted names and comments.
func bareSQL(text string, d sqlDialect) string {
	s := sqlScanner{in: text, dialect: d}
	for s.at < len(s.in) {
		if n := s.opaque(); n > 0 {
			s.out.WriteByte(' ')
			s.at += n
			continue
		}
		n := 1
		if isWord(s.in[s.at]) {
			n = s.word()
		}
		s.copy(n)
	}
	return s.out.String()
}
