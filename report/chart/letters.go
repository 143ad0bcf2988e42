package chart

import (
	"fmt"
	"unicode"
)

// isEmoji tells the pictures among the characters that no font of ours draws. A box in their place says less than
// nothing.
func isEmoji(r rune) bool {
	return r >= 0x2300 && unicode.In(r, unicode.So, unicode.Sk) && !hasGlyph(r)
}

// Warnings says what of the chart can't be read. Letters that only a shaping engine could set, as those of India, have
// no font here and are boxes.
func (c *Chart) Warnings() []string {
	const looked = 5000 // labels
	texts := []string{c.options.Title, c.options.XTitle, c.options.YTitle, c.options.RightTitle}
	for i := range c.data.series {
		texts = append(texts, c.data.series[i].column.Title)
	}
	texts = append(texts, c.data.x.labels[:min(len(c.data.x.labels), looked)]...)
	for _, text := range texts {
		for _, r := range visualOrder(cleanLabel(text)) {
			if !hasGlyph(r) {
				return []string{fmt.Sprintf("%q has letters%s that charts can't draw, and boxes in their place; there are those of Latin, Greek, Cyrillic, Arabic, Hebrew, Armenian, Georgian, Thai, Lao, Chinese, Japanese and Korean",
					inBrief(text), ofScript(r))}
			}
		}
	}
	return nil
}

// ofScript names the script of a letter.
func ofScript(r rune) string {
	for name, letters := range unicode.Scripts {
		if name != "Common" && name != "Inherited" && unicode.Is(letters, r) {
			return " (" + name + ")"
		}
	}
	return ""
}
