package chart

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
	return forms
}

// joinArabic gives letters the form that they have between their neighbours. The text is in reading order.
func joinArabic(runes []rune) []rune {
	forms := arabicForms()
	joined := make([]rune, 0, len(runes))
	for i, r := range runes {
		form, ok := forms[r]
		if !ok || r == 'ء' {
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
	return ligatures(joined)
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
