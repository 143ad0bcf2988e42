package lua51

// The classes of characters are those of the C locale: bytes beyond ASCII
// belong to none, whatever they mean in the text's charset.

func isLower(c byte) bool  { return c-'a' < 26 }
func isUpper(c byte) bool  { return c-'A' < 26 }
func isDigit(c byte) bool  { return c-'0' < 10 }
func isLetter(c byte) bool { return c|0x20-'a' < 26 }
func isAlnum(c byte) bool  { return isLetter(c) || isDigit(c) }
func isSpace(c byte) bool  { return c == ' ' || c-'\t' < 5 }
func isHex(c byte) bool    { return isDigit(c) || c|0x20-'a' < 6 }
func isControl(c byte) bool {
	return c < ' ' || c == 0x7f
}
func isPunct(c byte) bool { return c > ' ' && c < 0x7f && !isAlnum(c) }

// inClass tells whether c belongs to the class %letter of a pattern; a
// capital means the complement. A letter that names no class is itself.
func inClass(c, letter byte) bool {
	var in bool
	switch letter | 0x20 {
	case 'a':
		in = isLetter(c)
	case 'c':
		in = isControl(c)
	case 'd':
		in = isDigit(c)
	case 'l':
		in = isLower(c)
	case 'p':
		in = isPunct(c)
	case 's':
		in = isSpace(c)
	case 'u':
		in = isUpper(c)
	case 'w':
		in = isAlnum(c)
	case 'x':
		in = isHex(c)
	case 'z':
		in = c == 0
	default:
		return c == letter
	}
	return in == (letter&0x20 != 0)
}

// inSet tells whether c belongs to the set whose brackets hold set.
func inSet(c byte, set string) bool {
	found := true
	if set != "" && set[0] == '^' {
		found, set = false, set[1:]
	}
	for i := 0; i < len(set); i++ {
		switch {
		case set[i] == '%' && i+1 < len(set):
			i++
			if inClass(c, set[i]) {
				return found
			}
		case i+2 < len(set) && set[i+1] == '-':
			if set[i] <= c && c <= set[i+2] {
				return found
			}
			i += 2
		case set[i] == c:
			return found
		}
	}
	return !found
}
