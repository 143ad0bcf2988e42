package luabind

// Spot is a piece of a line of the script that an error is about.
type Spot struct {
	File              string
	Line              int // 0: not known
	Column, EndColumn int // characters from 1, the latter behind the piece; 0: not known
	Source            string
}

// Spot is where the text stops to be Lua.
func (e *SyntaxError) Spot() Spot {
	return Spot{File: e.File, Line: e.Line, Column: e.Column, EndColumn: e.EndColumn, Source: e.Source}
}
