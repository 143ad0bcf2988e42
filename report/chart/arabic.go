package chart

import "slices"

// arabicForm is where Unicode has the forms of a letter (isolated, final, and for letters that join on both sides
// initial and medial, one after the other).
type arabicForm struct {
	isolated rune
	both     bool
}

// arabicForms are the letters from U+0621 on in order of Unicode's Arabic Presentation Forms-B.
func arabicForms() map[rune]arabicForm {
	const oneSided = "آأؤإاةدذرزوى" // join to what stands before them only
	forms := map[rune]arabicForm{'ء': {isolated: 0xFE80}}
	next := rune(0xFE81)
	for _, letter := range "آأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي" {
		both := true
		for _, one := range oneSided {
			both = both && one != letter
		}
		forms[letter] = arabicForm{next, both}
		if next += 2; both {
			next += 2
		}
	}
	for letter, form := range persianForms() {
		forms[letter] = form
	}
	return forms
}

// persianForms are the letters of Persian, and those of Urdu that the font has, in Presentation Forms-A.
func persianForms() map[rune]arabicForm {
	return map[rune]arabicForm{
		'پ': {0xFB56, true}, 'ٹ': {0xFB66, true}, 'چ': {0xFB7A, true}, 'ڈ': {0xFB88, false}, 'ژ': {0xFB8A, false}, 'ڑ': {0xFB8C, false},
		'ک': {0xFB8E, true}, 'گ': {0xFB92, true}, 'ں': {0xFB9E, false}, 'ھ': {0xFBAA, true}, 'ی': {0xFBFC, true},
	}
}

// What stands between letters: vowel signs, which labels do without, as print does; a line that joins on both sides; and
// a character without width that keeps two letters from joining.
const (
	joiningLine = '\u0640'
	keptApart   = '\u200c'
)

func isVowelSign(r rune) bool { return r >= 0x064b && r <= 0x065f || r == 0x0670 }

// joinArabic gives letters the form that they have between their neighbours. The text is in reading order.
func joinArabic(runes []rune) []rune {
	forms := arabicForms()
	forms[joiningLine] = arabicForm{joiningLine, true}
	runes = slices.DeleteFunc(runes, isVowelSign)
	joined := make([]rune, 0, len(runes))
	for i, r := range runes {
		form, ok := forms[r]
		if !ok || r == 'ء' || r == joiningLine {
			joined = append(joined, r)
			continue
		}
		before, after := false, false
		if i > 0 {
			before = forms[runes[i-1]].both
		}
		if i+1 < len(runes) {
			next, isLetter := forms[runes[i+1]]
			after = form.both && isLetter && next.isolated != 0xFE80
		}
		glyph := form.isolated
		if before {
			glyph++
		}
		if after {
			glyph += 2
		}
		joined = append(joined, glyph)
	}
	return slices.DeleteFunc(ligatures(joined), func(r rune) bool { return r == keptApart })
}

// ligatures joins lam with a following alef, which are always written as one.
func ligatures(runes []rune) []rune {
	const lamInitial, lamMedial = 0xFEDF, 0xFEE0
	alefs := map[rune]rune{0xFE82: 0xFEF5, 0xFE84: 0xFEF7, 0xFE88: 0xFEF9, 0xFE8E: 0xFEFB} // final form: ligature
	var joined []rune
	for i := 0; i < len(runes); i++ {
		if i+1 < len(runes) && (runes[i] == lamInitial || runes[i] == lamMedial) && alefs[runes[i+1]] != 0 {
			glyph := alefs[runes[i+1]]
			if runes[i] == lamMedial {
				glyph++
			}
			joined = append(joined, glyph)
			i++
			continue
		}
		joined = append(joined, runes[i])
	}
	return joined
}
