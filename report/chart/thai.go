package chart

import "unicode"

func isThai(r rune) bool { return unicode.In(r, unicode.Thai, unicode.Lao) }

// moved is how far a sign of Thai or Lao stands from where its font has it, in parts of the letters' size: a mark of
// tone above a vowel that is above the letter itself, and either of them beside the stem of a tall letter. Fonts have
// tables for it, which ask for a shaping engine; these are all the cases that can be seen.
func moved(letters []rune, i int) (right, above float64) {
	const lift, beside = 0.2, -0.1
	if !isAbove(letters[i]) && !isTone(letters[i]) {
		return 0, 0
	}
	base := i - 1
	for base > 0 && (isAbove(letters[base]) || isTone(letters[base])) {
		base--
	}
	if base >= 0 && isTall(letters[base]) {
		right = beside
	}
	followsVowel := i > 0 && isAbove(letters[i-1])
	joinsVowel := i+1 < len(letters) && (letters[i+1] == '\u0e33' || letters[i+1] == '\u0eb3') // am has a ring above
	if isTone(letters[i]) && (followsVowel || joinsVowel) {
		above = lift
	}
	return right, above
}

// isAbove tells the vowels above a letter.
func isAbove(r rune) bool {
	switch {
	case r == 0x0e31, r >= 0x0e34 && r <= 0x0e37, r == 0x0e47, r == 0x0e4d:
		return true
	case r == 0x0eb1, r >= 0x0eb4 && r <= 0x0eb7, r == 0x0ebb, r == 0x0ecd:
		return true
	}
	return false
}

// isTone tells what stands above the vowels.
func isTone(r rune) bool { return r >= 0x0e48 && r <= 0x0e4c || r >= 0x0ec8 && r <= 0x0ecc }

// isTall tells the letters whose stem reaches to the marks.
func isTall(r rune) bool {
	switch r {
	case 0x0e1b, 0x0e1d, 0x0e1f, 0x0e9b, 0x0e9d, 0x0e9f:
		return true
	}
	return false
}
