package chart

import (
	"slices"
	"unicode"
)

// isLeftward tells the letters of Hebrew and Arabic.
func isLeftward(r rune) bool {
	return unicode.In(r, unicode.Hebrew, unicode.Arabic) && !unicode.IsNumber(r) || r == joiningLine
}

// visualOrder gives the characters of a label as they stand from left to right. It is what labels need of the
// bidirectional algorithm: runs of right-to-left letters, with the signs between them, are turned round; where such a
// letter comes first, so are the runs among each other. Numbers stay as they are.
func visualOrder(text string) []rune {
	runes := []rune(text)
	first := slices.IndexFunc(runes, unicode.IsLetter)
	if !slices.ContainsFunc(runes, isLeftward) {
		return slices.DeleteFunc(runes, func(r rune) bool { return r == keptApart })
	}
	base := isLeftward(runes[max(0, first)])
	runes = joinArabic(runes)
	var runs [][]rune
	for start := 0; start < len(runes); {
		end, turned := directedRun(runes, start, base)
		run := slices.Clone(runes[start:end])
		if turned {
			slices.Reverse(run)
			mirror(run)
		}
		runs = append(runs, run)
		start = end
	}
	if base {
		slices.Reverse(runs)
	}
	return slices.Concat(runs...)
}

// directedRun finds the end of the run that begins at start: letters of one direction; signs belong to it between two
// letters of its direction, or as the base has it.
func directedRun(runes []rune, start int, base bool) (end int, turned bool) {
	turned = leftward(runes[start], base)
	for end = start + 1; end < len(runes); end++ {
		if isStrong(runes[end]) {
			if isLeftward(runes[end]) != turned {
				return end, turned
			}
			continue
		}
		next := slices.IndexFunc(runes[end:], isStrong)
		if next < 0 {
			if turned != base {
				return end, turned
			}
			return len(runes), turned
		}
		if isLeftward(runes[end+next]) != turned && turned != base {
			return end, turned
		}
	}
	return end, turned
}

func isStrong(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

func leftward(r rune, base bool) (rightToLeft bool) {
	if isStrong(r) {
		return isLeftward(r)
	}
	return base
}

// mirror turns brackets to the other side.
func mirror(run []rune) {
	const pairs = "()[]{}<>«»"
	signs := []rune(pairs)
	for i, r := range run {
		if at := slices.Index(signs, r); at >= 0 {
			run[i] = signs[at^1]
		}
	}
}
